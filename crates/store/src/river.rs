//! The river: posts that are shown, newest first, in pages that stay where they are while new posts come in.

use std::collections::HashMap;

use model::{AuthorId, GroupId, Language, PostId, SourceId, Time};
use sqlx::{Database, Encode, QueryBuilder, Type};

use crate::engine::on;
use crate::error::Result;
use crate::open::Store;
use crate::pending::Pending;
use crate::post::{Card, card_columns};
use crate::source::source_ref_columns;

/// Which posts of the river. Whatever is set must hold.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct RiverFilter {
    /// Those of one source.
    pub source: Option<SourceId>,
    /// Those of the sources of a group and of the groups in it.
    pub group: Option<GroupId>,
    /// Those that any of these authors signed; without one, whoever did.
    pub authors: Vec<AuthorId>,
    /// Those in a language, whatever its script and region.
    pub language: Option<Language>,
    /// Those at this instant or later.
    pub from: Option<Time>,
    /// Those before this instant.
    pub to: Option<Time>,
}

/// The place of one post in the river. Numbers tell apart what stands at the same instant.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Cursor {
    /// When.
    pub place: Time,
    /// Which post.
    pub id: PostId,
}

/// Which stretch of the river.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Page {
    /// Its newest posts.
    Newest,
    /// The posts that come next below a place.
    Before(Cursor),
    /// The posts that come next above a place.
    After(Cursor),
}

/// A stretch of the river.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct RiverPage {
    /// The posts, newest first.
    pub cards: Vec<Card>,
    /// Where the next older page starts, if there is one: `Page::Before` this.
    pub older: Option<Cursor>,
    /// Where the next newer page starts, if there is one: `Page::After` this.
    pub newer: Option<Cursor>,
}

/// A filter with what its group stands for.
pub(crate) struct Sieve<'a> {
    pub(crate) filter: &'a RiverFilter,
    pub(crate) sources: Option<Vec<i64>>,
}

/// With so few sources, each one's newest posts are merged; with more, the river is followed until enough are found.
const FEW_SOURCES: usize = 40;

impl Store {
    /// A stretch of the river, or of any filter of it.
    pub fn river<'a>(&'a self, filter: &'a RiverFilter, page: Page, limit: u32) -> Pending<'a, RiverPage> {
        Box::pin(async move {
            let sieve = self.sieve(filter).await?;
            let limit = limit.clamp(1, 1_000);
            let mut ids = self.ids(&sieve, page, limit + 1).await?;
            let has_more = ids.len() > limit as usize;
            ids.truncate(limit as usize);
            if matches!(page, Page::After(_)) {
                ids.reverse();
            }
            let cards = self.cards(&ids).await?;
            let first = cards.first().map(Card::cursor);
            let last = cards.last().map(Card::cursor);
            let (older, newer) = match page {
                Page::Newest => (last.filter(|_| has_more), None),
                Page::Before(cursor) => (last.filter(|_| has_more), self.if_any(&sieve, first, cursor, false).await?),
                Page::After(cursor) => (self.if_any(&sieve, last, cursor, true).await?, first.filter(|_| has_more)),
            };
            Ok(RiverPage { cards, older, newer })
        })
    }

    /// How many posts a filter lets through.
    pub fn count<'a>(&'a self, filter: &'a RiverFilter) -> Pending<'a, u64> {
        Box::pin(async move {
            let sieve = self.sieve(filter).await?;
            let count: i64 = on!(Reader, self.reader(), |c: Db| {
                let mut select = QueryBuilder::<Db>::new("SELECT COUNT(*) FROM posts p WHERE p.in_river = 1");
                sieve.push(&mut select);
                select.build_query_scalar().persistent(false).fetch_one(c).await?
            });
            Ok(u64::try_from(count).unwrap_or(0))
        })
    }

    /// Cards for these posts, in this order, whether they are in the river or not; those that are not there are left out.
    pub fn cards<'a>(&'a self, ids: &'a [PostId]) -> Pending<'a, Vec<Card>> {
        Box::pin(self.read_cards(ids, ""))
    }

