//! Pictures: which posts show which, what is to be fetched, and what is kept of them within a room of a fixed size.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use model::{Licence, PostId, Show, SourceId, Time};
use sqlx::QueryBuilder;

use crate::ChangeKind;
use crate::changes::{self, NewChange};
use crate::engine::{Columns, ROWS_AT_ONCE, Tx, on, plain};
use crate::error::Result;
use crate::open::Store;
use crate::pending::Pending;
use crate::post::Picture;
use crate::posts::cleaned;
use crate::words::PictureKind;

const DAY: Duration = Duration::from_secs(86_400);

/// A post of which it is not known yet which pictures it shows.
#[derive(Clone, PartialEq, Debug)]
pub struct Unpictured {
    /// Its number.
    pub id: PostId,
    /// Whether it is shown at all.
    pub is_shown: bool,
    /// The picture to lead with.
    pub lead: Option<Picture>,
    /// How much of it is shown, where an owner or an editor said so.
    pub show_set: Option<Show>,
    /// The licence that counts.
    pub licence: Option<Licence>,
    /// Its cleaned text.
    pub cleaned: Option<String>,
}

/// A picture that is to be fetched.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WantedPicture {
    id: i64,
    /// Where it is.
    pub address: String,
    /// How often it has been tried, this time included.
    pub tries: u32,
}

/// A picture as it was fetched.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewPicture {
    /// The hash of its bytes: letters and digits, which are its address.
    pub hash: String,
    /// What it is.
    pub kind: PictureKind,
    /// Its width in pixels.
    pub width: u32,
    /// Its height in pixels.
    pub height: u32,
    /// Its bytes.
    pub body: Vec<u8>,
}

/// A picture that is here.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PictureRef {
    /// The hash of its bytes.
    pub hash: String,
    /// Its width in pixels.
    pub width: u32,
    /// Its height in pixels.
    pub height: u32,
}

/// A picture's file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PictureFile {
    /// What it is.
    pub kind: PictureKind,
    /// When somebody was last seen looking at it.
    pub used: Time,
    /// Its bytes.
    pub body: Vec<u8>,
}

/// A source whose icon is to be looked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Faceless {
    /// Its number.
    pub id: SourceId,
    /// Where it is polled.
    pub address: String,
    /// Its website.
    pub site: Option<String>,
    /// The icon that its feed names.
    pub claimed_icon: Option<String>,
}

