//! Projects: taken in, known again, placed with their organisation, and every change of what is told of them kept.

use model::{Day, Difference, Offer, OrganisationId, OrganisationKeys, Phase, Project, ProjectId, Time};

use sqlx::QueryBuilder;

use crate::ChangeKind;
use crate::changes;
use crate::changes::NewChange;
use crate::engine::{Columns, Tx, json, on, plain, plain_or_none};
use crate::error::Result;
use crate::open::Store;
use crate::organisations::{self, Put};
use crate::pending::Pending;
use crate::slug::own_slug;

/// How many changes of one project are kept: a list that is made anew each night must not fill the disk.
const CHANGES_KEPT: i64 = 100;

/// A project as it comes in.
#[derive(Clone, PartialEq, Debug)]
pub struct NewProject {
    /// What it is known again by, in any list.
    pub known_by: String,
    /// Its id in the list that it came from.
    pub given_id: Option<String>,
    /// What is told of it.
    pub told: Project,
}

/// A project, with what the site knows of it.
#[derive(Clone, PartialEq, Debug)]
pub struct ProjectRecord {
    /// Its number.
    pub id: ProjectId,
    /// Its place in our addresses.
    pub slug: String,
    /// Its id in the list that it came from.
    pub given_id: Option<String>,
    /// What is told of it.
    pub told: Project,
    /// Whose it is, where that is certain.
    pub organisation: Option<Owner>,
    /// Its last sign of life.
    pub sign: Time,
    /// When it was first taken in.
    pub first_seen: Time,
    /// When something else was told of it than before.
    pub changed_at: Time,
}

/// The organisation that something belongs to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Owner {
    /// Its number.
    pub id: OrganisationId,
    /// Its place in our addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// The region that it is in.
    pub region: Option<String>,
}

/// That a project was told otherwise.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProjectChange {
    /// When.
    pub at: Time,
    /// What.
    pub differences: Vec<Difference>,
}

macro_rules! project_columns {
    () => {
        "p.id, p.slug, p.given_id, p.told, p.sign, p.first_seen, p.changed_at,
         o.id AS owner_id, o.slug AS owner_slug, o.name AS owner_name, o.region AS owner_region"
    };
}
pub(crate) use project_columns;

impl ProjectRecord {
    pub(crate) fn read(row: &impl Columns) -> sqlx::Result<Self> {
        let organisation = match row.maybe("owner_id")? {
            Some(id) => Some(Owner {
                id,
                slug: row.must("owner_slug")?,
                name: row.must("owner_name")?,
                region: row.maybe("owner_region")?,
            }),
            None => None,
        };
        Ok(Self {
            id: row.must("id")?,
            slug: row.must("slug")?,
            given_id: row.maybe("given_id")?,
            told: row.must("told")?,
            organisation,
            sign: row.must("sign")?,
            first_seen: row.must("first_seen")?,
            changed_at: row.must("changed_at")?,
        })
    }

    /// The name of whose it is: the register's, else as it was written.
    pub fn owner_name(&self) -> Option<&str> {
        self.organisation.as_ref().map(|owner| owner.name.as_str()).or(self.told.organisation.as_deref())
    }
}

impl Store {
    /// Takes in projects in one transaction, and says of each what came of it. One that was here before says what it says
    /// now, and what it said until now is kept.
    pub fn put_projects<'a>(&'a self, all: &'a [NewProject], now: Time) -> Pending<'a, Vec<Put<ProjectId>>> {
        Box::pin(async move {
            let mut tx = self.begin().await?;
            let (mut put, mut changes) = (Vec::with_capacity(all.len()), vec![]);
            for new in all {
                let one = put_one(&mut tx, new, now).await?;
                match one {
                    Put::New(id) => changes.push(NewChange::of_project(ChangeKind::ProjectNew, id)),
                    Put::Changed(id) => changes.push(NewChange::of_project(ChangeKind::ProjectChanged, id)),
                    Put::Same(_) | Put::Other(_) => {}
                }
                put.push(one);
            }
            changes::append(&mut tx, &changes, now).await?;
            tx.commit().await?;
            Ok(put)
        })
    }

    /// A project by its slug.
    pub fn project_by_slug<'a>(&'a self, slug: &'a str) -> Pending<'a, Option<ProjectRecord>> {
        const SQL: &str = concat!(
            "SELECT ",
            project_columns!(),
            " FROM projects p LEFT JOIN organisations o ON o.id = p.organisation_id WHERE p.slug = $1"
        );
        self.one_project(SQL, slug)
    }

    /// A project by the id that it had in the list that it came from; of several the first that came.
    pub fn project_by_given_id<'a>(&'a self, id: &'a str) -> Pending<'a, Option<ProjectRecord>> {
        const SQL: &str = concat!(
            "SELECT ",
            project_columns!(),
            " FROM projects p LEFT JOIN organisations o ON o.id = p.organisation_id
              WHERE p.given_id = $1 ORDER BY p.id LIMIT 1"
        );
        self.one_project(SQL, id)
    }

