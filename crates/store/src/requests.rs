//! What authors ask of us through the form: made, found again, counted.

use model::{Address, Language, Licence, PostId, PostState, RequestId, Show, SourceId, SourceState, Time};

use crate::changes::{self, NewChange};
use crate::editor::{post_state, put_post_state, put_source_state, source_record};
use crate::engine::{Columns, Tx, json, on, plain, plain_or_none};
use crate::error::Result;
use crate::open::Store;
use crate::pending::Pending;
use crate::post::shown_link;
use crate::source::{SetSource, SourceRef};
use crate::words::{ChangeKind, RequestKind, RequestState, Waits};

/// What somebody wants a source to say instead. What is `None` shall stay as it is.
#[derive(Clone, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Wishes {
    /// The name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The website.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// What it says of itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// The language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// The licence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub licence: Option<Licence>,
    /// How much of its posts is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub show: Option<Show>,
    /// The address that it should be polled at. An editor does that by hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
    /// Where an answer would reach whoever asks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
}

/// A request as it comes from the form.
#[derive(Clone, PartialEq, Debug)]
pub struct NewRequest {
    /// What only whoever asked knows.
    pub token: String,
    /// What is asked for.
    pub kind: RequestKind,
    /// Of which source.
    pub source: SourceId,
    /// Of which post of it, if only of one.
    pub post: Option<PostId>,
    /// What shall be put right.
    pub wishes: Wishes,
    /// In words.
    pub message: Option<String>,
    /// The household that asks, as a mark that tells no more than "the same as before".
    pub asker: String,
    /// The network that the household is in, marked in the same way.
    pub network: String,
    /// The line that proves control where it is found.
    pub proof_line: String,
}

/// How many requests are taken since a time, and how many of them are followed before anything is proved.
///
/// What is over the limits on hiding is taken all the same, and waits for a proof: nobody can keep an author from
/// leaving by asking for much.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RequestLimits {
    /// Since when they are counted.
    pub since: Time,
    /// How many one household may make.
    pub household: u64,
    /// How many one network may make.
    pub network: u64,
    /// How many are taken from everybody, so that the store stays small.
    pub all: u64,
    /// How many unproved requests about one source hide something at once.
    pub hides_of_source: u64,
    /// How many unproved requests hide something at once.
    pub hides: u64,
}

/// What came of making a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Asked {
    /// It is made.
    Made(RequestId),
    /// Its household or its network has made too many.
    TooManyFromOne,
    /// Everybody together has made too many.
    TooManyFromAll,
}

/// A request and what has become of it.
#[derive(Clone, PartialEq, Debug)]
pub struct Request {
    /// Its number.
    pub id: RequestId,
    /// What only whoever asked knows.
    pub token: String,
    /// What is asked for.
    pub kind: RequestKind,
    /// Of which source.
    pub source: SourceRef,
    /// Of which post of it, if only of one.
    pub post: Option<RequestedPost>,
    /// What shall be put right.
    pub wishes: Wishes,
    /// In words.
    pub message: Option<String>,
    /// Where it stands.
    pub state: RequestState,
    /// Why it was not followed at once, if it asks to take something out and was not.
    pub waits: Option<Waits>,
    /// When it was made.
    pub made: Time,
    /// The line that proves control where it is found.
    pub proof_line: String,
    /// When we look for it next.
    pub proof_due: Option<Time>,
    /// When we last looked.
    pub proof_checked: Option<Time>,
    /// When it was found.
    pub proof_found_at: Option<Time>,
    /// When it was settled.
    pub settled: Option<Time>,
}

/// The post that a request is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RequestedPost {
    /// Its number.
    pub id: PostId,
    /// Its title.
    pub title: String,
    /// The original.
    pub link: Option<String>,
}

/// What a request changed, as it was before.
#[derive(Clone, PartialEq, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub(crate) struct Before {
    pub(crate) source_state: Option<SourceState>,
    pub(crate) source_reason: Option<String>,
    pub(crate) post_state: Option<PostState>,
    pub(crate) wording: Option<SetSource>,
    /// Why nothing was hidden.
    pub(crate) waits: Option<Waits>,
}

/// Why something that was asked to be taken out is out of sight.
pub(crate) const ASKED: &str = "somebody who says that it is theirs asked us to take it out";

