//! What left for good: found again when another source carries it, and taken out there too.

use std::collections::BTreeMap;

use model::{Address, PostId, PostState, SourceId, Time};
use sqlx::QueryBuilder;

use crate::changes::NewChange;
use crate::editor::put_post_state;
use crate::engine::{Columns, ROWS_AT_ONCE, Tx, on, padded_length, plain_or_none};
use crate::error::Result;
use crate::open::Store;
use crate::pending::Pending;
use crate::post::{KnownPost, PostKeys};
use crate::posts::{links, push_any, texts, titles};

/// Why a copy is out of sight for good.
const COPY: &str = "it is a copy of a post whose owner asked us to take it out";

/// A post that left for good.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LeftPost {
    /// What is known of it.
    pub post: KnownPost,
    /// Whether its link leads to the site of the source that it came from, so that it is no copy of somebody else's.
    pub at_home: bool,
}

impl Store {
    /// The posts of any source that left for good and share a link, text or title key with any of these.
    pub fn left_posts<'a>(&'a self, keys: &'a [PostKeys]) -> Pending<'a, Vec<LeftPost>> {
        Box::pin(async move {
            let mut left = BTreeMap::new();
            for keys in keys.chunks(ROWS_AT_ONCE) {
                let length = padded_length(keys.len());
                let columns = [("link_key", links(keys)), ("text_key", texts(keys)), ("title_key", titles(keys))];
                on!(Reader, self.reader(), |c: Db| {
                    let mut select = QueryBuilder::<Db>::new(
                    "SELECT p.id AS id, p.source_id, p.id_key, p.link_key, p.text_key, p.title_key, p.body_key, p.link,
                            p.title, p.excerpt, p.words, p.claimed_at, p.first_seen, p.place, p.same_as, p.state AS state,
                            p.revision, s.address, COALESCE(s.set_site, s.site) AS site
                         FROM posts p JOIN sources s ON s.id = p.source_id WHERE p.id IN (",
                );
                    for (at, (column, keys)) in columns.into_iter().enumerate() {
                        select.push(if at == 0 { "" } else { " UNION " });
                        select.push("SELECT id FROM posts WHERE state = 'left'");
                        push_any(&mut select, column, keys, length);
                    }
                    for row in &select.push(")").build().fetch_all(c).await? {
                        let post = KnownPost::read(row)?;
                        let site: Option<String> = row.maybe("site")?;
                        let address: String = row.must("address")?;
                        let at_home = is_at_home(post.link.as_deref(), &address, site.as_deref());
                        left.insert(post.id, LeftPost { post, at_home });
                    }
                });
            }
            Ok(left.into_values().collect())
        })
    }
}

/// Takes out for good the copies that other sources carry of these posts; an original is not taken out with its copy.
pub(crate) async fn take_out_copies(tx: &mut Tx, originals: &[PostId], now: Time) -> Result<Vec<NewChange>> {
    let mut copies = vec![];
    for originals in originals.chunks(ROWS_AT_ONCE) {
        on!(Tx, tx, |c: Db| {
            let mut select = QueryBuilder::<Db>::new(
                "SELECT p.id AS id, p.link AS link, s.address AS address, COALESCE(s.set_site, s.site) AS site,
                    o.link AS original_link, os.address AS original_address,
                    COALESCE(os.set_site, os.site) AS original_site
                 FROM posts p JOIN sources s ON s.id = p.source_id
                    JOIN posts o ON o.id = p.same_as JOIN sources os ON os.id = o.source_id
                 WHERE p.state <> 'left' AND p.same_as IN (",
            );
            let mut list = select.separated(", ");
            originals.iter().for_each(|id| {
                list.push_bind(id.get());
            });
            select.push(")");
            for row in &select.build().persistent(false).fetch_all(&mut **c).await? {
                let at_home = |link: &str, address: &str, site: &str| -> sqlx::Result<bool> {
                    let (link, site): (Option<String>, Option<String>) = (row.maybe(link)?, row.maybe(site)?);
                    Ok(is_at_home(link.as_deref(), &row.must::<String>(address)?, site.as_deref()))
                };
                let is_own_voice = at_home("link", "address", "site")?
                    && !at_home("original_link", "original_address", "original_site")?;
                if !is_own_voice {
                    copies.push(row.must::<PostId>("id")?);
                }
            }
        });
    }
    let mut changes = vec![];
    for copy in copies {
        changes.extend(put_post_state(tx, copy, PostState::Left, Some(COPY), now).await?);
    }
    Ok(changes)
}

/// Brings back the posts of a source, or the copies of one post, that left at a time, with the copies that left with them;
/// what a request still hides stays hidden. Gives those that are back.
pub(crate) async fn bring_back(
    tx: &mut Tx,
    source: SourceId,
    post: Option<PostId>,
    left: Time,
    now: Time,
) -> Result<Vec<PostId>> {
    const SQL: &str = "
        UPDATE posts SET state_since = $4, state_reason = NULL, pictured = 0, state = CASE WHEN EXISTS (
            SELECT 1 FROM requests r WHERE r.post_id = posts.id AND r.kind = 'take-out' AND r.state = 'in-force')
            THEN 'hidden' ELSE 'shown' END
        WHERE state = 'left' AND state_since = $3 AND CASE WHEN $2 = 0
            THEN source_id = $1 OR same_as IN (SELECT o.id FROM posts o WHERE o.source_id = $1)
            ELSE same_as = $2 END
        RETURNING id";
    let back: Vec<i64> = on!(Tx, tx, |c| sqlx::query_scalar(SQL)
        .bind(source.get())
        .bind(post.map_or(0, PostId::get))
        .bind(left.millis())
        .bind(now.millis())
        .fetch_all(&mut **c)
        .await?);
    Ok(back.into_iter().map(PostId::new).collect())
}

/// Lets every post of a source leave with it; gives those that were no copies.
pub(crate) async fn take_out_all(tx: &mut Tx, source: SourceId, reason: &str, now: Time) -> Result<Vec<PostId>> {
    const SQL: &str = "
        UPDATE posts SET state = 'left', state_since = $2, state_reason = $3
        WHERE source_id = $1 AND state <> 'left' RETURNING id, same_as";
    let rows: Vec<(PostId, Option<PostId>)> = on!(Tx, tx, |c| sqlx::query(SQL)
        .bind(source.get())
        .bind(now.millis())
        .bind(plain_or_none(Some(reason)))
        .fetch_all(&mut **c)
        .await?
        .iter()
        .map(|row| Ok((row.must("id")?, row.maybe("same_as")?)))
        .collect::<sqlx::Result<_>>()?);
    Ok(rows.into_iter().filter_map(|(id, same_as)| same_as.is_none().then_some(id)).collect())
}

/// Whether a post's link leads to the site of its source, or to a part of it on a host of its own.
fn is_at_home(link: Option<&str>, address: &str, site: Option<&str>) -> bool {
    let Some(link) = link.and_then(|link| Address::parse(link).ok()) else { return false };
    let home = [Some(address), site].into_iter().flatten();
    home.filter_map(|home| Address::parse(home).ok()).any(|home| link.is_on_site_of(&home))
}
