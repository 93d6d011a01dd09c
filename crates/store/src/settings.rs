//! Small things to remember by name.

use crate::engine::{on, plain};
use crate::error::Result;
use crate::open::Store;

impl Store {
    /// What was put under a name.
    pub async fn setting(&self, key: &str) -> Result<Option<String>> {
        const SQL: &str = "SELECT value FROM settings WHERE key = $1";
        Ok(on!(Reader, self.reader(), |c| sqlx::query_scalar(SQL).bind(plain(key)).fetch_optional(c).await?))
    }

    /// Puts something under a name, in place of what was there.
    pub async fn put_setting(&self, key: &str, value: &str) -> Result<()> {
        const SQL: &str = "
            INSERT INTO settings (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
        let mut tx = self.begin().await?;
        on!(Tx, &mut tx, |c| sqlx::query(SQL)
            .bind(plain(key))
            .bind(plain(value))
            .execute(&mut **c)
            .await?
            .rows_affected());
        tx.commit().await
    }
}