impl Store {
    /// Posts of which it is not known yet which pictures they show, the newest first.
    pub fn unpictured(&self, limit: u32) -> Pending<'_, Vec<Unpictured>> {
        Box::pin(async move {
            const SQL: &str = "
                SELECT p.id AS id, p.picture, s.show_set,
                    CAST(CASE WHEN p.state = 'shown' AND s.state IN ('active', 'paused', 'gone') THEN 1 ELSE 0 END AS BIGINT)
                        AS is_shown,
                    COALESCE(s.set_licence, p.licence, s.licence) AS licence, b.cleaned, b.claimed
                FROM posts p JOIN sources s ON s.id = p.source_id LEFT JOIN post_bodies b ON b.post_id = p.id
                WHERE p.pictured = 0 ORDER BY p.id DESC LIMIT $1";
            Ok(on!(Reader, self.reader(), |c| sqlx::query(SQL)
                .bind(i64::from(limit))
                .fetch_all(c)
                .await?
                .iter()
                .map(Unpictured::read)
                .collect::<sqlx::Result<_>>()?))
        })
    }

    /// Notes which pictures posts show: those that are new are to be fetched.
    pub fn picture_posts<'a>(&'a self, posts: &'a [(PostId, Vec<String>)], now: Time) -> Pending<'a, ()> {
        Box::pin(async move {
            const WANT: &str = "INSERT INTO pictures (address, due) VALUES ($1, $2) ON CONFLICT (address) DO NOTHING";
            const CLEAR: &str = "DELETE FROM post_pictures WHERE post_id = $1";
            const SHOW: &str = "
                INSERT INTO post_pictures (post_id, picture_id) SELECT $1, id FROM pictures WHERE address = $2
                ON CONFLICT (post_id, picture_id) DO NOTHING";
            const DONE: &str = "UPDATE posts SET pictured = 1 WHERE id = $1";
            let mut tx = self.begin().await?;
            // In one order everywhere, so that two processes do not wait for each other.
            let addresses: BTreeSet<String> =
                posts.iter().flat_map(|(_, addresses)| addresses).map(|address| plain(address)).collect();
            for address in &addresses {
                on!(Tx, &mut tx, |c| sqlx::query(WANT)
                    .bind(address.as_str())
                    .bind(now.millis())
                    .execute(&mut **c)
                    .await?
                    .rows_affected());
            }
            for (post, addresses) in posts {
                on!(Tx, &mut tx, |c| {
                    sqlx::query(CLEAR).bind(post.get()).execute(&mut **c).await?;
                    for address in addresses {
                        sqlx::query(SHOW).bind(post.get()).bind(plain(address)).execute(&mut **c).await?;
                    }
                    sqlx::query(DONE).bind(post.get()).execute(&mut **c).await?;
                });
            }
            tx.commit().await
        })
    }

    /// Takes pictures that are to be fetched, which nobody else gets before `until`.
    pub fn take_pictures(&self, now: Time, until: Time, limit: u32) -> Pending<'_, Vec<WantedPicture>> {
        Box::pin(async move {
            const DUE: &str = "SELECT id FROM pictures WHERE due IS NOT NULL AND due <= $1 ORDER BY due, id LIMIT 1";
            const TAKE: &str = "
                UPDATE pictures SET due = $1, tries = tries + 1 WHERE id IN (
                    SELECT id FROM pictures WHERE due IS NOT NULL AND due <= $2 ORDER BY due, id LIMIT $3)
                    AND due <= $2
                RETURNING id, address, tries";
            // Nothing is written, and nobody is kept from writing, while there is nothing to do.
            let is_any: Option<i64> =
                on!(Reader, self.reader(), |c| sqlx::query_scalar(DUE).bind(now.millis()).fetch_optional(c).await?);
            if is_any.is_none() {
                return Ok(vec![]);
            }
            let mut tx = self.begin().await?;
            let taken = on!(Tx, &mut tx, |c| sqlx::query(TAKE)
                .bind(until.millis())
                .bind(now.millis())
                .bind(i64::from(limit))
                .fetch_all(&mut **c)
                .await?
                .iter()
                .map(WantedPicture::read)
                .collect::<sqlx::Result<_>>()?);
            tx.commit().await?;
            Ok(taken)
        })
    }

    /// Keeps a picture that was fetched, in a room of so many bytes: the longest unseen make way.
    pub fn keep_picture<'a>(
        &'a self,
        wanted: &'a WantedPicture,
        new: &'a NewPicture,
        room: u64,
        now: Time,
    ) -> Pending<'a, ()> {
        Box::pin(async move {
            const HERE: &str = "UPDATE pictures SET due = NULL, hash = $2, message = NULL WHERE id = $1";
            let mut tx = self.begin().await?;
            put_file(&mut tx, new, now).await?;
            on!(Tx, &mut tx, |c| sqlx::query(HERE)
                .bind(wanted.id)
                .bind(new.hash.as_str())
                .execute(&mut **c)
                .await?
                .rows_affected());
            make_room(&mut tx, room, &new.hash).await?;
            let came = NewChange { kind: ChangeKind::Pictures, source: None, post: None, project: None };
            changes::append(&mut tx, &[came], now).await?;
            tx.commit().await
        })
    }

    /// Notes that a picture could not be had, and when it is tried again, if ever.
    pub fn no_picture<'a>(&'a self, wanted: &'a WantedPicture, why: &'a str, again: Option<Time>) -> Pending<'a, ()> {
        Box::pin(async move {
            const SQL: &str = "UPDATE pictures SET due = $2, message = $3 WHERE id = $1";
            let mut tx = self.begin().await?;
            on!(Tx, &mut tx, |c| sqlx::query(SQL)
                .bind(wanted.id)
                .bind(again.map(Time::millis))
                .bind(plain(why))
                .execute(&mut **c)
                .await?
                .rows_affected());
            tx.commit().await
        })
    }

    /// How many bytes of pictures were fetched on the day (in UTC) of a time.
    pub fn picture_bytes_on(&self, day: Time) -> Pending<'_, u64> {
        Box::pin(async move {
            const SQL: &str = "SELECT bytes FROM picture_days WHERE day = $1";
            let bytes: Option<i64> =
                on!(Reader, self.reader(), |c| sqlx::query_scalar(SQL).bind(day_of(day)).fetch_optional(c).await?);
            Ok(bytes.and_then(|bytes| u64::try_from(bytes).ok()).unwrap_or(0))
        })
    }

    /// Those of the pictures at these addresses that are here.
    pub fn pictures<'a>(&'a self, addresses: &'a [&'a str]) -> Pending<'a, HashMap<String, PictureRef>> {
        Box::pin(async move {
            let mut here = HashMap::new();
            for addresses in addresses.chunks(ROWS_AT_ONCE) {
                on!(Reader, self.reader(), |c: Db| {
                    let mut select = QueryBuilder::<Db>::new(
                        "SELECT p.address, f.hash, f.width, f.height
                         FROM pictures p JOIN picture_files f ON f.hash = p.hash WHERE p.address IN (",
                    );
                    let mut list = select.separated(", ");
                    addresses.iter().for_each(|address| {
                        list.push_bind(plain(address));
                    });
                    select.push(")");
                    for row in select.build().persistent(false).fetch_all(c).await? {
                        let picture = PictureRef {
                            hash: row.must("hash")?,
                            width: row.must("width")?,
                            height: row.must("height")?,
                        };
                        here.insert(row.must("address")?, picture);
                    }
                });
            }
            Ok(here)
        })
    }

    /// The file of a picture that a post or a source shows. What was taken out is not here.
    pub fn picture_file<'a>(&'a self, hash: &'a str) -> Pending<'a, Option<PictureFile>> {
        Box::pin(async move {
            const SQL: &str = "
                SELECT f.kind, f.used, b.body FROM picture_files f JOIN picture_bodies b ON b.hash = f.hash
                WHERE f.hash = $1 AND (
                    EXISTS (
                        SELECT 1 FROM pictures i JOIN post_pictures x ON x.picture_id = i.id
                            JOIN posts p ON p.id = x.post_id JOIN sources s ON s.id = p.source_id
                        WHERE i.hash = f.hash AND p.state = 'shown' AND s.state IN ('active', 'paused', 'gone'))
                    OR EXISTS (
                        SELECT 1 FROM sources s WHERE s.icon = f.hash AND s.state IN ('active', 'paused', 'gone')))";
            Ok(on!(Reader, self.reader(), |c| sqlx::query(SQL)
                .bind(plain(hash))
                .fetch_optional(c)
                .await?
                .as_ref()
                .map(PictureFile::read)
                .transpose()?))
        })
    }

    /// Notes that somebody looks at a picture.
    pub fn picture_used<'a>(&'a self, hash: &'a str, now: Time) -> Pending<'a, ()> {
        Box::pin(async move {
            const SQL: &str = "UPDATE picture_files SET used = $2 WHERE hash = $1 AND used < $2";
            let mut tx = self.begin().await?;
            on!(Tx, &mut tx, |c| sqlx::query(SQL)
                .bind(plain(hash))
                .bind(now.millis())
                .execute(&mut **c)
                .await?
                .rows_affected());
            tx.commit().await
        })
    }

    /// Forgets the pictures that no post shows any more, so many at a time; gives how many there were.
    pub fn forget_unshown_pictures(&self, limit: u32) -> Pending<'_, usize> {
        Box::pin(async move {
            const FIND: &str = "
                SELECT id FROM pictures i
                WHERE NOT EXISTS (SELECT 1 FROM post_pictures x WHERE x.picture_id = i.id) ORDER BY id LIMIT $1";
            const FILES: &str = "
                SELECT hash FROM picture_files f
                WHERE NOT EXISTS (SELECT 1 FROM pictures i WHERE i.hash = f.hash)
                    AND NOT EXISTS (SELECT 1 FROM sources s WHERE s.icon = f.hash) LIMIT $1";
            let (unshown, files): (Vec<i64>, Vec<String>) = on!(Reader, self.reader(), |c| {
                let unshown = sqlx::query_scalar(FIND).bind(i64::from(limit)).fetch_all(c).await?;
                (unshown, sqlx::query_scalar(FILES).bind(i64::from(limit)).fetch_all(c).await?)
            });
            if unshown.is_empty() && files.is_empty() {
                return Ok(0);
            }
            const FORGET: &str = "
                DELETE FROM pictures WHERE id = $1
                    AND NOT EXISTS (SELECT 1 FROM post_pictures x WHERE x.picture_id = pictures.id)";
            const BODY: &str = "
                DELETE FROM picture_bodies WHERE hash = $1
                    AND NOT EXISTS (SELECT 1 FROM pictures i WHERE i.hash = picture_bodies.hash)
                    AND NOT EXISTS (SELECT 1 FROM sources s WHERE s.icon = picture_bodies.hash)";
            const FILE: &str = "
                DELETE FROM picture_files WHERE hash = $1
                    AND NOT EXISTS (SELECT 1 FROM picture_bodies b WHERE b.hash = picture_files.hash)";
            let mut tx = self.begin().await?;
            on!(Tx, &mut tx, |c| {
                for id in &unshown {
                    sqlx::query(FORGET).bind(*id).execute(&mut **c).await?;
                }
                for hash in &files {
                    sqlx::query(BODY).bind(hash.as_str()).execute(&mut **c).await?;
                    sqlx::query(FILE).bind(hash.as_str()).execute(&mut **c).await?;
                }
            });
            tx.commit().await?;
            Ok(unshown.len() + files.len())
        })
    }

    /// Takes sources whose icon is to be looked for; nobody looks for it again before `until`.
    pub fn take_faceless(&self, now: Time, until: Time, limit: u32) -> Pending<'_, Vec<Faceless>> {
        Box::pin(async move {
            const DUE: &str = "
                SELECT id FROM sources
                WHERE state = 'active' AND last_ok IS NOT NULL AND icon_due <= $1 ORDER BY icon_due LIMIT $2";
            const TAKE: &str = "
                UPDATE sources SET icon_due = $2
                WHERE id = $1 AND icon_due <= $3
                RETURNING id, address, COALESCE(set_site, site) AS site, claimed_icon";
            let due: Vec<i64> = on!(Reader, self.reader(), |c| sqlx::query_scalar(DUE)
                .bind(now.millis())
                .bind(i64::from(limit))
                .fetch_all(c)
                .await?);
            if due.is_empty() {
                return Ok(vec![]);
            }
            let mut taken = vec![];
            let mut tx = self.begin().await?;
            for id in due {
                on!(Tx, &mut tx, |c| {
                    let row = sqlx::query(TAKE)
                        .bind(id)
                        .bind(until.millis())
                        .bind(now.millis())
                        .fetch_optional(&mut **c)
                        .await?;
                    if let Some(row) = row {
                        taken.push(Faceless::read(&row)?);
                    }
                });
            }
            tx.commit().await?;
            Ok(taken)
        })
    }

    /// Keeps the icon of a source.
    pub fn keep_icon<'a>(&'a self, source: SourceId, new: &'a NewPicture, room: u64, now: Time) -> Pending<'a, ()> {
        Box::pin(async move {
            const SQL: &str = "UPDATE sources SET icon = $2 WHERE id = $1 AND (icon IS NULL OR icon <> $2)";
            let mut tx = self.begin().await?;
            put_file(&mut tx, new, now).await?;
            let is_new = on!(Tx, &mut tx, |c| sqlx::query(SQL)
                .bind(source.get())
                .bind(new.hash.as_str())
                .execute(&mut **c)
                .await?
                .rows_affected())
                > 0;
            make_room(&mut tx, room, &new.hash).await?;
            if is_new {
                changes::append(&mut tx, &[NewChange::of_source(ChangeKind::Pictures, source)], now).await?;
            }
            tx.commit().await
        })
    }

    /// How many pictures are here and how many bytes they have.
    pub fn picture_room(&self) -> Pending<'_, (u64, u64)> {
        Box::pin(async move {
            const SQL: &str =
                "SELECT COUNT(*) AS files, CAST(COALESCE(SUM(bytes), 0) AS BIGINT) AS bytes FROM picture_files";
            Ok(on!(Reader, self.reader(), |c| {
                let row = sqlx::query(SQL).fetch_one(c).await?;
                (row.must("files")?, row.must("bytes")?)
            }))
        })
    }
}

