//! What the words of the newest posts come to, kept so that posts that nearly say the same are found; and the joining of
//! those that do.

use std::collections::BTreeSet;

use model::{PostId, PostState, SourceId, Time};

use crate::changes;
use crate::editor::post_state;
use crate::engine::{Columns, Tx, on};
use crate::error::Result;
use crate::left::take_out_copies;
use crate::open::Store;
use crate::pending::Pending;
use crate::{settings, standing};

/// The sketch of a post, with what tells whether another one may be a copy of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeptSketch {
    /// The post.
    pub post: PostId,
    /// Its source.
    pub source: SourceId,
    /// Its place in the river.
    pub place: Time,
    /// The bytes that whoever polled has made of its words.
    pub bytes: Vec<u8>,
}

/// The sketches of the posts that one transaction brought or revised.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sketched {
    /// Their number. Numbers grow in the order in which they can be seen.
    pub number: i64,
    /// The posts.
    pub posts: Vec<KeptSketch>,
}

impl Sketched {
    fn read(row: &impl Columns) -> sqlx::Result<Self> {
        Ok(Self { number: row.must("id")?, posts: unpack(&row.must::<Vec<u8>>("packed")?) })
    }
}

/// The setting that remembers up to which number sketches were compared.
const FOLLOWED: &str = "copies-followed";

impl Store {
    /// The sketches after a number, those that came first before the others.
    pub fn sketches_after(&self, number: i64, limit: u32) -> Pending<'_, Vec<Sketched>> {
        Box::pin(async move {
            const SQL: &str = "SELECT id, packed FROM sketches WHERE id > $1 ORDER BY id LIMIT $2";
            Ok(on!(Reader, self.reader(), |c| sqlx::query(SQL)
                .bind(number)
                .bind(i64::from(limit))
                .fetch_all(c)
                .await?
                .iter()
                .map(Sketched::read)
                .collect::<sqlx::Result<_>>()?))
        })
    }

    /// Up to which number sketches were compared; 0 before the first.
    pub fn sketches_followed(&self) -> Pending<'_, i64> {
        Box::pin(async move { Ok(self.setting(FOLLOWED).await?.and_then(|number| number.parse().ok()).unwrap_or(0)) })
    }

    /// The newest other posts of a post's source, in the river or not, up to so many.
    pub fn posts_beside(&self, post: PostId, limit: u32) -> Pending<'_, Vec<PostId>> {
        Box::pin(async move {
            const SQL: &str = "
                SELECT p.id FROM posts p JOIN posts this ON this.source_id = p.source_id
                WHERE this.id = $1 AND p.id <> $1 ORDER BY p.place DESC, p.id DESC LIMIT $2";
            let ids: Vec<i64> = on!(Reader, self.reader(), |c| sqlx::query_scalar(SQL)
                .bind(post.get())
                .bind(i64::from(limit))
                .fetch_all(c)
                .await?);
            Ok(ids.into_iter().map(PostId::new).collect())
        })
    }

    /// Notes what came of comparing the sketches up to the number `followed`, and forgets those up to the number `forget`.
    ///
    /// Each pair that was found is a copy and its original: the copy, with its own copies, becomes one of that. What is a copy of
    /// a post that left for good leaves with it. Doing it again changes nothing more.
    pub fn join_copies<'a>(
        &'a self,
        found: &'a [(PostId, PostId)],
        followed: i64,
        forget: i64,
        now: Time,
    ) -> Pending<'a, ()> {
        Box::pin(async move {
            const FORGET: &str = "DELETE FROM sketches WHERE id <= $1";
            let mut tx = self.begin().await?;
            settings::put(&mut tx, FOLLOWED, &followed.to_string()).await?;
            on!(Tx, &mut tx, |c| sqlx::query(FORGET).bind(forget).execute(&mut **c).await?.rows_affected());
            let mut originals = BTreeSet::new();
            for (copy, original) in found {
                standing::join(&mut tx, *copy, *original).await?;
                originals.extend(first(&mut tx, *original).await?);
            }
            let originals: Vec<PostId> = originals.into_iter().collect();
            let mut left = vec![];
            for original in &originals {
                if post_state(&mut tx, *original).await? == Some(PostState::Left) {
                    left.push(*original);
                }
            }
            let mut changes = take_out_copies(&mut tx, &left, now).await?;
            changes.extend(standing::settle(&mut tx, &originals).await?);
            changes::append(&mut tx, &changes, now).await?;
            tx.commit().await
        })
    }
}

