//! Adding sources: one that a person names, or ten thousand from a list.

use std::collections::HashSet;

use model::{Address, SourceId, SourceState, Time};

use crate::ChangeKind;
use crate::belonging;
use crate::changes::{self, NewChange};
use crate::directory;
use crate::editor::put_source_state;
use crate::engine::{Columns, Tx, json, on, plain, plain_or_none};
use crate::error::Result;
use crate::groups::{self, Paths};
use crate::open::Store;
use crate::pending::Pending;
use crate::slug::{free_slug, slug};
use crate::source::{Attributes, SourceClaims};
use crate::words::SourceKind;

/// A source to add.
#[derive(Clone, PartialEq, Debug)]
pub struct NewSource {
    /// Where it will be polled.
    pub address: Address,
    /// What that address gives.
    pub kind: SourceKind,
    /// What is known of it so far; `said_name` must not be empty.
    pub claims: SourceClaims,
    /// Its name in the list that it comes from.
    pub listed_name: Option<String>,
    /// The rest of its outline there.
    pub listed_attributes: Attributes,
    /// The groups that it is in, each as the path of names that leads to it.
    pub groups: Vec<Vec<String>>,
    /// When to poll it first.
    pub next_poll: Time,
}

/// What came of adding a source.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Added {
    /// It is new.
    New(SourceId),
    /// It is there already; it may have come into more groups.
    Known(SourceId),
    /// An editor had removed it; now it is back, with its posts.
    Back(SourceId),
    /// Its owner has left for good.
    Left {
        /// The source that left.
        source: SourceId,
        /// Its name.
        name: String,
        /// When it left.
        since: Time,
    },
}

impl Store {
    /// Adds sources in one transaction, and says of each what came of it, in their order.
    pub fn add_sources<'a>(&'a self, sources: &'a [NewSource], now: Time) -> Pending<'a, Vec<Added>> {
        Box::pin(async move {
            let mut tx = self.begin().await?;
            let left = LeftSource::all(&mut tx).await?;
            let mut paths = Paths::default();
            let mut changes = vec![];
            let mut added = Vec::with_capacity(sources.len());
            for new in sources {
                let new = &NewSource { address: new.address.document(), ..new.clone() };
                let one = add(&mut tx, new, &left, now, &mut changes).await?;
                if let Added::New(id) | Added::Known(id) | Added::Back(id) = one {
                    let mut moved = false;
                    for path in &new.groups {
                        moved |= groups::put(&mut tx, &mut paths, id, path).await?;
                    }
                    if moved && !matches!(one, Added::New(_)) {
                        changes.push(NewChange::of_source(ChangeKind::Groups, id));
                    }
                }
                added.push(one);
            }
            changes::append(&mut tx, &changes, now).await?;
            tx.commit().await?;
            Ok(added)
        })
    }
}

async fn add(
    tx: &mut Tx,
    new: &NewSource,
    left: &[LeftSource],
    now: Time,
    changes: &mut Vec<NewChange>,
) -> Result<Added> {
    // Where a source has moved away by itself, an old list still names its former address.
    const FIND: &str = "
        SELECT id, state FROM sources WHERE address = $1
        UNION ALL
        SELECT s.id, s.state FROM source_moves m JOIN sources s ON s.id = m.source_id
        WHERE m.left_address = $1 AND m.why IN ('redirect', 'page')
            AND NOT EXISTS (SELECT 1 FROM sources there WHERE there.address = $1)
        ORDER BY 1 LIMIT 1";
    for left in left {
        if left.covers(tx, new).await? {
            return Ok(Added::Left { source: left.id, name: left.name.clone(), since: left.since });
        }
    }
    let found: Option<(SourceId, SourceState)> = on!(Tx, tx, |c| sqlx::query(FIND)
        .bind(new.address.as_str())
        .fetch_optional(&mut **c)
        .await?
        .map(|row| -> sqlx::Result<_> { Ok((row.must("id")?, row.must("state")?)) })
        .transpose()?);
    match found {
        Some((id, SourceState::Removed)) => {
            // Coming back makes it no sooner that it is asked.
            const DUE: &str =
                "UPDATE sources SET next_poll = CASE WHEN next_poll > $2 THEN next_poll ELSE $2 END WHERE id = $1";
            on!(Tx, tx, |c| sqlx::query(DUE)
                .bind(id.get())
                .bind(new.next_poll.millis())
                .execute(&mut **c)
                .await?
                .rows_affected());
            changes.extend(put_source_state(tx, id, SourceState::Active, None, now).await?);
            changes.push(NewChange::of_source(ChangeKind::SourceChanged, id));
            Ok(Added::Back(id))
        }
        Some((id, _)) => Ok(Added::Known(id)),
        None => {
            let id = insert(tx, new, now).await?;
            belonging::settle(tx, id, new.address.spoken_host()).await?;
            changes.push(NewChange::of_source(ChangeKind::SourceAdded, id));
            Ok(Added::New(id))
        }
    }
}

