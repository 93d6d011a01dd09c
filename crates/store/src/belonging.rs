//! Whose a source is: by the domain that it is read from, or because an editor said so. The site that a feed names as its own
//! proves nothing: anybody can name any.

use std::collections::HashMap;

use model::{Address, OrganisationId, SourceId};
use sqlx::QueryBuilder;

use crate::engine::{Columns, Tx, on};
use crate::error::Result;
use crate::open::Store;
use crate::organisations::OrganisationRecord;
use crate::pending::Pending;
use crate::source::{SourceRecord, source_columns};

/// How many sources are looked at in one go.
const AT_ONCE: i64 = 1_000;

impl Store {
    /// The sources of an organisation that are shown, by name.
    pub fn sources_of_organisation(&self, organisation: OrganisationId, limit: u32) -> Pending<'_, Vec<SourceRecord>> {
        Box::pin(async move {
            const SQL: &str = concat!(
                "SELECT ",
                source_columns!(),
                " FROM sources WHERE state IN ('active', 'paused', 'gone')
                    AND id IN (SELECT source_id FROM source_organisations WHERE organisation_id = $1)
                  ORDER BY name_key, id LIMIT $2"
            );
            Ok(on!(Reader, self.reader(), |c| {
                let rows = sqlx::query(SQL).bind(organisation.get()).bind(i64::from(limit)).fetch_all(c).await?;
                rows.iter().map(SourceRecord::read).collect::<sqlx::Result<_>>()?
            }))
        })
    }

    /// The organisations that a source belongs to: mostly one, several where they share a site.
    pub fn organisations_of_source(&self, source: SourceId) -> Pending<'_, Vec<OrganisationRecord>> {
        Box::pin(async move {
            const SQL: &str = "
                SELECT organisation_id FROM source_organisations
                WHERE source_id = $1 AND organisation_id IS NOT NULL ORDER BY organisation_id LIMIT 10";
            let ids: Vec<OrganisationId> = on!(Reader, self.reader(), |c| {
                let rows = sqlx::query(SQL).bind(source.get()).fetch_all(c).await?;
                rows.iter().map(|row| row.must("organisation_id")).collect::<sqlx::Result<_>>()?
            });
            let mut found = vec![];
            for id in ids {
                found.extend(self.organisation(id).await?);
            }
            Ok(found)
        })
    }
}

impl Store {
    /// Whose the site on a host is, by its domain: mostly one, several where they share it.
    pub fn organisations_at<'a>(&'a self, host: &'a str) -> Pending<'a, Vec<OrganisationRecord>> {
        Box::pin(async move {
            let mut tx = self.begin().await?;
            let ids = owners(&mut tx, &[host]).await?.remove(host).unwrap_or_default();
            tx.commit().await?;
            let mut found = vec![];
            for id in ids {
                found.extend(self.organisation(id).await?);
            }
            Ok(found)
        })
    }
}

/// A host, and those that stand above it: `blog.riverton.example`, `riverton.example`.
fn hosts(host: &str) -> Vec<String> {
    const DEEPEST: usize = 8;
    let mut hosts = vec![];
    let mut rest = host;
    while rest.contains('.') && hosts.len() < DEEPEST {
        hosts.push(rest.to_owned());
        rest = rest.split_once('.').map_or("", |(_, above)| above);
    }
    hosts
}

/// Whose the sites on some hosts are: those with the nearest host at or above each.
async fn owners(tx: &mut Tx, all: &[&str]) -> Result<HashMap<String, Vec<OrganisationId>>> {
    let candidates: Vec<String> = all.iter().flat_map(|host| hosts(host)).collect();
    let mut known: HashMap<String, Vec<OrganisationId>> = HashMap::new();
    for some in candidates.chunks(500) {
        on!(Tx, tx, |c: Db| {
            let mut select = QueryBuilder::<Db>::new("SELECT id, host FROM organisations WHERE host IN (");
            let mut list = select.separated(", ");
            some.iter().for_each(|host| {
                list.push_bind(host.clone());
            });
            select.push(") ORDER BY id");
            for row in select.build().persistent(false).fetch_all(&mut **c).await? {
                known.entry(row.must("host")?).or_default().push(row.must("id")?);
            }
        });
    }
    let nearest = |host: &&str| hosts(host).iter().find_map(|host| known.get(host).cloned());
    Ok(all.iter().filter_map(|host| Some(((*host).to_owned(), nearest(host)?))).collect())
}