    /// The projects with these numbers, in no order; what is not there is left out.
    pub fn projects<'a>(&'a self, ids: &'a [ProjectId]) -> Pending<'a, Vec<ProjectRecord>> {
        Box::pin(async move {
            let mut found = vec![];
            for some in ids.chunks(500) {
                found.extend(on!(Reader, self.reader(), |c: Db| {
                    let mut select = QueryBuilder::<Db>::new("SELECT ");
                    select.push(project_columns!());
                    select.push(" FROM projects p LEFT JOIN organisations o ON o.id = p.organisation_id");
                    select.push(" WHERE p.id IN (");
                    let mut list = select.separated(", ");
                    some.iter().for_each(|id| {
                        list.push_bind(id.get());
                    });
                    select.push(")");
                    let rows = select.build().persistent(false).fetch_all(c).await?;
                    rows.iter().map(ProjectRecord::read).collect::<sqlx::Result<Vec<_>>>()?
                }));
            }
            Ok(found)
        })
    }

    fn one_project<'a>(&'a self, sql: &'static str, key: &'a str) -> Pending<'a, Option<ProjectRecord>> {
        Box::pin(async move {
            Ok(on!(Reader, self.reader(), |c| sqlx::query(sql)
                .bind(plain(key))
                .fetch_optional(c)
                .await?
                .as_ref()
                .map(ProjectRecord::read)
                .transpose()?))
        })
    }

    /// The times that a project was told otherwise, the newest first.
    pub fn project_changes(&self, id: ProjectId, limit: u32) -> Pending<'_, Vec<ProjectChange>> {
        Box::pin(async move {
            const SQL: &str = "
                SELECT at, differences FROM project_changes WHERE project_id = $1 ORDER BY at DESC LIMIT $2";
            Ok(on!(Reader, self.reader(), |c| {
                let rows = sqlx::query(SQL).bind(id.get()).bind(i64::from(limit)).fetch_all(c).await?;
                rows.iter()
                    .map(|row| Ok(ProjectChange { at: row.must("at")?, differences: row.must("differences")? }))
                    .collect::<sqlx::Result<_>>()?
            }))
        })
    }
}

/// What follows from what is told, to be found by.
struct Found {
    begins: Option<Time>,
    ends: Option<Time>,
    /// The latest sign of life that it names itself.
    sign: Option<Time>,
}

impl Found {
    /// A sign of life lies in the past: what is planned is none.
    fn of(told: &Project, now: Time) -> Self {
        let starts = || told.phases.iter().map(|one| (one.phase, one.from.start()));
        let over = |phase: Phase| matches!(phase, Phase::Live | Phase::Retired | Phase::Stopped);
        let signs = starts().map(|(_, from)| from).chain(told.confirmed.map(Day::start));
        Self {
            begins: starts().map(|(_, from)| from).min(),
            ends: starts().filter(|(phase, _)| over(*phase)).map(|(_, from)| from).min(),
            sign: signs.filter(|sign| *sign <= now).max(),
        }
    }
}

async fn put_one(tx: &mut Tx, new: &NewProject, now: Time) -> Result<Put<ProjectId>> {
    const FIND: &str = "SELECT id, told FROM projects WHERE known_by = $1";
    const CHANGE: &str = "INSERT INTO project_changes (project_id, at, differences) VALUES ($1, $2, $3)";
    const FORGET: &str = "
        DELETE FROM project_changes WHERE project_id = $1 AND at < COALESCE(
            (SELECT at FROM project_changes WHERE project_id = $1 ORDER BY at DESC LIMIT 1 OFFSET $2), 0)";
    let known: Option<(ProjectId, Project)> = on!(Tx, tx, |c| sqlx::query(FIND)
        .bind(plain(&new.known_by))
        .fetch_optional(&mut **c)
        .await?
        .map(|row| -> sqlx::Result<_> { Ok((row.must("id")?, row.must("told")?)) })
        .transpose()?);
    match known {
        None => Ok(Put::New(insert(tx, new, now).await?)),
        Some((id, before)) if before == new.told => Ok(Put::Same(id)),
        Some((id, before)) if !before.may_be(&new.told) => Ok(Put::Other(id)),
        Some((id, before)) => {
            update(tx, id, new, now).await?;
            on!(Tx, tx, |c| {
                let differences = json(&before.differences(&new.told));
                sqlx::query(CHANGE).bind(id.get()).bind(now.millis()).bind(differences).execute(&mut **c).await?;
                sqlx::query(FORGET).bind(id.get()).bind(CHANGES_KEPT - 1).execute(&mut **c).await?;
            });
            Ok(Put::Changed(id))
        }
    }
}

