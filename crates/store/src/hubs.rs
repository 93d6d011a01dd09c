//! Subscriptions at hubs, step by step, and what hubs have delivered until it is taken in.

use model::subscription::{Stage, Subscription};
use model::{Address, SourceId, SubscriptionId, Time};

use crate::engine::{Columns, Tx, json, on, plain, plain_or_none};
use crate::error::Result;
use crate::open::Store;
use crate::pending::Pending;

/// How many deliveries of one subscription wait at most, and how many of all together.
const MOST_WAITING: i64 = 8;
const MOST_WAITING_IN_ALL: i64 = 400;

/// Where a source says that its news is told.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
pub struct Hub {
    /// Who tells.
    pub hub: Address,
    /// What the source is called there.
    pub topic: Address,
}

/// What a poll learnt about the hub of a source.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum HubNews {
    /// Nothing.
    #[default]
    None,
    /// It names none, or none any more.
    Ended,
    /// It names this one.
    Named(Hub),
}

/// A subscription and what is needed to speak with its hub.
#[derive(Clone, PartialEq, Debug)]
pub struct SubscriptionRecord {
    /// Its number.
    pub id: SubscriptionId,
    /// For which source.
    pub source: SourceId,
    /// Who is to tell about what.
    pub hub: Hub,
    /// Where it stands.
    pub standing: Subscription,
    /// What our address for the hub ends in, and what the hub signs with, once it was asked.
    pub keys: Option<HubKeys>,
    step: i64,
}

/// What only we and a hub know.
#[derive(Clone, PartialEq, Eq)]
pub struct HubKeys {
    /// What our address for the hub ends in.
    pub token: String,
    /// What the hub signs with.
    pub secret: String,
}

/// Neither is for logs.
impl std::fmt::Debug for HubKeys {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("HubKeys")
    }
}

/// What a hub sends, as it comes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Delivery {
    /// The `Content-Type`.
    pub content_type: Option<String>,
    /// The `Link` headers, a line each.
    pub links: String,
    /// The document.
    pub body: Vec<u8>,
}

/// A delivery that waits to be taken in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Waiting {
    id: i64,
    /// For which source.
    pub source: SourceId,
    /// About what.
    pub topic: Address,
    /// What was sent.
    pub delivery: Delivery,
}

macro_rules! subscription_columns {
    () => {
        "SELECT id, source_id, hub, topic, stage, due, live_until, failures, step, token, secret FROM subscriptions WHERE "
    };
}

