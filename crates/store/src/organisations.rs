//! Organisations: taken in from registers, found by name, by code and by the host of their site.

use std::collections::{BTreeSet, HashSet};

use model::{Address, Organisation, OrganisationId, OrganisationKeys, SourceId, Time};
use sqlx::{Database, Encode, QueryBuilder, Type};

use crate::ChangeKind;
use crate::changes::{self, NewChange};
use crate::directory::{containing, name_key};
use crate::engine::{Columns, Tx, json, on, plain, plain_or_none};
use crate::error::Result;
use crate::open::Store;
use crate::pending::Pending;
use crate::slug::own_slug;
use crate::{belonging, projects};

/// An organisation, with what the site knows of it.
#[derive(Clone, PartialEq, Debug)]
pub struct OrganisationRecord {
    /// Its number.
    pub id: OrganisationId,
    /// Its place in our addresses.
    pub slug: String,
    /// What is told of it.
    pub told: Organisation,
    /// How many projects are its own.
    pub projects: u64,
    /// How many sources are its own.
    pub sources: u64,
    /// When something else was told of it last.
    pub changed_at: Time,
}

/// What came of something that was taken in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Put<Id> {
    /// It is new.
    New(Id),
    /// It was here, and something else is told of it now.
    Changed(Id),
    /// It was here just so.
    Same(Id),
    /// Another goes by its code or its id, and nothing that is told says that it is the same: nothing is stored.
    Other(Id),
}

/// Which organisations. Whatever is set must hold.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct OrganisationFilter {
    /// Those with this in their name.
    pub name: Option<String>,
    /// Those of a kind.
    pub kind: Option<String>,
    /// Those in a region.
    pub region: Option<String>,
    /// Those that have a project or a source here.
    pub is_here: bool,
    /// Also those that are no more.
    pub with_ended: bool,
}

/// What an organisation is sorted and counted by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OrganisationField {
    /// The kind of body.
    Kind,
    /// The region.
    Region,
}

macro_rules! organisation_columns {
    () => {
        "o.id, o.slug, o.told, o.changed_at,
         (SELECT COUNT(*) FROM projects p WHERE p.organisation_id = o.id) AS projects,
         (SELECT COUNT(*) FROM source_organisations b JOIN sources s ON s.id = b.source_id
          WHERE b.organisation_id = o.id AND s.state IN ('active', 'paused', 'gone')) AS sources"
    };
}

impl OrganisationRecord {
    fn read(row: &impl Columns) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.must("id")?,
            slug: row.must("slug")?,
            told: row.must("told")?,
            projects: row.must("projects")?,
            sources: row.must("sources")?,
            changed_at: row.must("changed_at")?,
        })
    }
}