/// The original of a post, or the post itself where it is no copy; `None` where there is no such post.
async fn first(tx: &mut Tx, post: PostId) -> Result<Option<PostId>> {
    const SQL: &str = "SELECT COALESCE(same_as, id) FROM posts WHERE id = $1";
    let first: Option<i64> = on!(Tx, tx, |c| sqlx::query_scalar(SQL).bind(post.get()).fetch_optional(&mut **c).await?);
    Ok(first.map(PostId::new))
}

/// Keeps sketches. Comes after what the same transaction appends to the changes, which makes the numbers grow in the order of
/// the commits.
pub(crate) async fn add(tx: &mut Tx, posts: &[KeptSketch]) -> Result<()> {
    const SQL: &str = "INSERT INTO sketches (packed) VALUES ($1)";
    if !posts.is_empty() {
        on!(Tx, tx, |c| sqlx::query(SQL).bind(pack(posts)).execute(&mut **c).await?.rows_affected());
    }
    Ok(())
}

/// One after the other: the post, its source, its place, and its sketch after the sketch's length.
fn pack(posts: &[KeptSketch]) -> Vec<u8> {
    let mut packed = vec![];
    for KeptSketch { post, source, place, bytes } in posts {
        let Ok(length) = u16::try_from(bytes.len()) else { continue };
        packed.extend([post.get(), source.get(), place.millis()].map(i64::to_le_bytes).as_flattened());
        packed.extend(length.to_le_bytes());
        packed.extend(bytes);
    }
    packed
}

/// Those that are whole, up to where the bytes are damaged.
fn unpack(packed: &[u8]) -> Vec<KeptSketch> {
    let mut posts = vec![];
    let mut rest = packed;
    while let Some((kept, after)) = unpack_one(rest) {
        posts.push(kept);
        rest = after;
    }
    posts
}

fn unpack_one(packed: &[u8]) -> Option<(KeptSketch, &[u8])> {
    let (post, rest) = packed.split_first_chunk()?;
    let (source, rest) = rest.split_first_chunk()?;
    let (place, rest) = rest.split_first_chunk()?;
    let (length, rest) = rest.split_first_chunk()?;
    let (bytes, rest) = rest.split_at_checked(usize::from(u16::from_le_bytes(*length)))?;
    let kept = KeptSketch {
        post: PostId::new(i64::from_le_bytes(*post)),
        source: SourceId::new(i64::from_le_bytes(*source)),
        place: Time::from_millis(i64::from_le_bytes(*place)),
        bytes: bytes.to_vec(),
    };
    Some((kept, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sketches_come_back_as_they_were_and_damaged_ones_do_not() {
        let kept = |post, bytes: &[u8]| KeptSketch {
            post: PostId::new(post),
            source: SourceId::new(7),
            place: Time::from_millis(-1),
            bytes: bytes.to_vec(),
        };
        let posts = [kept(1, b"one"), kept(i64::MAX, b"")];
        let packed = pack(&posts);
        assert_eq!(unpack(&packed), posts);
        assert_eq!(unpack(&packed[..packed.len() - 1]), posts[..1]);
        assert_eq!(unpack(&packed[..28]), []);
        assert_eq!(pack(&[kept(1, &[0; 70_000])]), [0; 0]);
    }
}