impl Store {
    /// The subscriptions about which something is to be done, those that have waited longest first.
    pub fn subscriptions_due(&self, now: Time, limit: u32) -> Pending<'_, Vec<SubscriptionRecord>> {
        Box::pin(async move {
            const SQL: &str = concat!(subscription_columns!(), "due <= $1 ORDER BY due LIMIT $2");
            Ok(on!(Reader, self.reader(), |c| sqlx::query(SQL)
                .bind(now.millis())
                .bind(i64::from(limit))
                .fetch_all(c)
                .await?
                .iter()
                .map(SubscriptionRecord::read)
                .collect::<sqlx::Result<_>>()?))
        })
    }

    /// The subscription that a hub means by our address for it.
    pub fn subscription<'a>(&'a self, token: &'a str) -> Pending<'a, Option<SubscriptionRecord>> {
        Box::pin(async move {
            const SQL: &str = concat!(subscription_columns!(), "token = $1");
            Ok(on!(Reader, self.reader(), |c| sqlx::query(SQL)
                .bind(plain(token))
                .fetch_optional(c)
                .await?
                .as_ref()
                .map(SubscriptionRecord::read)
                .transpose()?))
        })
    }

    /// The subscriptions of a source, the newest last.
    pub fn subscriptions_of(&self, source: SourceId) -> Pending<'_, Vec<SubscriptionRecord>> {
        Box::pin(async move {
            const SQL: &str = concat!(subscription_columns!(), "source_id = $1 ORDER BY id");
            Ok(on!(Reader, self.reader(), |c| sqlx::query(SQL)
                .bind(source.get())
                .fetch_all(c)
                .await?
                .iter()
                .map(SubscriptionRecord::read)
                .collect::<sqlx::Result<_>>()?))
        })
    }

    /// Takes a step: `before` as it was read, with the keys that it has from now on. One that is over is forgotten.
    /// `None` if somebody else has taken a step since it was read; else how it is now.
    pub fn step<'a>(
        &'a self,
        before: &'a SubscriptionRecord,
        after: Subscription,
        message: Option<&'a str>,
        now: Time,
    ) -> Pending<'a, Option<SubscriptionRecord>> {
        Box::pin(async move {
            const STEP: &str = "
                UPDATE subscriptions SET stage = $3, due = $4, live_until = $5, failures = $6, token = $7, secret = $8,
                    message = $9, step = step + 1
                WHERE id = $1 AND step = $2";
            let mut tx = self.begin().await?;
            let stepped = if after.stage == Stage::Over {
                forget(&mut tx, before).await?
            } else {
                let keys = before.keys.as_ref();
                on!(Tx, &mut tx, |c| sqlx::query(STEP)
                    .bind(before.id.get())
                    .bind(before.step)
                    .bind(after.stage.as_str())
                    .bind(after.due.millis())
                    .bind(after.live_until.map(Time::millis))
                    .bind(i64::from(after.failures))
                    .bind(keys.map(|keys| plain(&keys.token)))
                    .bind(keys.map(|keys| plain(&keys.secret)))
                    .bind(plain_or_none(message))
                    .execute(&mut **c)
                    .await?
                    .rows_affected())
                    > 0
            };
            if !stepped {
                return Ok(None);
            }
            if after.live_until != before.standing.live_until {
                note_lease(&mut tx, before.source, after.live_until, now).await?;
            }
            tx.commit().await?;
            Ok(Some(SubscriptionRecord { standing: after, step: before.step + 1, ..before.clone() }))
        })
    }

    /// Keeps what a hub sent until it is taken in. `false` if too much of it waits already.
    pub fn deliver<'a>(&'a self, to: SubscriptionId, delivery: &'a Delivery, now: Time) -> Pending<'a, bool> {
        Box::pin(async move {
            const WAITING: &str = "
                SELECT COALESCE(SUM(CASE WHEN subscription_id = $1 THEN 1 ELSE 0 END), 0) AS own, COUNT(*) AS every
                FROM deliveries";
            const KEEP: &str = "
                INSERT INTO deliveries (subscription_id, received, content_type, links, body) VALUES ($1, $2, $3, $4, $5)";
            let mut tx = self.begin().await?;
            let (own, every): (i64, i64) = on!(Tx, &mut tx, |c| {
                let row = sqlx::query(WAITING).bind(to.get()).fetch_one(&mut **c).await?;
                (row.must("own")?, row.must("every")?)
            });
            if own >= MOST_WAITING || every >= MOST_WAITING_IN_ALL {
                return Ok(false);
            }
            on!(Tx, &mut tx, |c| sqlx::query(KEEP)
                .bind(to.get())
                .bind(now.millis())
                .bind(plain_or_none(delivery.content_type.as_deref()))
                .bind(plain(&delivery.links))
                .bind(delivery.body.as_slice())
                .execute(&mut **c)
                .await?
                .rows_affected());
            tx.commit().await?;
            Ok(true)
        })
    }

    /// What hubs have delivered, the oldest first.
    pub fn deliveries(&self, limit: u32) -> Pending<'_, Vec<Waiting>> {
        Box::pin(async move {
            const SQL: &str = "
                SELECT d.id AS id, s.source_id, s.topic, d.content_type, d.links, d.body
                FROM deliveries d JOIN subscriptions s ON s.id = d.subscription_id ORDER BY d.id LIMIT $1";
            Ok(on!(Reader, self.reader(), |c| sqlx::query(SQL)
                .bind(i64::from(limit))
                .fetch_all(c)
                .await?
                .iter()
                .map(Waiting::read)
                .collect::<sqlx::Result<_>>()?))
        })
    }

    /// Forgets a delivery that was taken in, or that is of no use.
    pub fn delivered<'a>(&'a self, delivery: &'a Waiting) -> Pending<'a, ()> {
        Box::pin(async move {
            const SQL: &str = "DELETE FROM deliveries WHERE id = $1";
            let mut tx = self.begin().await?;
            on!(Tx, &mut tx, |c| sqlx::query(SQL).bind(delivery.id).execute(&mut **c).await?.rows_affected());
            tx.commit().await
        })
    }
}

/// Notes which hub a source names from now on: what it named before is given up, what it names now is wanted.
pub(crate) async fn note_hub(
    tx: &mut Tx,
    source: SourceId,
    before: Option<&Hub>,
    news: &HubNews,
    now: Time,
) -> Result<()> {
    const NOTE: &str = "UPDATE sources SET hub = $2 WHERE id = $1";
    let named = match news {
        HubNews::None => return Ok(()),
        HubNews::Ended => None,
        HubNews::Named(hub) => Some(hub),
    };
    if named == before {
        return Ok(());
    }
    on!(Tx, tx, |c| sqlx::query(NOTE)
        .bind(source.get())
        .bind(named.map(json))
        .execute(&mut **c)
        .await?
        .rows_affected());
    give_up(tx, source, now).await?;
    match named {
        Some(hub) => want(tx, source, hub, now).await,
        None => Ok(()),
    }
}