impl Store {
    /// Takes in what a register tells of organisations, in one transaction, and says of each what came of it. Each is
    /// known again by its code, or without one by its whole name. Sources and projects that are theirs become so.
    pub fn put_organisations<'a>(
        &'a self,
        all: &'a [Organisation],
        now: Time,
    ) -> Pending<'a, Vec<Put<OrganisationId>>> {
        Box::pin(async move {
            let mut tx = self.begin().await?;
            let mut put = Vec::with_capacity(all.len());
            for told in all {
                put.push(put_one(&mut tx, told, now).await?);
            }
            if put.iter().any(|put| matches!(put, Put::New(_) | Put::Changed(_))) {
                let mut changes: Vec<NewChange> = belonging::settle_all(&mut tx)
                    .await?
                    .into_iter()
                    .map(|source| NewChange::of_source(ChangeKind::SourceChanged, source))
                    .collect();
                changes.extend(projects::place(&mut tx).await?);
                changes.push(NewChange { kind: ChangeKind::Organisations, source: None, post: None, project: None });
                changes::append(&mut tx, &changes, now).await?;
            }
            tx.commit().await?;
            Ok(put)
        })
    }

    /// An organisation by its slug.
    pub fn organisation_by_slug<'a>(&'a self, slug: &'a str) -> Pending<'a, Option<OrganisationRecord>> {
        const SQL: &str = concat!("SELECT ", organisation_columns!(), " FROM organisations o WHERE o.slug = $1");
        Box::pin(async move {
            Ok(on!(Reader, self.reader(), |c| sqlx::query(SQL)
                .bind(plain(slug))
                .fetch_optional(c)
                .await?
                .as_ref()
                .map(OrganisationRecord::read)
                .transpose()?))
        })
    }

    /// An organisation by its number.
    pub fn organisation(&self, id: OrganisationId) -> Pending<'_, Option<OrganisationRecord>> {
        const SQL: &str = concat!("SELECT ", organisation_columns!(), " FROM organisations o WHERE o.id = $1");
        Box::pin(async move {
            Ok(on!(Reader, self.reader(), |c| sqlx::query(SQL)
                .bind(id.get())
                .fetch_optional(c)
                .await?
                .as_ref()
                .map(OrganisationRecord::read)
                .transpose()?))
        })
    }

    /// The organisations with these codes, in the order of the codes; what is not known is left out.
    pub fn organisations_with_codes<'a>(&'a self, codes: &'a [String]) -> Pending<'a, Vec<OrganisationRecord>> {
        Box::pin(async move {
            if codes.is_empty() {
                return Ok(vec![]);
            }
            let mut found: Vec<OrganisationRecord> = on!(Reader, self.reader(), |c: Db| {
                let mut select = QueryBuilder::<Db>::new("SELECT ");
                select.push(organisation_columns!()).push(" FROM organisations o WHERE o.code IN (");
                let mut list = select.separated(", ");
                codes.iter().take(100).for_each(|code| {
                    list.push_bind(plain(code));
                });
                select.push(")");
                let rows = select.build().persistent(false).fetch_all(c).await?;
                rows.iter().map(OrganisationRecord::read).collect::<sqlx::Result<_>>()?
            });
            found.sort_by_key(|one| codes.iter().position(|code| one.told.code.as_ref() == Some(code)));
            Ok(found)
        })
    }

    /// Organisations by name, from after a place on; the place of each is its own name key and number.
    pub fn organisation_list<'a>(
        &'a self,
        filter: &'a OrganisationFilter,
        after: Option<&'a OrganisationRecord>,
        limit: u32,
    ) -> Pending<'a, Vec<OrganisationRecord>> {
        Box::pin(async move {
            Ok(on!(Reader, self.reader(), |c: Db| {
                let mut select = QueryBuilder::<Db>::new("SELECT ");
                select.push(organisation_columns!()).push(" FROM organisations o WHERE 1 = 1");
                push_filter(&mut select, filter);
                if let Some(after) = after {
                    select.push(" AND (o.name_key, o.id) > (").push_bind(name_key(after.told.said()));
                    select.push(", ").push_bind(after.id.get()).push(")");
                }
                select.push(" ORDER BY o.name_key, o.id LIMIT ").push_bind(i64::from(limit));
                let rows = select.build().persistent(false).fetch_all(c).await?;
                rows.iter().map(OrganisationRecord::read).collect::<sqlx::Result<_>>()?
            }))
        })
    }

    /// How many organisations fit a filter.
    pub fn count_organisations<'a>(&'a self, filter: &'a OrganisationFilter) -> Pending<'a, u64> {
        Box::pin(async move {
            let count: i64 = on!(Reader, self.reader(), |c: Db| {
                let mut select = QueryBuilder::<Db>::new("SELECT COUNT(*) FROM organisations o WHERE 1 = 1");
                push_filter(&mut select, filter);
                select.build_query_scalar().persistent(false).fetch_one(c).await?
            });
            Ok(count.unsigned_abs())
        })
    }

    /// How many organisations that fit a filter have each value of a field, by value.
    pub fn organisation_counts<'a>(
        &'a self,
        filter: &'a OrganisationFilter,
        field: OrganisationField,
    ) -> Pending<'a, Vec<(String, u64)>> {
        Box::pin(async move {
            let column = match field {
                OrganisationField::Kind => "o.kind",
                OrganisationField::Region => "o.region",
            };
            Ok(on!(Reader, self.reader(), |c: Db| {
                let mut select = QueryBuilder::<Db>::new("SELECT ");
                select.push(column).push(" AS value, COUNT(*) AS many FROM organisations o WHERE 1 = 1");
                push_filter(&mut select, filter);
                select.push(" AND ").push(column).push(" IS NOT NULL GROUP BY ").push(column);
                select.push(" ORDER BY ").push(column).push(" LIMIT 60");
                let rows = select.build().persistent(false).fetch_all(c).await?;
                rows.iter().map(|row| Ok((row.must("value")?, row.must("many")?))).collect::<sqlx::Result<_>>()?
            }))
        })
    }

    /// The organisation that a name means, where that is certain.
    pub fn organisation_named<'a>(&'a self, name: &'a str) -> Pending<'a, Option<OrganisationId>> {
        Box::pin(async move {
            let named = on!(Reader, self.reader(), |c| {
                let keys = OrganisationKeys::of(name);
                let rows = sqlx::query(NAMED).bind(plain(&keys.whole)).bind(plain(&keys.bare)).fetch_all(c).await?;
                rows.iter().map(Named::read).collect::<sqlx::Result<Vec<_>>>()?
            });
            Ok(certain(&named))
        })
    }
}