/// Has the pictures of a source's posts looked at anew: it or how much of it is shown has changed.
pub(crate) async fn look_again(tx: &mut Tx, source: SourceId) -> Result<()> {
    const SQL: &str = "UPDATE posts SET pictured = 0 WHERE source_id = $1 AND pictured = 1";
    on!(Tx, tx, |c| sqlx::query(SQL).bind(source.get()).execute(&mut **c).await?.rows_affected());
    Ok(())
}

fn day_of(time: Time) -> i64 {
    time.millis().div_euclid(DAY.as_millis() as i64)
}

async fn put_file(tx: &mut Tx, new: &NewPicture, now: Time) -> Result<()> {
    const FILE: &str = "
        INSERT INTO picture_files (hash, kind, width, height, bytes, used) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (hash) DO UPDATE SET used = excluded.used";
    const BODY: &str = "INSERT INTO picture_bodies (hash, body) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING";
    const COUNT: &str = "
        INSERT INTO picture_days (day, bytes) VALUES ($1, $2)
        ON CONFLICT (day) DO UPDATE SET bytes = picture_days.bytes + excluded.bytes";
    const FORGET: &str = "DELETE FROM picture_days WHERE day < $1 - 30";
    let bytes = i64::try_from(new.body.len()).unwrap_or(i64::MAX);
    on!(Tx, tx, |c| {
        sqlx::query(FILE)
            .bind(new.hash.as_str())
            .bind(new.kind.as_str())
            .bind(i64::from(new.width))
            .bind(i64::from(new.height))
            .bind(bytes)
            .bind(now.millis())
            .execute(&mut **c)
            .await?;
        sqlx::query(BODY).bind(new.hash.as_str()).bind(new.body.as_slice()).execute(&mut **c).await?;
        sqlx::query(COUNT).bind(day_of(now)).bind(bytes).execute(&mut **c).await?;
        sqlx::query(FORGET).bind(day_of(now)).execute(&mut **c).await?;
    });
    Ok(())
}