/// Gives up all subscriptions of a source, in good order.
pub(crate) async fn give_up(tx: &mut Tx, source: SourceId, now: Time) -> Result<()> {
    // Nobody but us knows of one that is only wanted.
    const FORGET: &str = "DELETE FROM subscriptions WHERE source_id = $1 AND stage = 'wanted' AND token IS NULL";
    const LEAVE: &str = "
        UPDATE subscriptions SET stage = 'leaving', due = $2, failures = 0, step = step + 1
        WHERE source_id = $1 AND stage NOT IN ('leaving', 'parting')";
    on!(Tx, tx, |c| {
        sqlx::query(FORGET).bind(source.get()).execute(&mut **c).await?;
        sqlx::query(LEAVE).bind(source.get()).bind(now.millis()).execute(&mut **c).await?;
    });
    note_lease(tx, source, None, now).await
}

/// Wants the hub that a source names to tell us.
pub(crate) async fn want(tx: &mut Tx, source: SourceId, hub: &Hub, now: Time) -> Result<()> {
    const SQL: &str = "
        INSERT INTO subscriptions (source_id, hub, topic, stage, due, failures, step)
        VALUES ($1, $2, $3, $4, $5, 0, 0)";
    let Subscription { stage, due, .. } = Subscription::wanted(now);
    on!(Tx, tx, |c| sqlx::query(SQL)
        .bind(source.get())
        .bind(hub.hub.as_str())
        .bind(hub.topic.as_str())
        .bind(stage.as_str())
        .bind(due.millis())
        .execute(&mut **c)
        .await?
        .rows_affected());
    Ok(())
}

/// Notes until when a source's news is told. Where it ends sooner than was thought, the source is looked at as if it had
/// never begun: within an hour, if it can tell that nothing has changed.
async fn note_lease(tx: &mut Tx, source: SourceId, until: Option<Time>, now: Time) -> Result<()> {
    const HOUR: std::time::Duration = std::time::Duration::from_secs(3_600);
    const NOTE: &str = "UPDATE sources SET told_until = $2 WHERE id = $1";
    const SOONER: &str = "
        UPDATE sources SET next_poll = $2
        WHERE id = $1 AND next_poll > $2 AND failures = 0 AND wish_until IS NULL
            AND (etag IS NOT NULL OR last_modified IS NOT NULL) AND last_polled <= $3";
    on!(Tx, tx, |c| {
        sqlx::query(NOTE).bind(source.get()).bind(until.map(Time::millis)).execute(&mut **c).await?;
        if until.is_none() {
            let soon = (now + HOUR).millis();
            sqlx::query(SOONER).bind(source.get()).bind(soon).bind(now.millis()).execute(&mut **c).await?;
        }
    });
    Ok(())
}

async fn forget(tx: &mut Tx, one: &SubscriptionRecord) -> Result<bool> {
    const DELIVERIES: &str = "
        DELETE FROM deliveries
        WHERE subscription_id IN (SELECT id FROM subscriptions WHERE id = $1 AND step = $2)";
    const SUBSCRIPTION: &str = "DELETE FROM subscriptions WHERE id = $1 AND step = $2";
    Ok(on!(Tx, tx, |c| {
        sqlx::query(DELIVERIES).bind(one.id.get()).bind(one.step).execute(&mut **c).await?;
        sqlx::query(SUBSCRIPTION).bind(one.id.get()).bind(one.step).execute(&mut **c).await?.rows_affected() > 0
    }))
}

impl SubscriptionRecord {
    /// The same with these keys.
    pub fn with_keys(self, keys: HubKeys) -> Self {
        Self { keys: Some(keys), ..self }
    }

    fn read(row: &impl Columns) -> sqlx::Result<Self> {
        let keys = row.maybe("token")?.zip(row.maybe("secret")?);
        Ok(Self {
            id: row.must("id")?,
            source: row.must("source_id")?,
            hub: Hub { hub: row.must("hub")?, topic: row.must("topic")? },
            standing: Subscription {
                stage: row.must("stage")?,
                due: row.must("due")?,
                live_until: row.maybe("live_until")?,
                failures: row.must("failures")?,
            },
            keys: keys.map(|(token, secret)| HubKeys { token, secret }),
            step: row.must("step")?,
        })
    }
}

impl Waiting {
    fn read(row: &impl Columns) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.must("id")?,
            source: row.must("source_id")?,
            topic: row.must("topic")?,
            delivery: Delivery {
                content_type: row.maybe("content_type")?,
                links: row.must("links")?,
                body: row.must("body")?,
            },
        })
    }
}
