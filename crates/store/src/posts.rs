//! Posts, found again: by their keys when a poll reads them, by their number for a page.

use std::collections::BTreeMap;
use std::iter;

use model::{PostId, SourceId, Time, link_key};
use sqlx::{Database, Encode, QueryBuilder, Type};

use crate::engine::{Columns, ROWS_AT_ONCE, on, padded_length, plain};
use crate::error::Result;
use crate::open::Store;
use crate::packed::unpack;
use crate::pending::Pending;
use crate::post::{AlsoAt, Card, KnownPost, Post, PostKeys, Version, card_columns, shown_link};
use crate::source::{SourceRef, source_ref_columns};

const KNOWN: &str = "
    SELECT id, source_id, id_key, link_key, text_key, title_key, body_key, link, title, excerpt, words, claimed_at,
           first_seen, place, same_as, state, revision
    FROM posts WHERE id IN (";

impl Store {
    /// The posts of a source that share an id, link or text key with any of these.
    pub fn known_posts<'a>(&'a self, source: SourceId, keys: &'a [PostKeys]) -> Pending<'a, Vec<KnownPost>> {
        Box::pin(async move {
            let mut known = BTreeMap::new();
            for keys in keys.chunks(ROWS_AT_ONCE) {
                let length = padded_length(keys.len());
                // A post with an id is known by it, and the posts of one source lie together in that index.
                let ids = keys.iter().filter(|keys| keys.id.is_some()).map(PostKeys::known_by);
                let columns = [("known_by", ids.collect()), ("link_key", links(keys)), ("text_key", texts(keys))];
                on!(Reader, self.reader(), |c: Db| {
                    let mut select = QueryBuilder::<Db>::new(KNOWN);
                    for (at, (column, keys)) in columns.into_iter().enumerate() {
                        select.push(if at == 0 { "" } else { " UNION " });
                        // The plus keeps the engines from reading all posts of the source instead of those with a key.
                        let of_source = if column == "known_by" { "source_id = " } else { "+source_id = " };
                        select.push("SELECT id FROM posts WHERE ").push(of_source).push_bind(source.get());
                        push_any(&mut select, column, keys, length);
                    }
                    find(&mut known, select.push(")").build().fetch_all(c).await?)?;
                });
            }
            Ok(known.into_values().collect())
        })
    }

    /// The posts of other sources, not older than `since`, that share a link, text or title key with any of these.
    pub fn posts_elsewhere<'a>(
        &'a self,
        source: SourceId,
        keys: &'a [PostKeys],
        since: Time,
    ) -> Pending<'a, Vec<KnownPost>> {
        Box::pin(async move {
            let mut known = BTreeMap::new();
            for keys in keys.chunks(ROWS_AT_ONCE) {
                let length = padded_length(keys.len());
                let columns = [("link_key", links(keys)), ("text_key", texts(keys)), ("title_key", titles(keys))];
                on!(Reader, self.reader(), |c: Db| {
                    let mut select = QueryBuilder::<Db>::new(KNOWN);
                    for (at, (column, keys)) in columns.into_iter().enumerate() {
                        select.push(if at == 0 { "" } else { " UNION " });
                        select.push("SELECT id FROM posts WHERE +source_id <> ").push_bind(source.get());
                        select.push(" AND place >= ").push_bind(since.millis());
                        push_any(&mut select, column, keys, length);
                    }
                    find(&mut known, select.push(")").build().fetch_all(c).await?)?;
                });
            }
            Ok(known.into_values().collect())
        })
    }

    /// The links of a source's posts, the newest first, up to so many.
    pub fn links_of(&self, source: SourceId, limit: u32) -> Pending<'_, Vec<String>> {
        Box::pin(async move {
            const SQL: &str = "
                SELECT link FROM posts WHERE source_id = $1 AND link IS NOT NULL ORDER BY place DESC, id DESC LIMIT $2";
            Ok(on!(Reader, self.reader(), |c| sqlx::query_scalar(SQL)
                .bind(source.get())
                .bind(i64::from(limit))
                .fetch_all(c)
                .await?))
        })
    }

    /// A post with all that its page shows, whether it is shown or not.
    pub fn post(&self, id: PostId) -> Pending<'_, Option<Post>> {
        Box::pin(async move {
            const SQL: &str = concat!(
                "SELECT ",
                card_columns!(),
                ", ",
                source_ref_columns!(),
                ", p.in_river, p.state, p.state_since, p.state_reason, s.state_reason AS source_state_reason,
                 p.same_as, p.claimed_date, p.revision, b.cleaned, b.claimed
                 FROM posts p JOIN sources s ON s.id = p.source_id LEFT JOIN post_bodies b ON b.post_id = p.id
                 WHERE p.id = $1"
            );
            let found = on!(Reader, self.reader(), |c| sqlx::query(SQL)
                .bind(id.get())
                .fetch_optional(c)
                .await?
                .as_ref()
                .map(Post::read)
                .transpose()?);
            let Some(mut post) = found else { return Ok(None) };
            post.card.authors = self.authors_of_posts(&[id]).await?.remove(&id).unwrap_or_default();
            post.also_at = self.also_at(id, post.same_as.unwrap_or(id)).await?;
            Ok(Some(post))
        })
    }

    /// The cleaned texts of these posts; those that have none are left out.
    pub fn bodies<'a>(&'a self, ids: &'a [PostId]) -> Pending<'a, Vec<(PostId, String)>> {
        Box::pin(async move {
            let mut bodies = vec![];
            for ids in ids.chunks(ROWS_AT_ONCE) {
                on!(Reader, self.reader(), |c: Db| {
                    let mut select =
                        QueryBuilder::<Db>::new("SELECT post_id, cleaned, claimed FROM post_bodies WHERE post_id IN (");
                    let mut list = select.separated(", ");
                    ids.iter().for_each(|id| {
                        list.push_bind(id.get());
                    });
                    select.push(")");
                    for row in select.build().persistent(false).fetch_all(c).await? {
                        if let Some(text) = cleaned(&row)? {
                            bodies.push((row.must("post_id")?, text));
                        }
                    }
                });
            }
            bodies.sort_by_key(|(id, _): &(PostId, String)| *id);
            Ok(bodies)
        })
    }

    /// What a post said before it was revised: the latest twenty versions, oldest first.
    pub fn versions(&self, id: PostId) -> Pending<'_, Vec<Version>> {
        Box::pin(async move {
            const SQL: &str =
                "SELECT number, seen_at, title, claimed FROM revisions WHERE post_id = $1 ORDER BY number";
            Ok(on!(Reader, self.reader(), |c| sqlx::query(SQL)
                .bind(id.get())
                .fetch_all(c)
                .await?
                .iter()
                .map(Version::read)
                .collect::<sqlx::Result<_>>()?))
        })
    }

    /// The post that a link leads to, however it is spelled, shown or not: of several the one with exactly this link,
    /// then the one in the river, then the newest.
    pub fn post_by_link<'a>(&'a self, link: &'a str) -> Pending<'a, Option<PostId>> {
        Box::pin(async move {
            const SQL: &str = "
                SELECT id FROM posts WHERE link_key = $1
                ORDER BY CASE WHEN link = $2 THEN 0 ELSE 1 END, in_river DESC, id DESC LIMIT 1";
            let Some(key) = link_key(link) else { return Ok(None) };
            let id: Option<i64> = on!(Reader, self.reader(), |c| sqlx::query_scalar(SQL)
                .bind(key)
                .bind(plain(link))
                .fetch_optional(c)
                .await?);
            Ok(id.map(PostId::new))
        })
    }

    /// Where else the text of a post can be read, as far as that is shown.
    async fn also_at(&self, id: PostId, first: PostId) -> Result<Vec<AlsoAt>> {
        const SQL: &str = concat!(
            "SELECT p.id AS id, p.in_river, p.link, p.title, p.place, ",
            source_ref_columns!(),
            " FROM posts p JOIN sources s ON s.id = p.source_id
             WHERE (p.id = $1 OR p.same_as = $1) AND p.id <> $2 AND p.state = 'shown'
               AND s.state IN ('active', 'paused', 'gone')
             ORDER BY p.in_river DESC, p.place, p.id"
        );
        Ok(on!(Reader, self.reader(), |c| sqlx::query(SQL)
            .bind(first.get())
            .bind(id.get())
            .fetch_all(c)
            .await?
            .iter()
            .map(AlsoAt::read)
            .collect::<sqlx::Result<_>>()?))
    }
}

