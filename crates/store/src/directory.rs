//! The directory of sources: by name, in pages, found by what they are called and where they are, however many there are.

use model::{Address, GroupId, SourceId};
use sqlx::{Database, Encode, QueryBuilder, Type};

use crate::belonging;
use crate::engine::{Columns, Tx, on, plain};
use crate::error::Result;
use crate::open::Store;
use crate::pending::Pending;
use crate::slug::folded;
use crate::source::{SourceRecord, source_columns};

/// Which sources of the directory. Whatever is set must hold; sources that are not shown are never in it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SourceFilter {
    /// Those with this in their name.
    pub name: Option<String>,
    /// Those of a group and of the groups in it.
    pub group: Option<GroupId>,
    /// Those that have trouble, or those that have none.
    pub troubled: Option<bool>,
}

/// Which stretch of the directory.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SourcePage {
    /// Its beginning.
    First,
    /// The names from these letters on.
    From(String),
    /// What comes after a source.
    After(SourceId),
    /// What comes before a source.
    Before(SourceId),
}

/// A stretch of the directory.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct SourceList {
    /// The sources, by name.
    pub sources: Vec<SourceRecord>,
    /// Whether something comes before them.
    pub has_before: bool,
    /// Whether something comes after them.
    pub has_after: bool,
}

/// How many sources there are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SourceCounts {
    /// That are shown.
    pub shown: u64,
    /// That are shown and have trouble.
    pub troubled: u64,
}

/// A source's name and its place in our addresses.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SourceName {
    /// Its place in our addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
}

/// What `sources_by_name` and `sources_troubled` hold, in the words of their definitions.
const SHOWN: &str = "state IN ('active', 'paused', 'gone')";
const TROUBLED: &str = "state = 'active' AND last_answer NOT IN ('new', 'unchanged')";

/// A choice of so few sources is sorted; through a larger one the directory is followed until a page is full.
const FEW: i64 = 2_000;

/// How many of the newest posts tell which sources are active.
const LATELY: u32 = 2_000;

/// The longest name by which the directory is sorted, in characters.
const LONGEST_KEY: usize = 200;

