//! Fills in the hosts of sources that an earlier release wrote.

use model::{Address, SourceId};
use sqlx::QueryBuilder;

use crate::engine::{Columns, on};
use crate::error::Result;
use crate::open::Store;

/// How many are filled in in one transaction, so that no other process waits for long.
const AT_ONCE: i64 = 1_000;

/// Fills in every host that is missing. Where none is, it costs one look at an empty index.
pub(crate) async fn fill(store: &Store) -> Result<()> {
    const SQL: &str = "SELECT id, address FROM sources WHERE host IS NULL ORDER BY id LIMIT $1";
    loop {
        let found: Vec<(SourceId, Address)> = on!(Reader, store.reader(), |c| {
            let rows = sqlx::query(SQL).bind(AT_ONCE).fetch_all(c).await?;
            rows.iter().map(|row| Ok((row.must("id")?, row.must("address")?))).collect::<sqlx::Result<_>>()?
        });
        if found.is_empty() {
            return Ok(());
        }
        let mut tx = store.begin().await?;
        on!(Tx, &mut tx, |c: Db| {
            let mut update = QueryBuilder::<Db>::new("UPDATE sources SET host = found.column2 FROM (");
            update.push_values(&found, |mut row, (id, address)| {
                row.push_bind(id.get()).push_bind(address.server());
            });
            update.push(") AS found WHERE sources.id = found.column1");
            update.build().persistent(false).execute(&mut **c).await?;
        });
        tx.commit().await?;
    }
}
