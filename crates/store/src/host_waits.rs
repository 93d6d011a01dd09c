//! Hosts that asked us to wait with all that is on them, kept so that a restart or another crawler knows.

use model::Time;

use crate::engine::{Columns, on, plain};
use crate::open::Store;
use crate::pending::Pending;

/// A host that asked us to wait.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HostWait {
    /// The host's name, with its port.
    pub host: String,
    /// Since when it has asked for that.
    pub since: Time,
    /// Until when.
    pub until: Time,
}

impl Store {
    /// The hosts that asked us to wait and have not answered otherwise since; those that wait longest first.
    pub fn host_waits(&self) -> Pending<'_, Vec<HostWait>> {
        Box::pin(async move {
            const SQL: &str = "SELECT host, since, until FROM host_waits ORDER BY until DESC, host LIMIT 10000";
            Ok(on!(Reader, self.reader(), |c| {
                let rows = sqlx::query(SQL).fetch_all(c).await?;
                rows.iter()
                    .map(|row| {
                        Ok(HostWait { host: row.must("host")?, since: row.must("since")?, until: row.must("until")? })
                    })
                    .collect::<sqlx::Result<_>>()?
            }))
        })
    }

    /// Keeps that a host asked us to wait.
    pub fn put_host_wait<'a>(&'a self, wait: &'a HostWait) -> Pending<'a, ()> {
        Box::pin(async move {
            const SQL: &str = "
                INSERT INTO host_waits (host, since, until) VALUES ($1, $2, $3)
                ON CONFLICT (host) DO UPDATE SET until = excluded.until";
            let mut tx = self.begin().await?;
            on!(Tx, &mut tx, |c| sqlx::query(SQL)
                .bind(plain(&wait.host))
                .bind(wait.since.millis())
                .bind(wait.until.millis())
                .execute(&mut **c)
                .await?
                .rows_affected());
            tx.commit().await
        })
    }

    /// Forgets it, because the host answers again.
    pub fn end_host_wait<'a>(&'a self, host: &'a str) -> Pending<'a, ()> {
        Box::pin(async move {
            const SQL: &str = "DELETE FROM host_waits WHERE host = $1";
            let mut tx = self.begin().await?;
            on!(Tx, &mut tx, |c| sqlx::query(SQL).bind(plain(host)).execute(&mut **c).await?.rows_affected());
            tx.commit().await
        })
    }
}
