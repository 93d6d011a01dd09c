//! Authors, as they sign: each name of each source is one, since a name alone proves nothing across sources.

use std::collections::{HashMap, HashSet};

use model::{AuthorId, PostId, SourceId};
use sqlx::QueryBuilder;

use crate::directory::containing;
use crate::engine::{Columns, ROWS_AT_ONCE, Tx, on, plain, plain_or_none};
use crate::error::Result;
use crate::open::Store;
use crate::pending::Pending;
use crate::people::address_key;
use crate::post::NewAuthor;
use crate::slug::{free_slug, slug};
use crate::source::{SourceRef, source_ref_columns};
use crate::sources::in_order;

/// More names than this on one post are a mistake of its feed.
const MOST_PER_POST: usize = 20;

/// The longest name that is kept, in characters.
const LONGEST_NAME: usize = 200;

/// Somebody who signs posts of one source.
#[derive(Clone, PartialEq, Debug)]
pub struct Author {
    /// The author's number.
    pub id: AuthorId,
    /// The author's place in our addresses.
    pub slug: String,
    /// The name as it is signed.
    pub name: String,
    /// The author's own page.
    pub address: Option<String>,
    /// Where the author writes.
    pub source: SourceRef,
    /// How many of the author's posts are in the river.
    pub posts: u64,
}

/// An author's name and address.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AuthorRef {
    /// The author's number.
    pub id: AuthorId,
    /// The author's place in our addresses.
    pub slug: String,
    /// The name as it is signed.
    pub name: String,
}

const COLUMNS: &str = concat!(
    "SELECT a.id AS id, a.slug AS slug, a.name AS name, a.address AS address,
        (SELECT COUNT(*) FROM post_authors w JOIN posts p ON p.id = w.post_id
         WHERE w.author_id = a.id AND p.in_river = 1) AS posts, ",
    source_ref_columns!(),
    " FROM authors a JOIN sources s ON s.id = a.source_id WHERE s.state IN ('active', 'paused', 'gone')
        AND EXISTS (SELECT 1 FROM post_authors w JOIN posts p ON p.id = w.post_id
            WHERE w.author_id = a.id AND p.in_river = 1) AND "
);

/// How many authors, the newest first, are looked through for a part of a name.
const LOOKED_THROUGH: i64 = 20_000;

/// How many of a source's newest posts tell who signs most.
const LATELY: i64 = 1_000;

impl Store {
    /// An author by slug, if the source is shown.
    pub fn author_by_slug<'a>(&'a self, slug: &'a str) -> Pending<'a, Option<Author>> {
        Box::pin(async move {
            let found = self.authors_where("a.slug = ", plain(slug), 1).await?;
            Ok(found.into_iter().next())
        })
    }

