//! The pipeline: projects by their last sign of life, found by any filter, and counted by each.

use model::{Offer, OrganisationId, Phase, ProjectId, Time};
use sqlx::{Database, Encode, QueryBuilder, Type};

use crate::directory::containing;
use crate::engine::{Columns, on, plain};
use crate::open::Store;
use crate::pending::Pending;
use crate::projects::{ProjectRecord, project_columns};

/// Which projects. Whatever is set must hold.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ProjectFilter {
    /// In a phase.
    pub phase: Option<Phase>,
    /// Whose phase is not told.
    pub without_phase: bool,
    /// Of an organisation.
    pub organisation: Option<OrganisationId>,
    /// Of an organisation of this kind.
    pub kind: Option<String>,
    /// Of an organisation in this region.
    pub region: Option<String>,
    /// About a service.
    pub service: Option<String>,
    /// That offer something.
    pub offers: Option<Offer>,
    /// That seek something.
    pub seeks: Option<Offer>,
    /// With these words in their title.
    pub title: Option<String>,
    /// That are at a turn.
    pub turn: Option<Turning>,
    /// Under way at some time from then on.
    pub from: Option<Time>,
    /// Under way at some time before then.
    pub to: Option<Time>,
    /// One of these.
    pub among: Option<Vec<ProjectId>>,
}

/// A turn that a project is at, between two times.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Turning {
    /// Its first day is between them.
    Starting(Time, Time),
    /// It comes into use, or ends, between them.
    Finishing(Time, Time),
    /// It is under way, and gave no sign of life since the time.
    Quiet(Time),
}

/// What projects are counted by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ProjectField {
    /// How far they are.
    Phase,
    /// Whose they are; by slug.
    Organisation,
    /// What kind of body they belong to.
    Kind,
    /// Where it is.
    Region,
    /// The service that they are about.
    Service,
    /// What they offer.
    Offers,
    /// What they seek.
    Seeks,
}

/// A place in the pipeline: the projects after it are those that gave a sign of life earlier.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ProjectCursor {
    /// The sign of life.
    pub sign: Time,
    /// The project's number.
    pub id: ProjectId,
}

const FROM: &str = " FROM projects p LEFT JOIN organisations o ON o.id = p.organisation_id";

impl Store {
    /// Projects that fit a filter, the latest sign of life first, from after a place on.
    pub fn project_list<'a>(
        &'a self,
        filter: &'a ProjectFilter,
        after: Option<ProjectCursor>,
        limit: u32,
    ) -> Pending<'a, Vec<ProjectRecord>> {
        Box::pin(async move {
            Ok(on!(Reader, self.reader(), |c: Db| {
                let mut select = QueryBuilder::<Db>::new("SELECT ");
                select.push(project_columns!()).push(FROM).push(" WHERE 1 = 1");
                push_filter(&mut select, filter);
                if let Some(after) = after {
                    select.push(" AND (p.sign, p.id) < (").push_bind(after.sign.millis());
                    select.push(", ").push_bind(after.id.get()).push(")");
                }
                select.push(" ORDER BY p.sign DESC, p.id DESC LIMIT ").push_bind(i64::from(limit));
                let rows = select.build().persistent(false).fetch_all(c).await?;
                rows.iter().map(ProjectRecord::read).collect::<sqlx::Result<_>>()?
            }))
        })
    }

    /// The numbers of the projects that fit a filter, in no order, at most so many.
    pub fn project_ids<'a>(&'a self, filter: &'a ProjectFilter, limit: u32) -> Pending<'a, Vec<ProjectId>> {
        Box::pin(async move {
            Ok(on!(Reader, self.reader(), |c: Db| {
                let mut select = QueryBuilder::<Db>::new("SELECT p.id");
                select.push(FROM).push(" WHERE 1 = 1");
                push_filter(&mut select, filter);
                select.push(" LIMIT ").push_bind(i64::from(limit));
                let rows = select.build().persistent(false).fetch_all(c).await?;
                rows.iter().map(|row| row.must("id")).collect::<sqlx::Result<_>>()?
            }))
        })
    }

    /// How many projects fit a filter.
    pub fn count_projects<'a>(&'a self, filter: &'a ProjectFilter) -> Pending<'a, u64> {
        Box::pin(async move {
            let count: i64 = on!(Reader, self.reader(), |c: Db| {
                let mut select = QueryBuilder::<Db>::new("SELECT COUNT(*)");
                select.push(FROM).push(" WHERE 1 = 1");
                push_filter(&mut select, filter);
                select.build_query_scalar().persistent(false).fetch_one(c).await?
            });
            Ok(count.unsigned_abs())
        })
    }

    /// How many projects that fit a filter have each value of a field: the most frequent first.
    pub fn project_counts<'a>(
        &'a self,
        filter: &'a ProjectFilter,
        field: ProjectField,
        limit: u32,
    ) -> Pending<'a, Vec<(String, u64)>> {
        Box::pin(async move {
            let (column, join) = match field {
                ProjectField::Phase => ("p.phase", ""),
                ProjectField::Organisation => ("o.slug", ""),
                ProjectField::Kind => ("o.kind", ""),
                ProjectField::Region => ("o.region", ""),
                ProjectField::Service => ("p.service", ""),
                ProjectField::Offers => {
                    ("f.offer", " JOIN project_offers f ON f.project_id = p.id AND f.side = 'offers'")
                }
                ProjectField::Seeks => {
                    ("f.offer", " JOIN project_offers f ON f.project_id = p.id AND f.side = 'seeks'")
                }
            };
            Ok(on!(Reader, self.reader(), |c: Db| {
                let mut select = QueryBuilder::<Db>::new("SELECT ");
                select.push(column).push(" AS value, COUNT(*) AS many").push(FROM).push(join);
                select.push(" WHERE ").push(column).push(" IS NOT NULL");
                push_filter(&mut select, filter);
                select.push(" GROUP BY ").push(column).push(" ORDER BY many DESC, value LIMIT ");
                select.push_bind(i64::from(limit));
                let rows = select.build().persistent(false).fetch_all(c).await?;
                rows.iter().map(|row| Ok((row.must("value")?, row.must("many")?))).collect::<sqlx::Result<_>>()?
            }))
        })
    }
}