async fn insert(tx: &mut Tx, new: &NewSource, now: Time) -> Result<SourceId> {
    const INSERT: &str = "
        INSERT INTO sources (slug, address, kind, state, state_since, added, claimed_title, listed_name, said_name,
            site, about, language, licence, listed_attributes, next_poll, name_key, site_host, host)
        VALUES ($1, $2, $3, 'active', $4, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
        ON CONFLICT (slug) DO NOTHING RETURNING id";
    let host = new.address.spoken_host();
    let names = [slug(&new.claims.said_name, "source"), slug(&format!("{} {host}", new.claims.said_name), "source")];
    const TAKEN: &str = "SELECT COUNT(*) FROM sources WHERE slug = $1";
    let mut attempt = 0;
    loop {
        // The name; with its host; with a number.
        let slug = match names.get(attempt) {
            Some(name) => name.clone(),
            None => free_slug(tx, TAKEN, &names[0], &HashSet::new()).await?,
        };
        let id: Option<i64> = on!(Tx, tx, |c| sqlx::query_scalar(INSERT)
            .bind(slug)
            .bind(new.address.as_str())
            .bind(new.kind.as_str())
            .bind(now.millis())
            .bind(plain_or_none(new.claims.title.as_deref()))
            .bind(plain_or_none(new.listed_name.as_deref()))
            .bind(plain(&new.claims.said_name))
            .bind(plain_or_none(new.claims.site.as_deref()))
            .bind(plain_or_none(new.claims.about.as_deref()))
            .bind(new.claims.language.as_ref().map(|language| language.as_str().to_owned()))
            .bind(plain_or_none(new.claims.licence.as_ref().map(|licence| licence.as_str())))
            .bind(json(&new.listed_attributes))
            .bind(new.next_poll.millis())
            .bind(directory::name_key(&new.claims.said_name))
            .bind(directory::site_host(new.claims.site.as_deref(), &new.address))
            .bind(new.address.server())
            .fetch_optional(&mut **c)
            .await?);
        match id {
            Some(id) => return Ok(SourceId::new(id)),
            None => attempt += 1,
        }
    }
}

/// A source that its owner took out for good.
struct LeftSource {
    id: SourceId,
    name: String,
    since: Time,
    address: String,
    site: Option<String>,
}

impl LeftSource {
    async fn all(tx: &mut Tx) -> Result<Vec<Self>> {
        const LEFT: &str = "
            SELECT id, COALESCE(set_name, said_name) AS name, state_since, address, COALESCE(set_site, site) AS site
            FROM sources WHERE state = 'left'";
        Ok(on!(Tx, tx, |c| {
            let rows = sqlx::query(LEFT).fetch_all(&mut **c).await?;
            rows.iter().map(Self::read).collect::<sqlx::Result<Vec<_>>>()?
        }))
    }

    fn read(row: &impl Columns) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.must("id")?,
            name: row.must("name")?,
            since: row.must("state_since")?,
            address: row.must("address")?,
            site: row.maybe("site")?,
        })
    }

    /// Whether a source is this one again: the same address, the same site, or an address within that site.
    ///
    /// A whole host counts as the site only where nobody else lives on it: one who leaves a platform leaves alone.
    async fn covers(&self, tx: &mut Tx, new: &NewSource) -> Result<bool> {
        let address = bare(new.address.as_str());
        if address == bare(&self.address) {
            return Ok(true);
        }
        let Some(site) = self.site.as_deref().map(bare) else { return Ok(false) };
        let is_within = |other: &str| {
            other.strip_prefix(&site).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']))
        };
        if !is_within(&address) && !new.claims.site.as_deref().is_some_and(|site| is_within(&bare(site))) {
            return Ok(false);
        }
        Ok(site.contains('/') || !self.is_on_shared_host(tx).await?)
    }

    /// Whether other sources live on the host of its site, which then belongs to no single owner.
    async fn is_on_shared_host(&self, tx: &mut Tx) -> Result<bool> {
        const NEIGHBOURS: &str =
            "SELECT COUNT(*) FROM sources WHERE state <> 'left' AND (address LIKE $1 OR address LIKE $2)";
        let Some(site) = self.site.as_deref().and_then(|site| Address::parse(site).ok()) else { return Ok(false) };
        let host = site.host().replace(['%', '_'], "");
        let neighbours: i64 = on!(Tx, tx, |c| sqlx::query_scalar(NEIGHBOURS)
            .bind(format!("http://{host}%"))
            .bind(format!("https://{host}%"))
            .fetch_one(&mut **c)
            .await?);
        Ok(neighbours > 0)
    }
}

/// An address without what does not tell sites apart: scheme, `www.`, closing slashes and empty queries.
fn bare(address: &str) -> String {
    let address = address.trim().to_lowercase();
    let address = address.split_once("://").map_or(address.as_str(), |(_, rest)| rest);
    address.strip_prefix("www.").unwrap_or(address).trim_end_matches(['/', '?', '&']).to_owned()
}