macro_rules! request_columns {
    () => {
        concat!(
            "SELECT r.id AS id, r.token, r.kind AS kind, r.wishes, r.message, r.state AS state, r.made, r.proof_line,
                r.proof_due, r.proof_checked, r.proof_found_at, r.settled, r.before,
                p.id AS post_id, p.title AS post_title, p.link AS post_link, ",
            $crate::source::source_ref_columns!(),
            " FROM requests r JOIN sources s ON s.id = r.source_id LEFT JOIN posts p ON p.id = r.post_id WHERE "
        )
    };
}
pub(crate) use request_columns;

impl Store {
    /// Makes a request, unless there are too many. What it asks to take out is hidden in the same transaction, unless
    /// an editor has brought that back before or very many are hidden already: then the request waits for a proof.
    pub fn add_request<'a>(&'a self, new: &'a NewRequest, limits: &'a RequestLimits, now: Time) -> Pending<'a, Asked> {
        Box::pin(async move {
            const SQL: &str = "
                INSERT INTO requests (token, kind, source_id, post_id, wishes, message, state, made, asker, proof_line,
                    before)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id";
            let mut tx = self.begin().await?;
            take_turn(&mut tx).await?;
            let made = Made::since(&mut tx, new, limits.since).await?;
            if made.by_household >= limits.household || made.by_network >= limits.network {
                return Ok(Asked::TooManyFromOne);
            }
            if made.by_all >= limits.all {
                return Ok(Asked::TooManyFromAll);
            }
            let mut before = Before::default();
            let mut changes =
                vec![NewChange { kind: ChangeKind::Request, source: Some(new.source), post: new.post, project: None }];
            let mut state = RequestState::Waiting;
            if new.kind == RequestKind::TakeOut {
                before.waits = if was_brought_back(&mut tx, new).await? {
                    Some(Waits::BroughtBack)
                } else if made.hides_of_source >= limits.hides_of_source || made.hides >= limits.hides {
                    Some(Waits::Crowd)
                } else {
                    changes.extend(hide(&mut tx, new, &mut before, now).await?);
                    state = RequestState::InForce;
                    None
                };
            }
            let id: i64 = on!(Tx, &mut tx, |c| sqlx::query_scalar(SQL)
                .bind(plain(&new.token))
                .bind(new.kind.as_str())
                .bind(new.source.get())
                .bind(new.post.map(PostId::get))
                .bind(json(&new.wishes))
                .bind(plain_or_none(new.message.as_deref()))
                .bind(state.as_str())
                .bind(now.millis())
                .bind(new.mark())
                .bind(plain(&new.proof_line))
                .bind(json(&before))
                .fetch_one(&mut **c)
                .await?);
            changes::append(&mut tx, &changes, now).await?;
            tx.commit().await?;
            Ok(Asked::Made(RequestId::new(id)))
        })
    }

    /// A request by what only whoever made it knows.
    pub fn request<'a>(&'a self, token: &'a str) -> Pending<'a, Option<Request>> {
        Box::pin(async move {
            const SQL: &str = concat!(request_columns!(), "r.token = $1");
            Ok(on!(Reader, self.reader(), |c| sqlx::query(SQL)
                .bind(plain(token))
                .fetch_optional(c)
                .await?
                .as_ref()
                .map(Request::read)
                .transpose()?))
        })
    }

    /// A request by its number.
    pub fn request_by_id(&self, id: RequestId) -> Pending<'_, Option<Request>> {
        Box::pin(async move {
            const SQL: &str = concat!(request_columns!(), "r.id = $1");
            Ok(on!(Reader, self.reader(), |c| sqlx::query(SQL)
                .bind(id.get())
                .fetch_optional(c)
                .await?
                .as_ref()
                .map(Request::read)
                .transpose()?))
        })
    }

    /// The latest requests, those that an editor can still settle first.
    pub fn requests(&self, limit: u32) -> Pending<'_, Vec<Request>> {
        Box::pin(async move {
            const SQL: &str = concat!(
                request_columns!(),
                "1 = 1 ORDER BY CASE WHEN r.state IN ('waiting', 'in-force') THEN 0 ELSE 1 END, r.made DESC, r.id DESC
                 LIMIT $1"
            );
            Ok(on!(Reader, self.reader(), |c| sqlx::query(SQL)
                .bind(i64::from(limit))
                .fetch_all(c)
                .await?
                .iter()
                .map(Request::read)
                .collect::<sqlx::Result<_>>()?))
        })
    }
}

/// Requests are made one after the other, so that many at once are counted like many in a row. The row is of no other
/// use, and no other lock is held while it is waited for.
async fn take_turn(tx: &mut Tx) -> Result<()> {
    const SQL: &str = "
        INSERT INTO settings (key, value) VALUES ('requests', '') ON CONFLICT (key) DO UPDATE SET value = excluded.value";
    on!(Tx, tx, |c| sqlx::query(SQL).execute(&mut **c).await?.rows_affected());
    Ok(())
}

