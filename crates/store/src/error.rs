//! What can go wrong in the store, as sentences that say what to do.

use sqlx::error::DatabaseError;

/// Why the store could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The data was written by a later release than this one.
    #[error(
        "{place} was written by a newer Watersmeet (its tables are at version {found}, this one knows {known}); \
         install that release or a later one, or use another data folder"
    )]
    Newer {
        /// Which data.
        place: String,
        /// The version of its tables.
        found: i64,
        /// The latest version that this release knows.
        known: i64,
    },
    /// A file that is something else.
    #[error("{place} is not a Watersmeet database; move it away or use another data folder")]
    NotOurs {
        /// Which file or database.
        place: String,
    },
    /// The file can be neither opened nor made.
    #[error(
        "cannot open or create {place}; check that its folder exists and that this user may write there ({detail})"
    )]
    CannotOpen {
        /// Which file.
        place: String,
        /// What the system says.
        detail: String,
    },
    /// The server does not answer, or does not let us in.
    #[error("cannot reach the database server ({detail}); check that it runs and that the address is right")]
    Unreachable {
        /// What the driver says. It never holds the password.
        detail: String,
    },
    /// Another process has been writing for longer than we wait.
    #[error(
        "another process is writing to the database and has not finished; nothing was changed, so try again, \
         and stop the other one if it hangs"
    )]
    Locked,
    /// Every connection was in use for longer than we wait.
    #[error("the database was busy for longer than we wait; nothing was changed, so try again")]
    Busy,
    /// No space for what was to be written.
    #[error(
        "the disk is full: make room; what was just being stored is not, what was stored before is safe, and nothing \
         new can be stored until there is space again"
    )]
    Full,
    /// The file may be read but not written.
    #[error(
        "the database cannot be written; check who owns the file and its folder, and that the disk is not read-only"
    )]
    ReadOnly,
    /// The disk failed.
    #[error("the disk failed while the database was read or written ({detail}); check it before you carry on")]
    Disk {
        /// What the driver says.
        detail: String,
    },
    /// What is in the file contradicts itself.
    #[error("the database is damaged ({detail}); put the last backup in its place")]
    Damaged {
        /// What contradicts what.
        detail: String,
    },
    /// A new version of the tables could not be made from the old ones.
    #[error(
        "changing the tables to “{step}” failed, so all data stays as it was; the earlier release still runs on it"
    )]
    Migration {
        /// Which step.
        step: String,
        /// Why.
        #[source]
        cause: Box<StoreError>,
    },
    /// Anything else that the database answered.
    #[error("the database did not do as it was told: {0}")]
    Database(#[source] sqlx::Error),
}

/// What the store's functions give.
pub type Result<T> = std::result::Result<T, StoreError>;

impl StoreError {
    /// Whether the same call may well work later, when somebody else has finished or made space.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Locked | Self::Busy | Self::Full | Self::Unreachable { .. })
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(cause) => {
                let known = if cause.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some() {
                    of_sqlite(cause.as_ref())
                } else {
                    of_postgres(cause.as_ref())
                };
                known.unwrap_or(Self::Database(error))
            }
            sqlx::Error::PoolTimedOut => Self::Busy,
            sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::PoolClosed => {
                Self::Unreachable { detail: error.to_string() }
            }
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => Self::Damaged { detail: error.to_string() },
            _ => Self::Database(error),
        }
    }
}

/// SQLite's result codes; the low byte is the family.
fn of_sqlite(cause: &dyn DatabaseError) -> Option<StoreError> {
    /// The memory that connections share lies in a file, which could not grow: that is how a full disk shows first.
    const IOERR_SHMSIZE: u32 = 10 | 19 << 8;
    let code: u32 = cause.code()?.parse().ok()?;
    let detail = || cause.message().to_owned();
    if code == IOERR_SHMSIZE {
        return Some(StoreError::Full);
    }
    Some(match code & 0xFF {
        5 | 6 => StoreError::Locked,
        8 => StoreError::ReadOnly,
        10 => StoreError::Disk { detail: detail() },
        11 => StoreError::Damaged { detail: detail() },
        13 => StoreError::Full,
        14 => StoreError::CannotOpen { place: "the database".to_owned(), detail: detail() },
        26 => StoreError::NotOurs { place: "the file".to_owned() },
        _ => return None,
    })
}

/// PostgreSQL's SQLSTATE classes and codes.
fn of_postgres(cause: &dyn DatabaseError) -> Option<StoreError> {
    let code = cause.code()?;
    let detail = || cause.message().to_owned();
    Some(match code.as_ref() {
        "53100" => StoreError::Full,
        // Deadlock, serialisation failure, lock timeout: whoever lost may try again.
        "40P01" | "40001" | "55P03" => StoreError::Locked,
        "25006" => StoreError::ReadOnly,
        "58030" => StoreError::Disk { detail: detail() },
        // Wrong password, unknown database, too many connections, shutting down.
        code if ["28", "3D", "08", "53", "57"].iter().any(|class| code.starts_with(class)) => {
            StoreError::Unreachable { detail: detail() }
        }
        code if code.starts_with("XX") => StoreError::Damaged { detail: detail() },
        _ => return None,
    })
}

impl StoreError {
    /// The same error where the place that it speaks of is known.
    pub(crate) fn about(self, place: &str) -> Self {
        let place = place.to_owned();
        match self {
            Self::Newer { found, known, .. } => Self::Newer { place, found, known },
            Self::NotOurs { .. } => Self::NotOurs { place },
            Self::CannotOpen { detail, .. } => Self::CannotOpen { place, detail },
            other => other,
        }
    }
}