/// Puts whose a source is by its domain, where no editor has said so. `true` if that is somebody else than before.
async fn put(tx: &mut Tx, source: SourceId, owners: &[OrganisationId]) -> Result<bool> {
    const NOW: &str =
        "SELECT organisation_id, said_by FROM source_organisations WHERE source_id = $1 ORDER BY organisation_id";
    const FORGET: &str = "DELETE FROM source_organisations WHERE source_id = $1";
    const PUT: &str =
        "INSERT INTO source_organisations (source_id, organisation_id, said_by) VALUES ($1, $2, 'domain')";
    let now: Vec<(Option<OrganisationId>, String)> = on!(Tx, tx, |c| {
        let rows = sqlx::query(NOW).bind(source.get()).fetch_all(&mut **c).await?;
        rows.iter().map(|row| Ok((row.maybe("organisation_id")?, row.must("said_by")?))).collect::<sqlx::Result<_>>()?
    });
    let is_same = now.iter().map(|(id, _)| *id).eq(owners.iter().map(|id| Some(*id)));
    if is_same || now.iter().any(|(_, by)| by == "editor") {
        return Ok(false);
    }
    on!(Tx, tx, |c| {
        sqlx::query(FORGET).bind(source.get()).execute(&mut **c).await?;
        for owner in owners {
            sqlx::query(PUT).bind(source.get()).bind(owner.get()).execute(&mut **c).await?;
        }
    });
    Ok(true)
}

/// Settles whose a source is that is new, or whose address has changed, by the host that it is read from.
pub(crate) async fn settle(tx: &mut Tx, source: SourceId, host: &str) -> Result<()> {
    let owners = owners(tx, &[host]).await?.remove(host).unwrap_or_default();
    put(tx, source, &owners).await?;
    Ok(())
}

/// Settles whose every source is, after organisations have changed. Gives those that belong to somebody else now.
pub(crate) async fn settle_all(tx: &mut Tx) -> Result<Vec<SourceId>> {
    const SQL: &str = "SELECT id, address FROM sources WHERE id > $1 ORDER BY id LIMIT $2";
    let (mut from, mut changed) = (0, vec![]);
    loop {
        let some: Vec<(SourceId, Address)> = on!(Tx, tx, |c| {
            let rows = sqlx::query(SQL).bind(from).bind(AT_ONCE).fetch_all(&mut **c).await?;
            rows.iter().map(|row| Ok((row.must("id")?, row.must("address")?))).collect::<sqlx::Result<_>>()?
        });
        let Some((last, _)) = some.last() else { return Ok(changed) };
        from = last.get();
        let hosts: Vec<&str> = some.iter().map(|(_, address)| address.spoken_host()).collect();
        let owners = owners(tx, &hosts).await?;
        for ((source, _), host) in some.iter().zip(&hosts) {
            if put(tx, *source, owners.get(*host).map_or(&[], Vec::as_slice)).await? {
                changed.push(*source);
            }
        }
    }
}

/// Puts an editor's word.
pub(crate) async fn say(tx: &mut Tx, source: SourceId, organisation: Option<OrganisationId>) -> Result<()> {
    const FORGET: &str = "DELETE FROM source_organisations WHERE source_id = $1";
    const PUT: &str =
        "INSERT INTO source_organisations (source_id, organisation_id, said_by) VALUES ($1, $2, 'editor')";
    on!(Tx, tx, |c| {
        sqlx::query(FORGET).bind(source.get()).execute(&mut **c).await?;
        sqlx::query(PUT).bind(source.get()).bind(organisation.map(OrganisationId::get)).execute(&mut **c).await?;
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::hosts;

    #[test]
    fn hosts_above_a_host() {
        assert_eq!(
            hosts("a.blog.riverton.example"),
            ["a.blog.riverton.example", "blog.riverton.example", "riverton.example"]
        );
        assert_eq!(hosts("localhost"), Vec::<String>::new());
        assert_eq!(hosts(&"a.".repeat(1_000)).len(), 8);
    }
}