    /// Who signs most of the newest posts of a source, by name.
    pub fn authors_of(&self, source: SourceId, limit: u32) -> Pending<'_, Vec<Author>> {
        Box::pin(async move {
            const SQL: &str = "
                SELECT w.author_id FROM (
                    SELECT id FROM posts WHERE in_river = 1 AND source_id = $1 ORDER BY place DESC, id DESC LIMIT $2)
                    AS newest
                JOIN post_authors w ON w.post_id = newest.id
                GROUP BY w.author_id ORDER BY COUNT(*) DESC, w.author_id LIMIT $3";
            let ids: Vec<i64> = on!(Reader, self.reader(), |c| sqlx::query_scalar(SQL)
                .bind(source.get())
                .bind(LATELY)
                .bind(i64::from(limit))
                .fetch_all(c)
                .await?);
            let ids: Vec<AuthorId> = ids.into_iter().map(AuthorId::new).collect();
            self.authors_with(&ids).await
        })
    }

    /// Those of these authors whose source is shown, by name.
    pub(crate) async fn authors_with(&self, ids: &[AuthorId]) -> Result<Vec<Author>> {
        if ids.is_empty() {
            return Ok(vec![]);
        }
        let found = on!(Reader, self.reader(), |c: Db| {
            let mut select = QueryBuilder::<Db>::new(COLUMNS);
            let mut list = select.push("a.id IN (").separated(", ");
            ids.iter().for_each(|id| {
                list.push_bind(id.get());
            });
            select.push(")");
            let rows = select.build().persistent(false).fetch_all(c).await?;
            rows.iter().map(Author::read).collect::<sqlx::Result<Vec<_>>>()?
        });
        Ok(by_name(found))
    }

    /// Who signs by this name, in any source: perhaps one person, perhaps several. The first so many.
    pub fn authors_named<'a>(&'a self, name: &'a str, limit: u32) -> Pending<'a, Vec<Author>> {
        Box::pin(async move { self.authors_where("a.name_key = ", name_key(name), limit).await })
    }

    /// Some whose name contains these words, of the newest authors: perhaps what was meant where nobody has the name.
    pub fn authors_like<'a>(
        &'a self,
        words: &'a str,
        source: Option<SourceId>,
        limit: u32,
    ) -> Pending<'a, Vec<Author>> {
        Box::pin(async move {
            let words = containing(&name_key(words));
            let found = on!(Reader, self.reader(), |c: Db| {
                let mut select = QueryBuilder::<Db>::new(COLUMNS);
                select.push("a.id > (SELECT COALESCE(MAX(id), 0) FROM authors) - ").push_bind(LOOKED_THROUGH);
                select.push(" AND a.name_key LIKE ").push_bind(words.as_str()).push(" ESCAPE '\\'");
                if let Some(source) = source {
                    select.push(" AND a.source_id = ").push_bind(source.get());
                }
                select.push(" ORDER BY a.id DESC LIMIT ").push_bind(i64::from(limit));
                let rows = select.build().fetch_all(c).await?;
                rows.iter().map(Author::read).collect::<sqlx::Result<Vec<_>>>()?
            });
            Ok(by_name(found))
        })
    }

    async fn authors_where<T>(&self, condition: &'static str, value: T, limit: u32) -> Result<Vec<Author>>
    where
        T: for<'q> sqlx::Encode<'q, sqlx::Sqlite> + sqlx::Type<sqlx::Sqlite>,
        T: for<'q> sqlx::Encode<'q, sqlx::Postgres> + sqlx::Type<sqlx::Postgres>,
    {
        let found = on!(Reader, self.reader(), |c: Db| {
            let mut select = QueryBuilder::<Db>::new(COLUMNS);
            select.push(condition).push_bind(value).push(" LIMIT ").push_bind(i64::from(limit));
            let rows = select.build().fetch_all(c).await?;
            rows.iter().map(Author::read).collect::<sqlx::Result<Vec<_>>>()?
        });
        Ok(by_name(found))
    }

    /// Who signed each of these posts, in the order in which they did.
    pub(crate) async fn authors_of_posts(&self, posts: &[PostId]) -> Result<HashMap<PostId, Vec<AuthorRef>>> {
        let mut authors: HashMap<PostId, Vec<AuthorRef>> = HashMap::new();
        if posts.is_empty() {
            return Ok(authors);
        }
        on!(Reader, self.reader(), |c: Db| {
            let mut select = QueryBuilder::<Db>::new(
                "SELECT w.post_id, a.id, a.slug, a.name FROM post_authors w JOIN authors a ON a.id = w.author_id
                 WHERE w.post_id IN (",
            );
            let mut list = select.separated(", ");
            posts.iter().for_each(|post| {
                list.push_bind(post.get());
            });
            select.push(") ORDER BY w.post_id, w.position");
            for row in select.build().persistent(false).fetch_all(c).await? {
                let author = AuthorRef { id: row.must("id")?, slug: row.must("slug")?, name: row.must("name")? };
                authors.entry(row.must("post_id")?).or_default().push(author);
            }
        });
        Ok(authors)
    }
}

fn by_name(mut authors: Vec<Author>) -> Vec<Author> {
    authors.sort_by_cached_key(|author| (in_order(&author.name), author.id));
    authors
}

impl Author {
    fn read(row: &impl Columns) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.must("id")?,
            slug: row.must("slug")?,
            name: row.must("name")?,
            address: row.maybe("address")?,
            source: SourceRef::read(row)?,
            posts: row.must("posts")?,
        })
    }
}