impl Store {
    /// A stretch of the directory, or of any filter of it.
    pub fn source_list<'a>(
        &'a self,
        filter: &'a SourceFilter,
        page: &'a SourcePage,
        limit: u32,
    ) -> Pending<'a, SourceList> {
        Box::pin(async move {
            let limit = limit.clamp(1, 1_000);
            let chosen = self.few_of(filter).await?;
            let from = match page {
                SourcePage::First => None,
                SourcePage::From(letters) => Some((plain(letters).to_lowercase(), 0)),
                SourcePage::After(id) | SourcePage::Before(id) => self.key_of(*id).await?.map(|key| (key, id.get())),
            };
            let backwards = matches!(page, SourcePage::Before(_));
            let mut sources = self.walk(filter, chosen.as_deref(), from.as_ref(), backwards, limit + 1).await?;
            let has_more = sources.len() > limit as usize;
            sources.truncate(limit as usize);
            if backwards {
                sources.reverse();
            }
            // On the other side is at least the source that the stretch starts from; before letters, somebody has to look.
            let has_other = match (page, &from) {
                (SourcePage::From(_), Some(from)) => {
                    !self.walk(filter, chosen.as_deref(), Some(from), true, 1).await?.is_empty()
                }
                (SourcePage::After(_) | SourcePage::Before(_), Some(_)) => true,
                _ => false,
            };
            let (has_before, has_after) = if backwards { (has_more, has_other) } else { (has_other, has_more) };
            Ok(SourceList { sources, has_before, has_after })
        })
    }

    /// The sources that are called exactly so, whatever the case; where there are none, those with that in their name.
    pub fn sources_called<'a>(&'a self, name: &'a str, limit: u32) -> Pending<'a, Vec<SourceRecord>> {
        Box::pin(async move {
            let sql = format!(
                "SELECT {} FROM sources WHERE {SHOWN} AND name_key = $1 ORDER BY id LIMIT $2",
                source_columns!()
            );
            let key = name_key(name);
            let exactly: Vec<SourceRecord> = on!(Reader, self.reader(), |c| {
                let sql = sqlx::AssertSqlSafe(sql);
                let rows = sqlx::query(sql).bind(&key).bind(i64::from(limit)).fetch_all(c).await?;
                rows.iter().map(SourceRecord::read).collect::<sqlx::Result<_>>()?
            });
            if !exactly.is_empty() || key.is_empty() {
                return Ok(exactly);
            }
            let filter = SourceFilter { name: Some(name.to_owned()), ..SourceFilter::default() };
            self.walk(&filter, None, None, false, limit).await
        })
    }

    /// The sources in any state whose site, or else whose address, is on a host, as [`Address::spoken_host`] says it.
    pub fn sources_on_host<'a>(&'a self, host: &'a str, limit: u32) -> Pending<'a, Vec<SourceRecord>> {
        Box::pin(async move {
            const SQL: &str = concat!(
                "SELECT ",
                source_columns!(),
                " FROM sources WHERE site_host = $1 ORDER BY site_host, id LIMIT $2"
            );
            Ok(on!(Reader, self.reader(), |c| {
                let rows = sqlx::query(SQL).bind(plain(host)).bind(i64::from(limit)).fetch_all(c).await?;
                rows.iter().map(SourceRecord::read).collect::<sqlx::Result<_>>()?
            }))
        })
    }

    /// How many sources are shown, and how many of them have trouble.
    pub fn count_sources(&self) -> Pending<'_, SourceCounts> {
        Box::pin(async move {
            let sql = format!(
                "SELECT (SELECT COUNT(*) FROM sources WHERE {SHOWN}) AS shown,
                        (SELECT COUNT(*) FROM sources WHERE {TROUBLED}) AS troubled"
            );
            Ok(on!(Reader, self.reader(), |c| {
                let row = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_one(c).await?;
                SourceCounts { shown: row.must("shown")?, troubled: row.must("troubled")? }
            }))
        })
    }

    /// The first sources by name.
    pub fn source_names(&self, limit: u32) -> Pending<'_, Vec<SourceName>> {
        Box::pin(async move {
            let sql = format!(
                "SELECT slug, COALESCE(set_name, said_name) AS name FROM sources
                 WHERE {SHOWN} AND name_key IS NOT NULL ORDER BY name_key, id LIMIT $1"
            );
            Ok(on!(Reader, self.reader(), |c| {
                let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(i64::from(limit)).fetch_all(c).await?;
                rows.iter().map(SourceName::read).collect::<sqlx::Result<_>>()?
            }))
        })
    }

    /// The sources that most of the newest posts come from, by name.
    pub fn active_sources(&self, limit: u32) -> Pending<'_, Vec<SourceName>> {
        Box::pin(async move {
            const SQL: &str = "
                SELECT s.slug, COALESCE(s.set_name, s.said_name) AS name FROM (
                    SELECT source_id, COUNT(*) AS posts FROM (
                        SELECT source_id FROM posts WHERE in_river = 1 ORDER BY place DESC, id DESC LIMIT $1) AS newest
                    GROUP BY source_id ORDER BY posts DESC, source_id LIMIT $2) AS active
                JOIN sources s ON s.id = active.source_id ORDER BY s.name_key, s.id";
            Ok(on!(Reader, self.reader(), |c| {
                let rows = sqlx::query(SQL).bind(i64::from(LATELY)).bind(i64::from(limit)).fetch_all(c).await?;
                rows.iter().map(SourceName::read).collect::<sqlx::Result<_>>()?
            }))
        })
    }

    /// Which of these letters names begin with: each is the first of a range that the next one ends.
    pub fn letters<'a>(&'a self, letters: &'a [&'a str]) -> Pending<'a, Vec<bool>> {
        Box::pin(async move {
            Ok(on!(Reader, self.reader(), |c: Db| {
                let mut select = QueryBuilder::<Db>::new("SELECT ");
                for (at, letter) in letters.iter().enumerate() {
                    select.push(if at == 0 { "" } else { ", " });
                    select.push("(SELECT COUNT(*) FROM (SELECT 1 FROM sources WHERE ").push(SHOWN);
                    select.push(" AND name_key >= ").push_bind((*letter).to_owned());
                    if let Some(next) = letters.get(at + 1) {
                        select.push(" AND name_key < ").push_bind((*next).to_owned());
                    }
                    select.push(" LIMIT 1) AS one) AS n").push(at);
                }
                let row = select.build().persistent(false).fetch_one(c).await?;
                let has = |at: usize| Ok(row.must::<i64>(&format!("n{at}"))? > 0);
                (0..letters.len()).map(has).collect::<sqlx::Result<_>>()?
            }))
        })
    }

    async fn key_of(&self, id: SourceId) -> Result<Option<String>> {
        const SQL: &str = "SELECT name_key FROM sources WHERE id = $1";
        Ok(on!(Reader, self.reader(), |c| sqlx::query(SQL)
            .bind(id.get())
            .fetch_optional(c)
            .await?
            .map(|row| row.maybe("name_key"))
            .transpose()?
            .flatten()))
    }

    /// The sources of a group, or those in trouble, where they are few enough to be sorted.
    async fn few_of(&self, filter: &SourceFilter) -> Result<Option<Vec<i64>>> {
        if filter.group.is_none() && filter.troubled != Some(true) {
            return Ok(None);
        }
        let ids: Vec<i64> = on!(Reader, self.reader(), |c: Db| {
            let mut select = QueryBuilder::<Db>::new("");
            match filter.group {
                Some(group) => {
                    push_inside(&mut select, group);
                    select.push(" SELECT DISTINCT source_id FROM group_sources");
                    select.push(" WHERE group_id IN (SELECT id FROM inside) LIMIT ");
                }
                None => {
                    select.push("SELECT id FROM sources WHERE ").push(TROUBLED).push(" LIMIT ");
                }
            }
            select.push_bind(FEW + 1);
            select.build_query_scalar().persistent(false).fetch_all(c).await?
        });
        Ok((ids.len() as i64 <= FEW).then_some(ids))
    }

    /// The next sources from a place on, nearest first; a place itself is not in what comes after or before it.
    async fn walk(
        &self,
        filter: &SourceFilter,
        chosen: Option<&[i64]>,
        from: Option<&(String, i64)>,
        backwards: bool,
        limit: u32,
    ) -> Result<Vec<SourceRecord>> {
        Ok(on!(Reader, self.reader(), |c: Db| {
            let mut select = QueryBuilder::<Db>::new("");
            push_walk(&mut select, filter, chosen, from, backwards, limit);
            let rows = select.build().persistent(false).fetch_all(c).await?;
            rows.iter().map(SourceRecord::read).collect::<sqlx::Result<_>>()?
        }))
    }
}