/// Lets the longest unseen go until all fit into so many bytes; the one that has just come stays.
async fn make_room(tx: &mut Tx, room: u64, newest: &str) -> Result<()> {
    const SUM: &str = "SELECT CAST(COALESCE(SUM(bytes), 0) AS BIGINT) FROM picture_files";
    const OLDEST: &str = "SELECT hash, bytes FROM picture_files WHERE hash <> $1 ORDER BY used LIMIT 20";
    const LET_GO: [&str; 4] = [
        "UPDATE pictures SET hash = NULL, due = NULL, message = 'made way for newer ones' WHERE hash = $1",
        "UPDATE sources SET icon = NULL WHERE icon = $1",
        "DELETE FROM picture_bodies WHERE hash = $1",
        "DELETE FROM picture_files WHERE hash = $1",
    ];
    let room = i64::try_from(room).unwrap_or(i64::MAX);
    let mut held: i64 = on!(Tx, tx, |c| sqlx::query_scalar(SUM).fetch_one(&mut **c).await?);
    while held > room {
        let oldest = on!(Tx, tx, |c| sqlx::query(OLDEST)
            .bind(newest)
            .fetch_all(&mut **c)
            .await?
            .iter()
            .map(|row| Ok((row.must("hash")?, row.must("bytes")?)))
            .collect::<sqlx::Result<Vec<(String, i64)>>>()?);
        if oldest.is_empty() {
            break;
        }
        for (hash, bytes) in oldest {
            if held <= room {
                break;
            }
            for sql in LET_GO {
                on!(Tx, tx, |c| sqlx::query(sql).bind(hash.as_str()).execute(&mut **c).await?.rows_affected());
            }
            held -= bytes;
        }
    }
    Ok(())
}

impl Unpictured {
    fn read(row: &impl Columns) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.must("id")?,
            is_shown: row.must::<i64>("is_shown")? == 1,
            lead: row.maybe("picture")?,
            show_set: row.maybe("show_set")?,
            licence: row.maybe("licence")?,
            cleaned: cleaned(row)?,
        })
    }
}

impl WantedPicture {
    fn read(row: &impl Columns) -> sqlx::Result<Self> {
        Ok(Self { id: row.must("id")?, address: row.must("address")?, tries: row.must("tries")? })
    }
}

impl PictureFile {
    fn read(row: &impl Columns) -> sqlx::Result<Self> {
        Ok(Self { kind: row.must("kind")?, used: row.must("used")?, body: row.must("body")? })
    }
}

impl Faceless {
    fn read(row: &impl Columns) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.must("id")?,
            address: row.must("address")?,
            site: row.maybe("site")?,
            claimed_icon: row.maybe("claimed_icon")?,
        })
    }
}
