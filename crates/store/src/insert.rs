//! New and revised posts, many in a statement.

use std::collections::HashMap;

use model::{Language, Licence, PostId, SourceId, Time};
use sqlx::QueryBuilder;

use crate::engine::{Columns, ROWS_AT_ONCE, Tx, json, on, plain, plain_or_none};
use crate::error::Result;
use crate::intents::Revised;
use crate::post::NewPost;

/// How many earlier versions of a post are kept: a counter in the text must not fill the disk.
const REVISIONS_KEPT: i64 = 20;

/// What a post takes over from its source.
pub(crate) struct Origin {
    pub(crate) source: SourceId,
    /// The language that an editor or the owner set for all its posts.
    pub(crate) set_language: Option<Language>,
    /// The language that the feed claims.
    pub(crate) language: Option<Language>,
    /// Whether its posts are shown.
    pub(crate) is_shown: bool,
}

/// Stores posts, and gives the number of each; `None` where one was there already, so nothing is stored twice.
pub(crate) async fn add(tx: &mut Tx, posts: &[(&Origin, &NewPost)], now: Time) -> Result<Vec<Option<PostId>>> {
    let mut numbers: HashMap<(SourceId, String), PostId> = HashMap::new();
    for posts in posts.chunks(ROWS_AT_ONCE) {
        on!(Tx, tx, |c: Db| {
            let mut insert = QueryBuilder::<Db>::new(
                "INSERT INTO posts (source_id, known_by, id_key, link_key, text_key, title_key, body_key,
                     first_seen, place, last_seen, revised_at, state_since, in_river,
                     claimed_at, updated_at, words, claimed_language, language, primary_language,
                     claimed_id, claimed_date, link, licence, author_line, title, excerpt, picture) ",
            );
            insert.push_values(posts, |mut row, (origin, post)| {
                let language = post_language(origin, post);
                // A copy is joined to its original when all rows are there.
                let is_shown = origin.is_shown && post.same_as.is_none();
                row.push_bind(origin.source.get())
                    .push_bind(post.keys.known_by())
                    .push_bind(post.keys.id.as_deref())
                    .push_bind(post.keys.link.as_deref())
                    .push_bind(post.keys.text.as_deref())
                    .push_bind(post.keys.title.as_deref())
                    .push_bind(post.keys.body.as_str())
                    .push_bind(now.millis())
                    .push_bind(post.place.min(now).millis())
                    .push_bind(now.millis())
                    .push_bind(now.millis())
                    .push_bind(now.millis())
                    .push_bind(i64::from(is_shown))
                    .push_bind(post.claimed_at.map(Time::millis))
                    .push_bind(post.updated_at.map(Time::millis))
                    .push_bind(i64::from(post.words))
                    .push_bind(post.language.as_ref().map(|language| language.as_str().to_owned()))
                    .push_bind(language.map(|language| language.as_str().to_owned()))
                    .push_bind(language.map(|language| language.primary().to_owned()))
                    .push_bind(plain_or_none(post.claimed_id.as_deref()))
                    .push_bind(plain_or_none(post.claimed_date.as_deref()))
                    .push_bind(plain_or_none(post.link.as_deref()))
                    .push_bind(plain_or_none(post.licence.as_ref().map(Licence::as_str)))
                    .push_bind(plain_or_none(post.author_line.as_deref()))
                    .push_bind(plain(&post.title))
                    .push_bind(plain(&post.excerpt))
                    .push_bind(post.picture.as_ref().map(json));
            });
            insert.push(" ON CONFLICT (source_id, known_by) DO NOTHING RETURNING id, source_id, known_by");
            for row in insert.build().persistent(false).fetch_all(&mut **c).await? {
                numbers.insert((row.must("source_id")?, row.must("known_by")?), row.must("id")?);
            }
        });
    }
    // Each number is given once: of two posts with one key in one batch, the first is the one that was stored.
    let given: Vec<Option<PostId>> =
        posts.iter().map(|(origin, post)| numbers.remove(&(origin.source, post.keys.known_by()))).collect();
    let stored: Vec<(PostId, &NewPost)> =
        posts.iter().zip(&given).filter_map(|((_, post), id)| Some(((*id)?, *post))).collect();
    for stored in stored.chunks(ROWS_AT_ONCE) {
        on!(Tx, tx, |c: Db| {
            let mut insert = QueryBuilder::<Db>::new(
                "INSERT INTO post_bodies (post_id, claimed, claimed_kind, base, cleaned, cleaner_version) ",
            );
            insert.push_values(stored, |mut row, (id, post)| {
                row.push_bind(id.get())
                    .push_bind(post.body.claimed.bytes())
                    .push_bind(post.body.kind.as_str())
                    .push_bind(plain_or_none(post.body.base.as_deref()))
                    .push_bind(post.body.cleaned.as_ref().map(|cleaned| cleaned.bytes()))
                    .push_bind(i64::from(post.body.cleaner_version));
            });
            insert.build().persistent(false).execute(&mut **c).await?;
        });
    }
    Ok(given)
}