/// Writes the statement that follows the directory from a place on.
pub(crate) fn push_walk<DB: Database>(
    select: &mut QueryBuilder<DB>,
    filter: &SourceFilter,
    chosen: Option<&[i64]>,
    from: Option<&(String, i64)>,
    backwards: bool,
    limit: u32,
) where
    i64: for<'q> Encode<'q, DB> + Type<DB>,
    String: for<'q> Encode<'q, DB> + Type<DB>,
{
    if let (Some(group), None) = (filter.group, chosen) {
        push_inside(select, group);
    }
    select.push(concat!(" SELECT ", source_columns!(), " FROM sources WHERE "));
    select.push(SHOWN).push(" AND name_key IS NOT NULL");
    match (chosen, filter.group) {
        (Some(chosen), _) => {
            select.push(" AND id IN (");
            let mut list = select.separated(", ");
            chosen.iter().for_each(|id| {
                list.push_bind(*id);
            });
            select.push(if chosen.is_empty() { "NULL)" } else { ")" });
        }
        (None, Some(_)) => {
            select.push(" AND EXISTS (SELECT 1 FROM group_sources m WHERE m.source_id = sources.id");
            select.push(" AND m.group_id IN (SELECT id FROM inside))");
        }
        (None, None) => {}
    }
    match filter.troubled {
        Some(true) => {
            select.push(" AND ").push(TROUBLED);
        }
        Some(false) => {
            select.push(" AND NOT (state = 'active' AND COALESCE(last_answer, 'new') NOT IN ('new', 'unchanged'))");
        }
        None => {}
    }
    if let Some(name) = &filter.name {
        match name_key(name) {
            // Signs alone are in no name that the directory knows.
            words if words.is_empty() => select.push(" AND name_key = ''"),
            words => select.push(" AND name_key LIKE ").push_bind(containing(&words)).push(" ESCAPE '\\'"),
        };
    }
    let (sign, direction) = if backwards { ("<", "DESC") } else { (">", "ASC") };
    if let Some((key, id)) = from {
        select.push(format_args!(" AND (name_key, id) {sign} ("));
        select.push_bind(key.clone()).push(", ").push_bind(*id).push(")");
    }
    select.push(format_args!(" ORDER BY name_key {direction}, id {direction} LIMIT {limit}"));
}

/// Begins a statement with the numbers of a group and of those in it.
fn push_inside<DB: Database>(select: &mut QueryBuilder<DB>, group: GroupId)
where
    i64: for<'q> Encode<'q, DB> + Type<DB>,
{
    select.push("WITH RECURSIVE inside (id) AS (SELECT id FROM groups WHERE id = ").push_bind(group.get());
    select.push(" UNION SELECT g.id FROM groups g JOIN inside ON g.parent = inside.id)");
}