fn push_filter<DB: Database>(select: &mut QueryBuilder<DB>, filter: &ProjectFilter)
where
    i64: for<'q> Encode<'q, DB> + Type<DB>,
    String: for<'q> Encode<'q, DB> + Type<DB>,
{
    if let Some(phase) = filter.phase {
        select.push(" AND p.phase = ").push_bind(phase.as_str().to_owned());
    }
    if filter.without_phase {
        select.push(" AND p.phase IS NULL");
    }
    if let Some(organisation) = filter.organisation {
        select.push(" AND p.organisation_id = ").push_bind(organisation.get());
    }
    for (column, value) in [("o.kind", &filter.kind), ("o.region", &filter.region), ("p.service", &filter.service)] {
        if let Some(value) = value {
            select.push(" AND ").push(column).push(" = ").push_bind(plain(value));
        }
    }
    for (side, offer) in [("offers", filter.offers), ("seeks", filter.seeks)] {
        if let Some(offer) = offer {
            select.push(" AND EXISTS (SELECT 1 FROM project_offers x WHERE x.project_id = p.id AND x.side = ");
            select.push_bind(side.to_owned()).push(" AND x.offer = ").push_bind(offer.as_str().to_owned()).push(")");
        }
    }
    if let Some(among) = &filter.among {
        // Numbers of ours, and more of them than there may be values beside a statement.
        let ids: Vec<String> = among.iter().map(ProjectId::to_string).collect();
        match ids.is_empty() {
            true => select.push(" AND 1 = 0"),
            false => select.push(" AND p.id IN (").push(ids.join(", ")).push(")"),
        };
    }
    if let Some(title) = &filter.title {
        let key = model::OrganisationKeys::of(title).whole;
        select.push(" AND p.title_key LIKE ").push_bind(containing(&key)).push(" ESCAPE '\\'");
    }
    match filter.turn {
        Some(Turning::Starting(from, to)) => {
            select.push(" AND p.begins >= ").push_bind(from.millis()).push(" AND p.begins < ").push_bind(to.millis());
        }
        Some(Turning::Finishing(from, to)) => {
            select.push(" AND p.ends >= ").push_bind(from.millis()).push(" AND p.ends < ").push_bind(to.millis());
        }
        Some(Turning::Quiet(since)) => {
            select.push(" AND p.phase IN ('discovery', 'alpha', 'beta') AND p.sign < ").push_bind(since.millis());
        }
        None => {}
    }
    // What has no last day goes on; what has no first day was there since it was first seen.
    if let Some(from) = filter.from {
        select.push(" AND (p.ends IS NULL OR p.ends >= ").push_bind(from.millis()).push(")");
    }
    if let Some(to) = filter.to {
        select.push(" AND COALESCE(p.begins, p.first_seen) < ").push_bind(to.millis());
    }
}
