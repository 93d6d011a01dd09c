//! Small things to remember by name.

use crate::engine::{Tx, on, plain};
use crate::error::Result;
use crate::open::Store;
use crate::pending::Pending;

impl Store {
    /// What was put under a name.
    pub fn setting<'a>(&'a self, key: &'a str) -> Pending<'a, Option<String>> {
        Box::pin(async move {
            const SQL: &str = "SELECT value FROM settings WHERE key = $1";
            Ok(on!(Reader, self.reader(), |c| sqlx::query_scalar(SQL).bind(plain(key)).fetch_optional(c).await?))
        })
    }

    /// Puts something under a name, in place of what was there.
    pub fn put_setting<'a>(&'a self, key: &'a str, value: &'a str) -> Pending<'a, ()> {
        Box::pin(async move {
            let mut tx = self.begin().await?;
            put(&mut tx, key, value).await?;
            tx.commit().await
        })
    }
}

/// The same as [`Store::put_setting`], within a transaction.
pub(crate) async fn put(tx: &mut Tx, key: &str, value: &str) -> Result<()> {
    const SQL: &str = "
        INSERT INTO settings (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
    on!(Tx, tx, |c| sqlx::query(SQL).bind(plain(key)).bind(plain(value)).execute(&mut **c).await?.rows_affected());
    Ok(())
}