/// How many requests were made since a time, by whom and with which effect.
struct Made {
    by_household: u64,
    by_network: u64,
    by_all: u64,
    hides_of_source: u64,
    hides: u64,
}

impl Made {
    async fn since(tx: &mut Tx, new: &NewRequest, since: Time) -> Result<Self> {
        // What was hidden and brought back counts too: it kept an editor busy.
        const SQL: &str = "
            WITH recent AS (
                SELECT asker, source_id,
                    CASE WHEN kind = 'take-out' AND state IN ('in-force', 'undone') THEN 1 ELSE 0 END AS hid
                FROM requests WHERE made >= $1)
            SELECT COUNT(*) AS by_all,
                COUNT(CASE WHEN asker = $2 THEN 1 END) AS by_household,
                COUNT(CASE WHEN asker LIKE $3 THEN 1 END) AS by_network,
                COUNT(CASE WHEN hid = 1 THEN 1 END) AS hides,
                COUNT(CASE WHEN hid = 1 AND source_id = $4 THEN 1 END) AS hides_of_source
            FROM recent";
        Ok(on!(Tx, tx, |c| {
            let row = sqlx::query(SQL)
                .bind(since.millis())
                .bind(new.mark())
                .bind(format!("{}.%", plain(&new.network)))
                .bind(new.source.get())
                .fetch_one(&mut **c)
                .await?;
            Self {
                by_household: row.must("by_household")?,
                by_network: row.must("by_network")?,
                by_all: row.must("by_all")?,
                hides_of_source: row.must("hides_of_source")?,
                hides: row.must("hides")?,
            }
        }))
    }
}

impl NewRequest {
    /// The mark of the household, as it is kept: behind that of its network.
    fn mark(&self) -> String {
        plain(&format!("{}.{}", self.network, self.asker))
    }
}

/// Whether an editor has undone an earlier request to take out the same. Asking again would start a game without end.
async fn was_brought_back(tx: &mut Tx, new: &NewRequest) -> Result<bool> {
    const SQL: &str = "
        SELECT COUNT(*) FROM requests
        WHERE kind = 'take-out' AND state = 'undone' AND source_id = $1 AND COALESCE(post_id, 0) = $2";
    let count: i64 = on!(Tx, tx, |c| sqlx::query_scalar(SQL)
        .bind(new.source.get())
        .bind(new.post.map_or(0, PostId::get))
        .fetch_one(&mut **c)
        .await?);
    Ok(count > 0)
}

/// Takes out of sight what a request is about, and notes how it was.
async fn hide(tx: &mut Tx, new: &NewRequest, before: &mut Before, now: Time) -> Result<Vec<NewChange>> {
    if let Some(post) = new.post {
        before.post_state = post_state(tx, post).await?;
        return match before.post_state {
            Some(PostState::Shown) => put_post_state(tx, post, PostState::Hidden, Some(ASKED), now).await,
            _ => Ok(vec![]),
        };
    }
    let Some(source) = source_record(tx, new.source).await? else { return Ok(vec![]) };
    before.source_state = Some(source.state);
    before.source_reason = source.state_reason;
    if source.state.is_shown() {
        put_source_state(tx, new.source, SourceState::Hidden, Some(ASKED), now).await
    } else {
        Ok(vec![])
    }
}

impl Request {
    pub(crate) fn read(row: &impl Columns) -> sqlx::Result<Self> {
        let post = row.maybe("post_id")?.map(|id| {
            let title = row.must("post_title")?;
            Ok::<_, sqlx::Error>(RequestedPost { id, title, link: shown_link(row, "post_link")? })
        });
        Ok(Self {
            id: row.must("id")?,
            token: row.must("token")?,
            kind: row.must("kind")?,
            source: SourceRef::read(row)?,
            post: post.transpose()?,
            wishes: row.must("wishes")?,
            message: row.maybe("message")?,
            state: row.must("state")?,
            waits: row.maybe::<Before>("before")?.and_then(|before| before.waits),
            made: row.must("made")?,
            proof_line: row.must("proof_line")?,
            proof_due: row.maybe("proof_due")?,
            proof_checked: row.maybe("proof_checked")?,
            proof_found_at: row.maybe("proof_found_at")?,
            settled: row.maybe("settled")?,
        })
    }
}