impl SourceName {
    fn read(row: &impl Columns) -> sqlx::Result<Self> {
        Ok(Self { slug: row.must("slug")?, name: row.must("name")? })
    }
}

/// What `LIKE`, with a backslash as its `ESCAPE`, takes for: contains these words, whatever signs are in them.
pub(crate) fn containing(words: &str) -> String {
    format!("%{}%", words.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"))
}

/// A name as the directory sorts and finds it: lower case, Latin letters without their marks, from its first letter on.
pub(crate) fn name_key(name: &str) -> String {
    let mut key = String::new();
    let name = plain(name);
    for letter in name.trim_start_matches(|c: char| !c.is_alphanumeric()).chars().take(LONGEST_KEY) {
        match folded(letter) {
            Some(plain) => key.push_str(plain),
            None => key.extend(letter.to_lowercase()),
        }
    }
    key.trim_end().to_owned()
}

/// The host of a source as people say it: that of its site, else that of its address.
pub(crate) fn site_host(site: Option<&str>, address: &Address) -> String {
    let site = site.and_then(|site| Address::parse(site).ok());
    site.as_ref().unwrap_or(address).spoken_host().to_owned()
}

/// Puts a source where it belongs in the directory, after its name, its site or its address changed.
pub(crate) async fn put(tx: &mut Tx, id: SourceId) -> Result<()> {
    const SHOWN: &str = "
        SELECT id, COALESCE(set_name, said_name) AS name, COALESCE(set_site, site) AS site, address FROM sources
        WHERE id = $1";
    const SQL: &str = "UPDATE sources SET name_key = $2, site_host = $3 WHERE id = $1";
    let found = on!(Tx, tx, |c| sqlx::query(SHOWN)
        .bind(id.get())
        .fetch_optional(&mut **c)
        .await?
        .as_ref()
        .map(Unplaced::read)
        .transpose()?);
    if let Some(source) = found {
        on!(Tx, tx, |c| sqlx::query(SQL)
            .bind(source.id)
            .bind(source.name_key)
            .bind(source.site_host.as_str())
            .execute(&mut **c)
            .await?
            .rows_affected());
        belonging::settle(tx, id, &source.host).await?;
    }
    Ok(())
}

/// Puts those into the directory that an earlier release wrote. Where there are none, it is one look at an empty index.
pub(crate) async fn fill(store: &Store) -> Result<()> {
    /// So many in one transaction, so that no other process waits for long.
    const AT_ONCE: i64 = 1_000;
    const SQL: &str = "
        SELECT id, COALESCE(set_name, said_name) AS name, COALESCE(set_site, site) AS site, address FROM sources
        WHERE name_key IS NULL ORDER BY id LIMIT $1";
    loop {
        let found: Vec<Unplaced> = on!(Reader, store.reader(), |c| {
            let rows = sqlx::query(SQL).bind(AT_ONCE).fetch_all(c).await?;
            rows.iter().map(Unplaced::read).collect::<sqlx::Result<_>>()?
        });
        if found.is_empty() {
            return Ok(());
        }
        let mut tx = store.begin().await?;
        on!(Tx, &mut tx, |c: Db| {
            let mut update = QueryBuilder::<Db>::new(
                "UPDATE sources SET name_key = found.column2, site_host = found.column3 FROM (",
            );
            update.push_values(&found, |mut row, source| {
                row.push_bind(source.id).push_bind(&source.name_key).push_bind(&source.site_host);
            });
            update.push(") AS found WHERE sources.id = found.column1");
            update.build().persistent(false).execute(&mut **c).await?;
        });
        tx.commit().await?;
    }
}

/// A source and its place in the directory.
struct Unplaced {
    id: i64,
    name_key: String,
    site_host: String,
    /// The host of its own address.
    host: String,
}

impl Unplaced {
    fn read(row: &impl Columns) -> sqlx::Result<Self> {
        let (name, site): (String, Option<String>) = (row.must("name")?, row.maybe("site")?);
        let address: Address = row.must("address")?;
        Ok(Self {
            id: row.must("id")?,
            name_key: name_key(&name),
            site_host: site_host(site.as_deref(), &address),
            host: address.spoken_host().to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_as_the_directory_sorts_them() {
        for (name, key) in [
            ("Riverton Digital", "riverton digital"),
            ("  “Émigré” & Söhne ", "emigre” and sohne"),
            ("بلدیہ دریا", "بلدیہ دریا"),
            ("…", ""),
            ("10 Downing Street", "10 downing street"),
        ] {
            assert_eq!(name_key(name), key, "{name}");
        }
        assert_eq!(name_key(&"a".repeat(999)).len(), LONGEST_KEY);
    }
}