async fn insert(tx: &mut Tx, new: &NewProject, now: Time) -> Result<ProjectId> {
    const SQL: &str = "
        INSERT INTO projects (slug, known_by, given_id, title, title_key, organisation_id, organisation_key, phase, service,
            link_key, begins, ends, sign, first_seen, changed_at, told)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14, $15) RETURNING id";
    const TAKEN: &str = "SELECT COUNT(*) FROM projects WHERE slug = $1";
    let slug = own_slug(tx, TAKEN, &new.told.title, "project").await?;
    let (owner, owner_key) = owner(tx, &new.told).await?;
    let (told, found) = (&new.told, Found::of(&new.told, now));
    let id: i64 = on!(Tx, tx, |c| sqlx::query_scalar(SQL)
        .bind(slug)
        .bind(plain(&new.known_by))
        .bind(plain_or_none(new.given_id.as_deref()))
        .bind(plain(&told.title))
        .bind(OrganisationKeys::of(&told.title).whole)
        .bind(owner.map(OrganisationId::get))
        .bind(owner_key)
        .bind(told.phase.map(Phase::as_str))
        .bind(plain_or_none(told.service.as_deref()))
        .bind(told.url.as_deref().and_then(model::link_key))
        .bind(found.begins.map(Time::millis))
        .bind(found.ends.map(Time::millis))
        .bind(found.sign.unwrap_or(now).millis())
        .bind(now.millis())
        .bind(json(told))
        .fetch_one(&mut **c)
        .await?);
    let id = ProjectId::new(id);
    put_offers(tx, id, told).await?;
    Ok(id)
}

async fn update(tx: &mut Tx, id: ProjectId, new: &NewProject, now: Time) -> Result<()> {
    // That it was told otherwise is no sign of life; a post about it was one and stays one.
    const SQL: &str = "
        UPDATE projects SET title = $2, title_key = $3, organisation_id = $4, organisation_key = $5, phase = $6,
            service = $7, link_key = $8, begins = $9, ends = $10,
            sign = CASE WHEN $11 > sign THEN $11 ELSE sign END, changed_at = $12, told = $13
        WHERE id = $1";
    let (owner, owner_key) = owner(tx, &new.told).await?;
    let (told, found) = (&new.told, Found::of(&new.told, now));
    on!(Tx, tx, |c| sqlx::query(SQL)
        .bind(id.get())
        .bind(plain(&told.title))
        .bind(OrganisationKeys::of(&told.title).whole)
        .bind(owner.map(OrganisationId::get))
        .bind(owner_key)
        .bind(told.phase.map(Phase::as_str))
        .bind(plain_or_none(told.service.as_deref()))
        .bind(told.url.as_deref().and_then(model::link_key))
        .bind(found.begins.map(Time::millis))
        .bind(found.ends.map(Time::millis))
        .bind(found.sign.unwrap_or(Time::MIN).millis())
        .bind(now.millis())
        .bind(json(told))
        .execute(&mut **c)
        .await?
        .rows_affected());
    put_offers(tx, id, told).await
}

/// Whose it is where that is certain, and the key of the name as it is written.
async fn owner(tx: &mut Tx, told: &Project) -> Result<(Option<OrganisationId>, Option<String>)> {
    let Some(name) = &told.organisation else { return Ok((None, None)) };
    let owner = organisations::named(tx, name).await?;
    Ok((owner, Some(plain(&OrganisationKeys::of(name).whole)).filter(|key| !key.is_empty())))
}

async fn put_offers(tx: &mut Tx, id: ProjectId, told: &Project) -> Result<()> {
    const FORGET: &str = "DELETE FROM project_offers WHERE project_id = $1";
    const PUT: &str = "
        INSERT INTO project_offers (project_id, side, offer) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    let sides: [(&str, &[Offer]); 2] = [("offers", &told.offers), ("seeks", &told.seeks)];
    on!(Tx, tx, |c| {
        sqlx::query(FORGET).bind(id.get()).execute(&mut **c).await?;
        for (side, offers) in sides {
            for offer in offers {
                sqlx::query(PUT).bind(id.get()).bind(side).bind(offer.as_str()).execute(&mut **c).await?;
            }
        }
    });
    Ok(())
}

/// Places projects with organisations that have become known, or are known better now.
pub(crate) async fn place(tx: &mut Tx) -> Result<Vec<NewChange>> {
    const NAMES: &str = "
        SELECT DISTINCT organisation_key FROM projects
        WHERE organisation_id IS NULL AND organisation_key > $1 ORDER BY organisation_key LIMIT 500";
    const PLACE: &str = "
        UPDATE projects SET organisation_id = $2 WHERE organisation_key = $1 AND organisation_id IS NULL RETURNING id";
    let (mut from, mut changes) = (String::new(), vec![]);
    loop {
        let names: Vec<String> =
            on!(Tx, tx, |c| sqlx::query_scalar(NAMES).bind(from.clone()).fetch_all(&mut **c).await?);
        let Some(last) = names.last() else { return Ok(changes) };
        from = last.clone();
        for name in &names {
            let Some(owner) = organisations::named(tx, name).await? else { continue };
            let placed: Vec<i64> = on!(Tx, tx, |c| sqlx::query_scalar(PLACE)
                .bind(name.clone())
                .bind(owner.get())
                .fetch_all(&mut **c)
                .await?);
            let placed = placed.into_iter().map(ProjectId::new);
            changes.extend(placed.map(|id| NewChange::of_project(ChangeKind::ProjectChanged, id)));
        }
    }
}