    /// The same of those that are in the river.
    pub fn river_cards<'a>(&'a self, ids: &'a [PostId]) -> Pending<'a, Vec<Card>> {
        Box::pin(self.read_cards(ids, " AND p.in_river = 1"))
    }

    async fn read_cards(&self, ids: &[PostId], and: &'static str) -> Result<Vec<Card>> {
        const SQL: &str = concat!(
            "SELECT ",
            card_columns!(),
            ", ",
            source_ref_columns!(),
            " FROM posts p JOIN sources s ON s.id = p.source_id WHERE p.id IN ("
        );
        if ids.is_empty() {
            return Ok(vec![]);
        }
        let cards: Vec<Card> = on!(Reader, self.reader(), |c: Db| {
            let mut select = QueryBuilder::<Db>::new(SQL);
            let mut list = select.separated(", ");
            ids.iter().for_each(|id| {
                list.push_bind(id.get());
            });
            select.push(")").push(and);
            let rows = select.build().persistent(false).fetch_all(c).await?;
            rows.iter().map(Card::read).collect::<sqlx::Result<_>>()?
        });
        let mut authors = self.authors_of_posts(ids).await?;
        let mut cards: HashMap<PostId, Card> = cards.into_iter().map(|card| (card.id, card)).collect();
        Ok(ids
            .iter()
            .filter_map(|id| {
                let mut card = cards.remove(id)?;
                card.authors = authors.remove(id).unwrap_or_default();
                Some(card)
            })
            .collect())
    }

    /// What a filter's group stands for.
    pub(crate) async fn sieve<'a>(&self, filter: &'a RiverFilter) -> Result<Sieve<'a>> {
        const SQL: &str = "
            WITH RECURSIVE inside (id) AS (
                SELECT id FROM groups WHERE id = $1
                UNION SELECT g.id FROM groups g JOIN inside ON g.parent = inside.id)
            SELECT DISTINCT m.source_id FROM group_sources m JOIN inside ON inside.id = m.group_id
            ORDER BY m.source_id";
        let Some(group) = filter.group else { return Ok(Sieve { filter, sources: None }) };
        let mut sources: Vec<i64> =
            on!(Reader, self.reader(), |c| sqlx::query_scalar(SQL).bind(group.get()).fetch_all(c).await?);
        if let Some(only) = filter.source {
            sources.retain(|source| *source == only.get());
        }
        Ok(Sieve { filter, sources: Some(sources) })
    }

    /// The next posts from a place on, nearest first.
    async fn ids(&self, sieve: &Sieve<'_>, page: Page, limit: u32) -> Result<Vec<PostId>> {
        let sources = sieve.sources.as_deref();
        if sources.is_some_and(<[i64]>::is_empty) {
            return Ok(vec![]);
        }
        let ids: Vec<i64> = on!(Reader, self.reader(), |c: Db| {
            let mut select = QueryBuilder::<Db>::new("");
            sieve.push_select(&mut select, page, limit);
            select.build_query_scalar().persistent(sources.is_none()).fetch_all(c).await?
        });
        Ok(ids.into_iter().map(PostId::new).collect())
    }

    /// Where to turn back: from the page's own edge, or from the cursor where the page is empty; if anything is there.
    async fn if_any(
        &self,
        sieve: &Sieve<'_>,
        edge: Option<Cursor>,
        cursor: Cursor,
        older: bool,
    ) -> Result<Option<Cursor>> {
        let from = edge.unwrap_or(cursor);
        let page = if older { Page::Before(from) } else { Page::After(from) };
        Ok((!self.ids(sieve, page, 1).await?.is_empty()).then_some(from))
    }
}

impl Card {
    /// Its place in the river.
    pub fn cursor(&self) -> Cursor {
        Cursor { place: self.place, id: self.id }
    }
}