/// Keeps what a post said until now as a revision, and stores what it says now. Gives its place; `None` if it is no post of
/// that source.
pub(crate) async fn revise(tx: &mut Tx, origin: &Origin, revised: &Revised, now: Time) -> Result<Option<Time>> {
    const KEEP: &str = "
        INSERT INTO revisions (post_id, number, seen_at, title, claimed)
        SELECT p.id, p.revision, p.revised_at, p.title, b.claimed
        FROM posts p JOIN post_bodies b ON b.post_id = p.id WHERE p.id = $1 AND p.source_id = $2
        ON CONFLICT (post_id, number) DO NOTHING";
    const FORGET: &str = "
        DELETE FROM revisions WHERE post_id = $1 AND number <= (SELECT revision FROM posts WHERE id = $1) - $2";
    const POST: &str = "
        UPDATE posts SET text_key = $3, title_key = $4, body_key = $5, last_seen = $6, revised_at = $6,
            revision = revision + 1, claimed_at = $7, updated_at = $8, words = $9, claimed_language = $10,
            language = $11, primary_language = $12, claimed_id = $13, claimed_date = $14, link = $15, licence = $16,
            author_line = $17, title = $18, excerpt = $19, picture = $20, pictured = 0
        WHERE id = $1 AND source_id = $2 RETURNING place";
    const BODY: &str = "
        UPDATE post_bodies SET claimed = $2, claimed_kind = $3, base = $4, cleaned = $5, cleaner_version = $6
        WHERE post_id = $1";
    let (id, post) = (revised.id.get(), &revised.post);
    let language = post_language(origin, post);
    let place: Option<i64> = on!(Tx, tx, |c| {
        sqlx::query(KEEP).bind(id).bind(origin.source.get()).execute(&mut **c).await?;
        sqlx::query(FORGET).bind(id).bind(REVISIONS_KEPT).execute(&mut **c).await?;
        sqlx::query_scalar(POST)
            .bind(id)
            .bind(origin.source.get())
            .bind(post.keys.text.as_deref())
            .bind(post.keys.title.as_deref())
            .bind(post.keys.body.as_str())
            .bind(now.millis())
            .bind(post.claimed_at.map(Time::millis))
            .bind(post.updated_at.map(Time::millis))
            .bind(i64::from(post.words))
            .bind(post.language.as_ref().map(|language| language.as_str().to_owned()))
            .bind(language.map(|language| language.as_str().to_owned()))
            .bind(language.map(|language| language.primary().to_owned()))
            .bind(plain_or_none(post.claimed_id.as_deref()))
            .bind(plain_or_none(post.claimed_date.as_deref()))
            .bind(plain_or_none(post.link.as_deref()))
            .bind(plain_or_none(post.licence.as_ref().map(Licence::as_str)))
            .bind(plain_or_none(post.author_line.as_deref()))
            .bind(plain(&post.title))
            .bind(plain(&post.excerpt))
            .bind(post.picture.as_ref().map(json))
            .fetch_optional(&mut **c)
            .await?
    });
    if place.is_some() {
        on!(Tx, tx, |c| sqlx::query(BODY)
            .bind(id)
            .bind(post.body.claimed.bytes())
            .bind(post.body.kind.as_str())
            .bind(plain_or_none(post.body.base.as_deref()))
            .bind(post.body.cleaned.as_ref().map(|cleaned| cleaned.bytes()))
            .bind(i64::from(post.body.cleaner_version))
            .execute(&mut **c)
            .await?
            .rows_affected());
    }
    Ok(place.map(Time::from_millis))
}

/// What was set for the source wins, since its posts may claim what their software was set to.
fn post_language<'a>(origin: &'a Origin, post: &'a NewPost) -> Option<&'a Language> {
    origin.set_language.as_ref().or(post.language.as_ref()).or(origin.language.as_ref())
}