const NAMED: &str = "
    SELECT n.organisation_id, o.is_current, CAST(CASE WHEN n.whole = $1 THEN 1 ELSE 0 END AS BIGINT) AS is_whole
    FROM organisation_names n JOIN organisations o ON o.id = n.organisation_id
    WHERE n.whole = $1 OR n.bare = $2 LIMIT 20";

/// Somebody who may be meant by a name.
#[derive(Clone, Copy, Debug)]
struct Named {
    id: OrganisationId,
    is_current: bool,
    is_whole: bool,
}

impl Named {
    fn read(row: &impl Columns) -> sqlx::Result<Self> {
        let is = |column: &str| Ok::<_, sqlx::Error>(row.must::<i64>(column)? == 1);
        Ok(Self { id: row.must("organisation_id")?, is_current: is("is_current")?, is_whole: is("is_whole")? })
    }
}

/// Who is meant: the only one with the whole name, else the only one with the bare name. One that is there counts before
/// those that are no more.
fn certain(named: &[Named]) -> Option<OrganisationId> {
    for (is_whole, is_current) in [(true, true), (false, true), (true, false), (false, false)] {
        let fits: BTreeSet<OrganisationId> = named
            .iter()
            .filter(|one| one.is_current == is_current && (one.is_whole || !is_whole))
            .map(|one| one.id)
            .collect();
        if !fits.is_empty() {
            return if fits.len() == 1 { fits.first().copied() } else { None };
        }
    }
    None
}

/// The same as [`Store::organisation_named`], within a transaction.
pub(crate) async fn named(tx: &mut Tx, name: &str) -> Result<Option<OrganisationId>> {
    let keys = OrganisationKeys::of(name);
    if keys.whole.is_empty() {
        return Ok(None);
    }
    let named = on!(Tx, tx, |c| {
        let rows = sqlx::query(NAMED).bind(plain(&keys.whole)).bind(plain(&keys.bare)).fetch_all(&mut **c).await?;
        rows.iter().map(Named::read).collect::<sqlx::Result<Vec<_>>>()?
    });
    Ok(certain(&named))
}

