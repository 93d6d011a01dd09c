//! Sources in batches: for whoever goes through all of them without holding all of them.

use std::collections::HashMap;

use model::SourceId;
use sqlx::QueryBuilder;

use crate::engine::{ROWS_AT_ONCE, on};
use crate::open::Store;
use crate::pending::Pending;
use crate::source::{SourceRecord, source_columns};

impl Store {
    /// The numbers of all sources that are shown, ascending.
    pub fn shown_source_ids(&self) -> Pending<'_, Vec<SourceId>> {
        Box::pin(async move {
            const SQL: &str = "SELECT id FROM sources WHERE state IN ('active', 'paused', 'gone') ORDER BY id";
            let ids: Vec<i64> = on!(Reader, self.reader(), |c| sqlx::query_scalar(SQL).fetch_all(c).await?);
            Ok(ids.into_iter().map(SourceId::new).collect())
        })
    }

    /// These sources in the order in which they are asked for; those that are not there are left out.
    pub fn sources_by_id<'a>(&'a self, ids: &'a [SourceId]) -> Pending<'a, Vec<SourceRecord>> {
        Box::pin(async move {
            let mut found: HashMap<SourceId, SourceRecord> = HashMap::with_capacity(ids.len());
            for ids in ids.chunks(ROWS_AT_ONCE) {
                on!(Reader, self.reader(), |c: Db| {
                    let mut select =
                        QueryBuilder::<Db>::new(concat!("SELECT ", source_columns!(), " FROM sources WHERE id IN ("));
                    let mut list = select.separated(", ");
                    ids.iter().for_each(|id| {
                        list.push_bind(id.get());
                    });
                    select.push(")");
                    for row in &select.build().persistent(false).fetch_all(c).await? {
                        let source = SourceRecord::read(row)?;
                        found.insert(source.id, source);
                    }
                });
            }
            Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
        })
    }
}
