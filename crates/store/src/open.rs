//! Opening the store: which database, with which connections, and what is said when that fails.

use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use model::Time;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, SqliteConnection};

use crate::directory;
use crate::engine::{Pool, Reader, Tx};
use crate::error::{Result, StoreError};
use crate::hosts;
use crate::migrate::{self, MIGRATIONS, Migration};
use crate::pending::Pending;

/// Which database holds the data.
#[derive(Clone, PartialEq, Eq)]
pub enum Database {
    /// One file, made if it is not there. Its folder must exist.
    File(PathBuf),
    /// A PostgreSQL server, as `postgres://user:password@host:port/name`.
    Postgres(String),
}

/// What Watersmeet remembers. Cheap to clone; all clones share the connections.
#[derive(Clone, Debug)]
pub struct Store {
    pool: Arc<Pool>,
}

/// How long a writer waits for another process before it gives up.
const PATIENCE: Duration = Duration::from_secs(10);

/// Readers of one file. Each costs a thread and a page cache.
const READERS: u32 = 3;

/// Connections to a server.
const CONNECTIONS: u32 = 8;

impl Database {
    /// How messages name it; never with the password.
    fn place(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Postgres(address) => {
                let (start, rest) = address.split_once("://").unwrap_or(("postgres", address));
                let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
                let host = host.split_once('?').map_or(host, |(host, _)| host);
                format!("the database {start}://{host}")
            }
        }
    }
}

/// Without the password.
impl std::fmt::Debug for Database {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Database({})", self.place())
    }
}

impl Store {
    /// Opens a database, and brings its tables up to date in one transaction.
    pub fn open(database: &Database, now: Time) -> Pending<'_, Self> {
        Box::pin(async move {
            let store = Self::open_with(database, now, MIGRATIONS, PATIENCE).await?;
            directory::fill(&store).await.map_err(|error| error.about(&database.place()))?;
            Ok(store)
        })
    }

    /// The same with other migrations and another patience.
    pub(crate) async fn open_with(
        database: &Database,
        now: Time,
        migrations: &[Migration],
        patience: Duration,
    ) -> Result<Self> {
        let named = |error: StoreError| error.about(&database.place());
        let pool = match database {
            Database::File(path) => open_file(path, now, migrations, patience).await,
            Database::Postgres(address) => open_server(address, now, migrations, patience).await,
        };
        let store = Self { pool: Arc::new(pool.map_err(named)?) };
        hosts::fill(&store).await.map_err(named)?;
        Ok(store)
    }

    /// Closes every connection, after what is under way.
    pub fn close(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(self.pool.close())
    }

    /// Whether other processes on other machines may use it too.
    pub fn is_shared(&self) -> bool {
        matches!(*self.pool, Pool::Postgres(_))
    }

    pub(crate) fn reader(&self) -> Reader<'_> {
        self.pool.reader()
    }

    pub(crate) async fn begin(&self) -> Result<Tx> {
        self.pool.begin().await
    }
}

async fn open_file(path: &Path, now: Time, migrations: &[Migration], patience: Duration) -> Result<Pool> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(patience)
        .foreign_keys(true)
        .statement_cache_capacity(64)
        .disable_statement_logging();
    // Memory is spent on two small caches instead of a copy of the file; the system caches the file anyway.
    // A row that is leased and soon afterwards written again goes to the file once for both where few checkpoints lie
    // between; and who leases a thousand rows takes them in one go, without a thread that waits for every fifty.
    let writing = options
        .clone()
        .row_buffer_size(1_024)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .pragma("journal_size_limit", "16777216")
        .pragma("wal_autocheckpoint", "4000")
        .pragma("cache_size", "-2000");
    let reading = options.read_only(true).pragma("cache_size", "-500");
    let pool = |connections| {
        SqlitePoolOptions::new()
            .max_connections(connections)
            .min_connections(1)
            .acquire_timeout(patience + Duration::from_secs(5))
            .max_lifetime(None)
            .test_before_acquire(false)
            .after_release(|connection, _| Box::pin(is_out_of_its_transaction(connection)))
    };
    let write = patiently(patience, || pool(1).idle_timeout(None).connect_with(writing.clone())).await?;
    let mut tx = Tx::Sqlite(write.begin_with("BEGIN IMMEDIATE").await?);
    migrate::bring_up_to_date(&mut tx, migrations, now).await?;
    tx.commit().await?;
    let read = pool(READERS).idle_timeout(Duration::from_secs(60)).connect_with(reading).await?;
    Ok(Pool::Sqlite { write, read })
}

/// Whether a connection that comes back may be used again.
///
/// Where the disk is full SQLite ends a transaction by itself. The driver's own attempt fails then, and it would take the
/// connection to be in a transaction for ever.
async fn is_out_of_its_transaction(connection: &mut SqliteConnection) -> sqlx::Result<bool> {
    // What was told to roll back has done so once this is answered.
    connection.ping().await?;
    Ok(!connection.is_in_transaction())
}

/// Tries again while the file is locked. SQLite waits by itself, but not where several turn a new file to WAL at once:
/// there each would wait for the other, so it refuses all but one.
async fn patiently<F>(patience: Duration, connect: impl Fn() -> F) -> Result<SqlitePool>
where
    F: Future<Output = sqlx::Result<SqlitePool>>,
{
    const PAUSE: Duration = Duration::from_millis(20);
    let began = Instant::now();
    loop {
        match connect().await.map_err(StoreError::from) {
            Err(StoreError::Locked) if began.elapsed() < patience => tokio::time::sleep(PAUSE).await,
            connected => return connected,
        }
    }
}

async fn open_server(address: &str, now: Time, migrations: &[Migration], patience: Duration) -> Result<Pool> {
    let unreadable = |error: sqlx::Error| StoreError::Unreachable { detail: error.to_string() };
    let options = address
        .parse::<PgConnectOptions>()
        .map_err(unreadable)?
        .application_name("watersmeet")
        .options([("lock_timeout", format!("{}ms", patience.as_millis()))])
        .disable_statement_logging();
    // A pool would ask again and again, and in the end only say that it took too long.
    match tokio::time::timeout(patience + Duration::from_secs(5), options.connect()).await {
        Ok(connection) => connection?.close().await?,
        Err(_) => return Err(StoreError::Unreachable { detail: "it does not answer".to_owned() }),
    }
    let pool = PgPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(patience + Duration::from_secs(5))
        .connect_with(options)
        .await?;
    let mut tx = Tx::Postgres(pool.begin().await?);
    migrate::bring_up_to_date(&mut tx, migrations, now).await?;
    tx.commit().await?;
    Ok(Pool::Postgres(pool))
}

#[cfg(test)]
impl Store {
    /// Lets a file grow no larger than so many pages, as if the disk were full then.
    pub(crate) async fn limit_pages(&self, pages: u32) {
        let Pool::Sqlite { write, .. } = &*self.pool else { panic!("only a file has pages") };
        let sql = sqlx::AssertSqlSafe(format!("PRAGMA max_page_count = {pages}"));
        sqlx::raw_sql(sql).execute(write).await.unwrap();
    }

    /// Lets a server count what is in the tables, as it does by itself after a while.
    pub(crate) async fn take_stock(&self) {
        if let Pool::Postgres(pool) = &*self.pool {
            sqlx::raw_sql("VACUUM ANALYZE").execute(pool).await.unwrap();
        }
    }
}