/// Sets who signed some posts, in place of who was said to before.
pub(crate) async fn sign(tx: &mut Tx, posts: &[(PostId, SourceId, &[NewAuthor])], revised: bool) -> Result<()> {
    if revised {
        unsign(tx, posts).await?;
    }
    let mut wanted: HashMap<(SourceId, String), &NewAuthor> = HashMap::new();
    for (_, source, authors) in posts {
        for author in authors.iter().take(MOST_PER_POST) {
            wanted.entry((*source, name_key(&author.name))).or_insert(author);
        }
    }
    wanted.retain(|(_, key), _| !key.is_empty());
    let ids = find_or_add(tx, &wanted).await?;
    let mut signed: Vec<(PostId, AuthorId, i64)> = vec![];
    for (post, source, authors) in posts {
        let mut seen = HashSet::new();
        for author in authors.iter().take(MOST_PER_POST) {
            let id = ids.get(&(*source, name_key(&author.name)));
            if let Some(id) = id.filter(|id| seen.insert(**id)) {
                signed.push((*post, *id, seen.len() as i64));
            }
        }
    }
    for signed in signed.chunks(ROWS_AT_ONCE) {
        on!(Tx, tx, |c: Db| {
            let mut insert = QueryBuilder::<Db>::new("INSERT INTO post_authors (post_id, author_id, position) ");
            insert.push_values(signed, |mut row, (post, author, position)| {
                row.push_bind(post.get()).push_bind(author.get()).push_bind(*position);
            });
            insert.build().persistent(false).execute(&mut **c).await?;
        });
    }
    Ok(())
}

async fn unsign(tx: &mut Tx, posts: &[(PostId, SourceId, &[NewAuthor])]) -> Result<()> {
    for posts in posts.chunks(ROWS_AT_ONCE) {
        on!(Tx, tx, |c: Db| {
            let mut delete = QueryBuilder::<Db>::new("DELETE FROM post_authors WHERE post_id IN (");
            let mut list = delete.separated(", ");
            posts.iter().for_each(|(post, ..)| {
                list.push_bind(post.get());
            });
            delete.push(")");
            delete.build().persistent(false).execute(&mut **c).await?;
        });
    }
    Ok(())
}

/// Authors as they are known already.
type Known = HashMap<(SourceId, String), Given>;

/// An author's number, and what the author has given as evidence.
#[derive(PartialEq, Eq)]
struct Given {
    id: AuthorId,
    address_key: Option<String>,
    mail_key: Option<String>,
}

type Ids = HashMap<(SourceId, String), AuthorId>;

async fn find_or_add(tx: &mut Tx, wanted: &HashMap<(SourceId, String), &NewAuthor>) -> Result<Ids> {
    let known = find(tx, wanted.keys()).await?;
    for (key, given) in &known {
        give(tx, wanted[key], given).await?;
    }
    let mut missing: Vec<_> = wanted.iter().filter(|(key, _)| !known.contains_key(*key)).collect();
    let mut ids: Ids = known.into_iter().map(|(key, given)| (key, given.id)).collect();
    if missing.is_empty() {
        return Ok(ids);
    }
    missing.sort_by_key(|(key, _)| *key);
    let slugs = free_slugs(tx, &missing).await?;
    let rows: Vec<_> = missing.iter().zip(&slugs).collect();
    for rows in rows.chunks(ROWS_AT_ONCE) {
        on!(Tx, tx, |c: Db| {
            let mut insert = QueryBuilder::<Db>::new(
                "INSERT INTO authors (slug, source_id, name, name_key, address, address_key, mail_key) ",
            );
            insert.push_values(rows, |mut row, (((source, key), author), slug)| {
                row.push_bind(slug.as_str())
                    .push_bind(source.get())
                    .push_bind(short_name(&author.name))
                    .push_bind(key.as_str())
                    .push_bind(plain_or_none(author.address.as_deref()))
                    .push_bind(address_key(author))
                    .push_bind(author.mail_key.as_deref());
            });
            insert.push(" ON CONFLICT DO NOTHING");
            insert.build().persistent(false).execute(&mut **c).await?;
        });
    }
    // Asked again instead of returned, since another process may have added one a moment ago.
    let added = find(tx, missing.iter().map(|(key, _)| *key)).await?;
    ids.extend(added.into_iter().map(|(key, given)| (key, given.id)));
    Ok(ids)
}

