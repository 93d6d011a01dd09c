//! Two engines behind one set of statements: pools, transactions, and rows that read the same on both.

use sqlx::postgres::{PgPool, PgRow};
use sqlx::sqlite::{SqlitePool, SqliteRow};
use sqlx::{Postgres, Row, Sqlite};

use crate::error::Result;

/// Runs one body on whichever engine is there. `|c: Db|` also names the engine, for a `QueryBuilder`.
macro_rules! on {
    ($side:ident, $it:expr, |$c:ident| $body:expr) => {
        match $it {
            $crate::engine::$side::Sqlite($c) => $body,
            $crate::engine::$side::Postgres($c) => $body,
        }
    };
    ($side:ident, $it:expr, |$c:ident: $db:ident| $body:expr) => {
        match $it {
            $crate::engine::$side::Sqlite($c) => {
                type $db = sqlx::Sqlite;
                $body
            }
            $crate::engine::$side::Postgres($c) => {
                type $db = sqlx::Postgres;
                $body
            }
        }
    };
}
pub(crate) use on;

/// The connections. SQLite has one that writes and a few that only read.
#[derive(Debug)]
pub(crate) enum Pool {
    Sqlite { write: SqlitePool, read: SqlitePool },
    Postgres(PgPool),
}

/// Where a statement that only reads goes.
#[derive(Clone, Copy)]
pub(crate) enum Reader<'a> {
    Sqlite(&'a SqlitePool),
    Postgres(&'a PgPool),
}

/// All or nothing: what happens in it is there after `commit`, and only then.
pub(crate) enum Tx {
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    Postgres(sqlx::Transaction<'static, Postgres>),
}

impl Pool {
    pub(crate) fn reader(&self) -> Reader<'_> {
        match self {
            Self::Sqlite { read, .. } => Reader::Sqlite(read),
            Self::Postgres(pool) => Reader::Postgres(pool),
        }
    }

    /// A transaction that may write. On SQLite it takes the write lock at once: waiting at the first write instead
    /// could end in a state that nobody can leave.
    pub(crate) async fn begin(&self) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite { write, .. } => Tx::Sqlite(write.begin_with("BEGIN IMMEDIATE").await?),
            Self::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }

    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite { write, read } => {
                read.close().await;
                write.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    pub(crate) async fn commit(self) -> Result<()> {
        on!(Tx, self, |c| c.commit().await?);
        Ok(())
    }
}

/// A row of either engine.
pub(crate) trait Columns {
    fn int(&self, column: &str) -> sqlx::Result<Option<i64>>;
    fn text(&self, column: &str) -> sqlx::Result<Option<String>>;
    fn bytes(&self, column: &str) -> sqlx::Result<Option<Vec<u8>>>;

    /// What must be there.
    fn must<T: Kept>(&self, column: &str) -> sqlx::Result<T>
    where
        Self: Sized,
    {
        T::read(self, column)?.ok_or_else(|| wrong(column, "nothing is there"))
    }

    /// What may be there.
    fn maybe<T: Kept>(&self, column: &str) -> sqlx::Result<Option<T>>
    where
        Self: Sized,
    {
        T::read(self, column)
    }
}

macro_rules! columns {
    ($($row:ty)*) => {$(
        impl Columns for $row {
            fn int(&self, column: &str) -> sqlx::Result<Option<i64>> {
                self.try_get(column)
            }
            fn text(&self, column: &str) -> sqlx::Result<Option<String>> {
                self.try_get(column)
            }
            fn bytes(&self, column: &str) -> sqlx::Result<Option<Vec<u8>>> {
                self.try_get(column)
            }
        }
    )*};
}
columns!(SqliteRow PgRow);

/// A type of ours that the store keeps as a number, a text or bytes.
pub(crate) trait Kept: Sized {
    fn read(row: &impl Columns, column: &str) -> sqlx::Result<Option<Self>>;
}

fn wrong(column: &str, why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> sqlx::Error {
    sqlx::Error::ColumnDecode { index: column.to_owned(), source: why.into() }
}

impl Kept for i64 {
    fn read(row: &impl Columns, column: &str) -> sqlx::Result<Option<Self>> {
        row.int(column)
    }
}

impl Kept for String {
    fn read(row: &impl Columns, column: &str) -> sqlx::Result<Option<Self>> {
        row.text(column)
    }
}

impl Kept for Vec<u8> {
    fn read(row: &impl Columns, column: &str) -> sqlx::Result<Option<Self>> {
        row.bytes(column)
    }
}

impl Kept for model::Time {
    fn read(row: &impl Columns, column: &str) -> sqlx::Result<Option<Self>> {
        Ok(row.int(column)?.map(model::Time::from_millis))
    }
}

impl Kept for model::Pace {
    fn read(row: &impl Columns, column: &str) -> sqlx::Result<Option<Self>> {
        // What is out of bounds was put there by nobody, and is as if nothing were set.
        let millis = row.int(column)?.and_then(|millis| u64::try_from(millis).ok());
        Ok(millis.map(std::time::Duration::from_millis).and_then(model::Pace::of))
    }
}

impl Kept for model::Licence {
    fn read(row: &impl Columns, column: &str) -> sqlx::Result<Option<Self>> {
        Ok(row.text(column)?.as_deref().and_then(model::Licence::named))
    }
}

macro_rules! kept {
    (ids: $($id:ident)*) => {$(
        impl Kept for model::$id {
            fn read(row: &impl Columns, column: &str) -> sqlx::Result<Option<Self>> {
                Ok(row.int(column)?.map(model::$id::new))
            }
        }
    )*};
    (numbers: $($number:ty)*) => {$(
        impl Kept for $number {
            fn read(row: &impl Columns, column: &str) -> sqlx::Result<Option<Self>> {
                row.int(column)?.map(|number| number.try_into().map_err(|why| wrong(column, why))).transpose()
            }
        }
    )*};
    (texts: $($text:ty)*) => {$(
        impl Kept for $text {
            fn read(row: &impl Columns, column: &str) -> sqlx::Result<Option<Self>> {
                row.text(column)?.map(|text| text.parse().map_err(|why| wrong(column, why))).transpose()
            }
        }
    )*};
    (json: $($json:ty)*) => {$(
        impl Kept for $json {
            fn read(row: &impl Columns, column: &str) -> sqlx::Result<Option<Self>> {
                row.text(column)?.map(|text| serde_json::from_str(&text).map_err(|why| wrong(column, why))).transpose()
            }
        }
    )*};
}
kept!(ids: SourceId PostId AuthorId GroupId RequestId SubscriptionId OrganisationId ProjectId UpdateQuestionId);
kept!(numbers: u16 u32 u64);
kept!(texts: model::SourceState model::PostState model::Show model::Outcome model::Language model::Address);
kept!(texts: model::subscription::Stage crate::PictureKind crate::MoveReason);
kept!(texts: crate::UpdateReason crate::AnswerState crate::SourceKind crate::BodyKind crate::RequestKind crate::RequestState crate::ChangeKind);
kept!(json: crate::Hub crate::Picture crate::Wishes crate::Attributes crate::requests::Before);
kept!(json: model::Organisation model::Project Vec<model::Difference>);

/// Text as both engines take it: PostgreSQL keeps no NUL.
pub(crate) fn plain(text: &str) -> String {
    if text.contains('\0') { text.replace('\0', "\u{FFFD}") } else { text.to_owned() }
}

/// The same for text that may be missing.
pub(crate) fn plain_or_none(text: Option<&str>) -> Option<String> {
    text.map(plain)
}

/// A value with structure, as JSON.
pub(crate) fn json(value: &impl serde::Serialize) -> String {
    plain(&serde_json::to_string(value).expect("our own types are always JSON"))
}

/// How many rows go into one statement: enough that its cost is spread thin, few enough that little is held at once.
pub(crate) const ROWS_AT_ONCE: usize = 64;

/// How long the lists are that a statement names: a few lengths, so that it is prepared once for each and kept.
const LENGTHS: [usize; 4] = [1, 5, 25, ROWS_AT_ONCE];

/// The length at which lists with at most so many values are written; what is too much is filled with nothing.
pub(crate) fn padded_length(values: usize) -> usize {
    LENGTHS.into_iter().find(|length| *length >= values).unwrap_or(values)
}