async fn put_one(tx: &mut Tx, told: &Organisation, now: Time) -> Result<Put<OrganisationId>> {
    const BY_CODE: &str = "SELECT id, told FROM organisations WHERE code = $1";
    const BY_NAME: &str = "SELECT id, told FROM organisations WHERE name = $1 ORDER BY is_current DESC, id LIMIT 1";
    const INSERT: &str = "
        INSERT INTO organisations (slug, name, name_key, code, kind, nation, region, host, is_current, told, changed_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id";
    const UPDATE: &str = "
        UPDATE organisations SET name = $2, name_key = $3, code = $4, kind = $5, nation = $6, region = $7, host = $8,
            is_current = $9, told = $10, changed_at = $11
        WHERE id = $1 RETURNING id";
    const FORGET: &str = "DELETE FROM organisation_names WHERE organisation_id = $1";
    const NAME: &str = "INSERT INTO organisation_names (organisation_id, whole, bare) VALUES ($1, $2, $3)";
    const TAKEN: &str = "SELECT COUNT(*) FROM organisations WHERE slug = $1";
    let (find, key) = match &told.code {
        Some(code) => (BY_CODE, code),
        None => (BY_NAME, &told.name),
    };
    let found: Option<(OrganisationId, Organisation)> = on!(Tx, tx, |c| sqlx::query(find)
        .bind(plain(key))
        .fetch_optional(&mut **c)
        .await?
        .map(|row| -> sqlx::Result<_> { Ok((row.must("id")?, row.must("told")?)) })
        .transpose()?);
    match &found {
        Some((id, before)) if before == told => return Ok(Put::Same(*id)),
        Some((id, before)) if !before.may_be(told) => return Ok(Put::Other(*id)),
        _ => {}
    }
    let host = told.website.as_ref().filter(|site| told.is_current() && is_own_site(site)).map(Address::spoken_host);
    let host = host.map(str::to_owned);
    let (sql, first) = match &found {
        Some((id, _)) => (UPDATE, Err(id.get())),
        None => (INSERT, Ok(own_slug(tx, TAKEN, told.said(), "organisation").await?)),
    };
    let id: i64 = on!(Tx, tx, |c| {
        let query = match first {
            Ok(slug) => sqlx::query_scalar(sql).bind(slug),
            Err(id) => sqlx::query_scalar(sql).bind(id),
        };
        query
            .bind(plain(&told.name))
            .bind(name_key(told.said()))
            .bind(plain_or_none(told.code.as_deref()))
            .bind(plain_or_none(told.kind.as_deref()))
            .bind(plain_or_none(told.nation.as_deref()))
            .bind(plain_or_none(told.region.as_deref()))
            .bind(host)
            .bind(i64::from(told.is_current()))
            .bind(json(told))
            .bind(now.millis())
            .fetch_one(&mut **c)
            .await?
    });
    on!(Tx, tx, |c| sqlx::query(FORGET).bind(id).execute(&mut **c).await?.rows_affected());
    let mut wholes = HashSet::new();
    for keys in told.keys() {
        if wholes.insert(keys.whole.clone()) {
            on!(Tx, tx, |c| sqlx::query(NAME)
                .bind(id)
                .bind(plain(&keys.whole))
                .bind(plain(&keys.bare))
                .execute(&mut **c)
                .await?
                .rows_affected());
        }
    }
    let id = OrganisationId::new(id);
    Ok(if found.is_some() { Put::Changed(id) } else { Put::New(id) })
}

/// Whether all of a host is its own: one that lives on a page of a larger site has no host.
fn is_own_site(site: &Address) -> bool {
    let segments = site.url().path_segments().map_or(0, |path| path.filter(|part| !part.is_empty()).count());
    let is_shared = ["gov.uk", "nhs.uk", "gov.wales", "gov.scot", "github.com", "medium.com", "wordpress.com"];
    segments <= 1 && !is_shared.contains(&site.spoken_host())
}

fn push_filter<DB: Database>(select: &mut QueryBuilder<DB>, filter: &OrganisationFilter)
where
    String: for<'q> Encode<'q, DB> + Type<DB>,
{
    if !filter.with_ended {
        select.push(" AND o.is_current = 1");
    }
    if let Some(name) = &filter.name {
        select.push(" AND o.id IN (SELECT organisation_id FROM organisation_names WHERE whole LIKE ");
        select.push_bind(containing(&OrganisationKeys::of(name).whole)).push(" ESCAPE '\\')");
    }
    if let Some(kind) = &filter.kind {
        select.push(" AND o.kind = ").push_bind(plain(kind));
    }
    if let Some(region) = &filter.region {
        select.push(" AND o.region = ").push_bind(plain(region));
    }
    if filter.is_here {
        select.push(" AND (EXISTS (SELECT 1 FROM projects p WHERE p.organisation_id = o.id)");
        select.push(" OR EXISTS (SELECT 1 FROM source_organisations b WHERE b.organisation_id = o.id))");
    }
}

impl Store {
    /// Says whose a source is, or that it is nobody's: an editor's word, which lasts.
    pub fn set_source_organisation(
        &self,
        source: SourceId,
        organisation: Option<OrganisationId>,
        now: Time,
    ) -> Pending<'_, ()> {
        Box::pin(async move {
            let mut tx = self.begin().await?;
            belonging::say(&mut tx, source, organisation).await?;
            changes::append(&mut tx, &[NewChange::of_source(ChangeKind::SourceChanged, source)], now).await?;
            tx.commit().await
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_means_somebody_only_where_that_is_certain() {
        let one = |id, is_current, is_whole| Named { id: OrganisationId::new(id), is_current, is_whole };
        let meant = |named: &[Named]| certain(named).map(OrganisationId::get);
        assert_eq!(meant(&[]), None);
        assert_eq!(meant(&[one(1, true, false)]), Some(1));
        assert_eq!(meant(&[one(1, true, false), one(2, true, false)]), None);
        assert_eq!(meant(&[one(1, true, false), one(2, true, true)]), Some(2));
        assert_eq!(meant(&[one(1, false, true), one(2, true, false)]), Some(2));
        assert_eq!(meant(&[one(1, false, true), one(2, false, true)]), None);
        assert_eq!(meant(&[one(1, true, true), one(1, true, true)]), Some(1));
    }
}