/// Takes over the page and the mail address that an author gives now and did not before. What is left out is kept.
async fn give(tx: &mut Tx, author: &NewAuthor, given: &Given) -> Result<()> {
    const SQL: &str = "
        UPDATE authors SET address = COALESCE($2, address), address_key = $3, mail_key = $4 WHERE id = $1";
    let address_key = address_key(author).or_else(|| given.address_key.clone());
    let mail_key = author.mail_key.clone().or_else(|| given.mail_key.clone());
    if (&address_key, &mail_key) == (&given.address_key, &given.mail_key) {
        return Ok(());
    }
    on!(Tx, tx, |c| {
        let update = sqlx::query(SQL).bind(given.id.get()).bind(plain_or_none(author.address.as_deref()));
        update.bind(&address_key).bind(&mail_key).execute(&mut **c).await?;
    });
    Ok(())
}

async fn find(tx: &mut Tx, keys: impl Iterator<Item = &(SourceId, String)>) -> Result<Known> {
    let mut known = Known::new();
    let keys: Vec<_> = keys.collect();
    for keys in keys.chunks(ROWS_AT_ONCE) {
        on!(Tx, tx, |c: Db| {
            let mut select = QueryBuilder::<Db>::new(
                "SELECT id, source_id, name_key, address_key, mail_key FROM authors WHERE (source_id, name_key) IN (VALUES ",
            );
            let mut list = select.separated(", ");
            for (source, key) in keys {
                list.push("(").push_bind_unseparated(source.get());
                list.push_unseparated(", ").push_bind_unseparated(key.as_str()).push_unseparated(")");
            }
            select.push(")");
            for row in select.build().persistent(false).fetch_all(&mut **c).await? {
                let given = Given {
                    id: row.must("id")?,
                    address_key: row.maybe("address_key")?,
                    mail_key: row.maybe("mail_key")?,
                };
                known.insert((row.must("source_id")?, row.must("name_key")?), given);
            }
        });
    }
    Ok(known)
}

/// A slug for each new author: the name, else the name with its source, else that with a number.
async fn free_slugs(tx: &mut Tx, missing: &[(&(SourceId, String), &&NewAuthor)]) -> Result<Vec<String>> {
    const SOURCE: &str = "SELECT slug FROM sources WHERE id = $1";
    const TAKEN: &str = "SELECT COUNT(*) FROM authors WHERE slug = $1";
    let names: Vec<String> = missing.iter().map(|(_, author)| slug(&author.name, "author")).collect();
    let mut taken = taken_slugs(tx, &names).await?;
    let mut sources: HashMap<SourceId, String> = HashMap::new();
    let mut free = vec![];
    for (((source, _), _), name) in missing.iter().zip(names) {
        if taken.insert(name.clone()) {
            free.push(name);
            continue;
        }
        if !sources.contains_key(source) {
            let slug: String =
                on!(Tx, tx, |c| sqlx::query_scalar(SOURCE).bind(source.get()).fetch_one(&mut **c).await?);
            sources.insert(*source, slug);
        }
        let with_source = format!("{name}-{}", sources[source]);
        let is_taken = taken.contains(&with_source)
            || taken_slugs(tx, std::slice::from_ref(&with_source)).await?.contains(&with_source);
        let slug = if is_taken { free_slug(tx, TAKEN, &with_source, &taken).await? } else { with_source };
        taken.insert(slug.clone());
        free.push(slug);
    }
    Ok(free)
}

async fn taken_slugs(tx: &mut Tx, slugs: &[String]) -> Result<HashSet<String>> {
    let mut taken = HashSet::new();
    for slugs in slugs.chunks(ROWS_AT_ONCE) {
        let some: Vec<String> = on!(Tx, tx, |c: Db| {
            let mut select = QueryBuilder::<Db>::new("SELECT slug FROM authors WHERE slug IN (");
            let mut list = select.separated(", ");
            slugs.iter().for_each(|slug| {
                list.push_bind(slug.as_str());
            });
            select.push(")");
            select.build_query_scalar().persistent(false).fetch_all(&mut **c).await?
        });
        taken.extend(some);
    }
    Ok(taken)
}

/// A name without what writers vary: case and white space.
pub(crate) fn name_key(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    short_name(&words.join(" ").to_lowercase())
}

fn short_name(name: &str) -> String {
    plain(name.trim()).chars().take(LONGEST_NAME).collect()
}