impl Sieve<'_> {
    /// Writes the statement that finds the next posts from a place on, nearest first.
    pub(crate) fn push_select<DB: Database>(&self, sql: &mut QueryBuilder<DB>, page: Page, limit: u32)
    where
        i64: for<'q> Encode<'q, DB> + Type<DB>,
        String: for<'q> Encode<'q, DB> + Type<DB>,
    {
        let direction = if matches!(page, Page::After(_)) { "ASC" } else { "DESC" };
        match self.sources.as_deref() {
            Some(sources) if sources.len() <= FEW_SOURCES && self.filter.authors.is_empty() => {
                sql.push("SELECT id FROM (");
                for (place, source) in sources.iter().enumerate() {
                    sql.push(if place == 0 { "" } else { " UNION ALL " });
                    sql.push("SELECT * FROM (SELECT p.id, p.place FROM posts p WHERE p.in_river = 1");
                    sql.push(" AND p.source_id = ").push_bind(*source);
                    self.push_own(sql, true);
                    push_page(sql, page);
                    sql.push(format_args!(
                        " ORDER BY p.place {direction}, p.id {direction} LIMIT {limit}) AS s{place}"
                    ));
                }
                sql.push(") AS merged");
                sql.push(format_args!(" ORDER BY place {direction}, id {direction} LIMIT {limit}"));
            }
            _ => {
                sql.push("SELECT p.id FROM posts p WHERE p.in_river = 1");
                self.push(sql);
                push_page(sql, page);
                sql.push(format_args!(" ORDER BY p.place {direction}, p.id {direction} LIMIT {limit}"));
            }
        }
    }

    /// Adds all conditions.
    pub(crate) fn push<DB: Database>(&self, sql: &mut QueryBuilder<DB>)
    where
        i64: for<'q> Encode<'q, DB> + Type<DB>,
        String: for<'q> Encode<'q, DB> + Type<DB>,
    {
        match (&self.sources, self.filter.source) {
            (Some(sources), _) => {
                // The plus keeps the engines from sorting the posts of many sources: following the river is quicker.
                sql.push(if sources.len() > FEW_SOURCES { " AND +p.source_id IN (" } else { " AND p.source_id IN (" });
                let mut list = sql.separated(", ");
                sources.iter().for_each(|source| {
                    list.push_bind(*source);
                });
                sql.push(if sources.is_empty() { "NULL)" } else { ")" });
            }
            (None, Some(source)) => {
                sql.push(" AND p.source_id = ").push_bind(source.get());
            }
            (None, None) => {}
        }
        let few = self.sources.as_ref().map_or(self.filter.source.is_some(), |sources| sources.len() <= FEW_SOURCES);
        self.push_own(sql, few);
    }

    /// Adds the conditions on single posts. With few sources, their index is followed rather than a language's.
    fn push_own<DB: Database>(&self, sql: &mut QueryBuilder<DB>, few_sources: bool)
    where
        i64: for<'q> Encode<'q, DB> + Type<DB>,
        String: for<'q> Encode<'q, DB> + Type<DB>,
    {
        let RiverFilter { authors, language, from, to, .. } = self.filter;
        if !authors.is_empty() {
            let mut list =
                sql.push(" AND p.id IN (SELECT post_id FROM post_authors WHERE author_id IN (").separated(", ");
            authors.iter().for_each(|author| {
                list.push_bind(author.get());
            });
            sql.push("))");
        }
        if let Some(language) = language {
            sql.push(if few_sources {
                " AND COALESCE(p.primary_language, '') = "
            } else {
                " AND p.primary_language = "
            });
            sql.push_bind(language.primary().to_owned());
        }
        if let Some(from) = from {
            sql.push(" AND p.place >= ").push_bind(from.millis());
        }
        if let Some(to) = to {
            sql.push(" AND p.place < ").push_bind(to.millis());
        }
    }
}

fn push_page<DB: Database>(sql: &mut QueryBuilder<DB>, page: Page)
where
    i64: for<'q> Encode<'q, DB> + Type<DB>,
{
    let (sign, cursor) = match page {
        Page::Newest => return,
        Page::Before(cursor) => (" < (", cursor),
        Page::After(cursor) => (" > (", cursor),
    };
    sql.push(" AND (p.place, p.id)").push(sign).push_bind(cursor.place.millis());
    sql.push(", ").push_bind(cursor.id.get()).push(")");
}
