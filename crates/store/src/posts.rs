//! Posts, found again: by their keys when a poll reads them, by their number for a page.

use std::collections::HashMap;

use model::{PostId, SourceId, Time};
use sqlx::QueryBuilder;

use crate::engine::{Columns, ROWS_AT_ONCE, on, plain};
use crate::error::Result;
use crate::open::Store;
use crate::packed::unpack;
use crate::post::{AlsoAt, Card, KnownPost, Post, PostKeys, Version, card_columns};
use crate::source::{SourceRef, source_ref_columns};

const KNOWN: &str = "
    SELECT id, source_id, id_key, link_key, text_key, title_key, body_key, link, title, excerpt, words, claimed_at,
           first_seen, place, same_as, state, revision
    FROM posts WHERE ";

impl Store {
    /// The posts of a source that share an id, link or text key with any of these.
    pub async fn known_posts(&self, source: SourceId, keys: &[PostKeys]) -> Result<Vec<KnownPost>> {
        let ids = keys.iter().filter_map(|keys| keys.id.as_deref());
        let links = keys.iter().filter_map(|keys| keys.link.as_deref());
        let texts = keys.iter().filter_map(|keys| keys.text.as_deref());
        let mut known = HashMap::new();
        for (column, keys) in [("id_key", ids.collect()), ("link_key", links.collect()), ("text_key", texts.collect())]
        {
            self.find_known(&mut known, column, keys, Some(source), None).await?;
        }
        Ok(in_order(known))
    }

    /// The posts of other sources, not older than `since`, that share a link, text or title key with any of these.
    pub async fn posts_elsewhere(&self, source: SourceId, keys: &[PostKeys], since: Time) -> Result<Vec<KnownPost>> {
        let links = keys.iter().filter_map(|keys| keys.link.as_deref());
        let texts = keys.iter().filter_map(|keys| keys.text.as_deref());
        let titles = keys.iter().filter_map(|keys| keys.title.as_deref());
        let mut known = HashMap::new();
        for (column, keys) in
            [("link_key", links.collect()), ("text_key", texts.collect()), ("title_key", titles.collect())]
        {
            self.find_known(&mut known, column, keys, None, Some(since)).await?;
        }
        known.retain(|_, post: &mut KnownPost| post.source != source);
        Ok(in_order(known))
    }

    async fn find_known(
        &self,
        known: &mut HashMap<PostId, KnownPost>,
        column: &'static str,
        keys: Vec<&str>,
        source: Option<SourceId>,
        since: Option<Time>,
    ) -> Result<()> {
        for keys in keys.chunks(ROWS_AT_ONCE) {
            on!(Reader, self.reader(), |c: Db| {
                let mut select = QueryBuilder::<Db>::new(KNOWN);
                select.push(column).push(" IN (");
                let mut list = select.separated(", ");
                keys.iter().for_each(|key| {
                    list.push_bind(*key);
                });
                select.push(")");
                if let Some(source) = source {
                    select.push(" AND source_id = ").push_bind(source.get());
                }
                if let Some(since) = since {
                    select.push(" AND place >= ").push_bind(since.millis());
                }
                for row in select.build().persistent(false).fetch_all(c).await? {
                    let post = KnownPost::read(&row)?;
                    known.insert(post.id, post);
                }
            });
        }
        Ok(())
    }

    /// A post with all that its page shows, whether it is shown or not.
    pub async fn post(&self, id: PostId) -> Result<Option<Post>> {
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
    }

    /// The cleaned texts of these posts; those that have none are left out.
    pub async fn bodies(&self, ids: &[PostId]) -> Result<Vec<(PostId, String)>> {
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
    }

    /// What a post said before it was revised: the latest twenty versions, oldest first.
    pub async fn versions(&self, id: PostId) -> Result<Vec<Version>> {
        const SQL: &str = "SELECT number, seen_at, title, claimed FROM revisions WHERE post_id = $1 ORDER BY number";
        Ok(on!(Reader, self.reader(), |c| sqlx::query(SQL)
            .bind(id.get())
            .fetch_all(c)
            .await?
            .iter()
            .map(Version::read)
            .collect::<sqlx::Result<_>>()?))
    }

    /// The newest post with exactly this link, shown or not.
    pub async fn post_by_link(&self, link: &str) -> Result<Option<PostId>> {
        const SQL: &str = "SELECT id FROM posts WHERE link = $1 ORDER BY id DESC LIMIT 1";
        let id: Option<i64> =
            on!(Reader, self.reader(), |c| sqlx::query_scalar(SQL).bind(plain(link)).fetch_optional(c).await?);
        Ok(id.map(PostId::new))
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

fn in_order(known: HashMap<PostId, KnownPost>) -> Vec<KnownPost> {
    let mut known: Vec<KnownPost> = known.into_values().collect();
    known.sort_by_key(|post| post.id);
    known
}

/// The cleaned text of a body; where cleaning changed nothing, that is the claimed one.
fn cleaned(row: &impl Columns) -> sqlx::Result<Option<String>> {
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
            link: row.maybe("link")?,
            title: row.must("title")?,
            place: row.must("place")?,
        })
    }
}