pub(crate) fn links(keys: &[PostKeys]) -> Vec<String> {
    keys.iter().filter_map(|keys| keys.link.clone()).collect()
}

pub(crate) fn texts(keys: &[PostKeys]) -> Vec<String> {
    keys.iter().filter_map(|keys| keys.text.clone()).collect()
}

pub(crate) fn titles(keys: &[PostKeys]) -> Vec<String> {
    keys.iter().filter_map(|keys| keys.title.clone()).collect()
}

/// Asks that a column is one of these keys, of which there are at most as many as rows are written at once. Where there are
/// none, none is it.
pub(crate) fn push_any<DB: Database>(sql: &mut QueryBuilder<DB>, column: &'static str, keys: Vec<String>, length: usize)
where
    Option<String>: for<'q> Encode<'q, DB> + Type<DB>,
{
    sql.push(" AND ").push(column).push(" IN (");
    let mut list = sql.separated(", ");
    keys.into_iter().map(Some).chain(iter::repeat(None)).take(length).for_each(|key| {
        list.push_bind(key);
    });
    sql.push(")");
}

fn find(known: &mut BTreeMap<PostId, KnownPost>, rows: Vec<impl Columns>) -> sqlx::Result<()> {
    for row in &rows {
        let post = KnownPost::read(row)?;
        known.insert(post.id, post);
    }
    Ok(())
}

/// The cleaned text of a body; where cleaning changed nothing, that is the claimed one.
pub(crate) fn cleaned(row: &impl Columns) -> sqlx::Result<Option<String>> {
    let Some(packed) = row.bytes("cleaned")?.map_or_else(|| row.bytes("claimed"), |cleaned| Ok(Some(cleaned)))? else {
        return Ok(None);
    };
    unpack(&packed).map(Some).ok_or_else(|| sqlx::Error::Decode("a packed text does not unpack".into()))
}

impl Post {
    fn read(row: &impl Columns) -> sqlx::Result<Self> {
        let card = Card::read(row)?;
        Ok(Self {
            in_river: row.must::<i64>("in_river")? == 1,
            state: row.must("state")?,
            state_since: row.must("state_since")?,
            state_reason: row.maybe("state_reason")?,
            source_state: card.source.state,
            source_state_reason: row.maybe("source_state_reason")?,
            same_as: row.maybe("same_as")?,
            cleaned: cleaned(row)?,
            claimed_date: row.maybe("claimed_date")?,
            revisions: row.must("revision")?,
            also_at: vec![],
            card,
        })
    }
}

impl AlsoAt {
    fn read(row: &impl Columns) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.must("id")?,
            in_river: row.must::<i64>("in_river")? == 1,
            source: SourceRef::read(row)?,
            link: shown_link(row, "link")?,
            title: row.must("title")?,
            place: row.must("place")?,
        })
    }
}
