//! Questions to an editor: whether a post tells of a project, where only what they are about says so.

use model::{PostId, ProjectId, Time, UpdateQuestionId};

use crate::changes::{self, NewChange};
use crate::engine::{Columns, on, plain};
use crate::open::Store;
use crate::pending::Pending;
use crate::project_updates::{self, NewUpdate};
use crate::words::{AnswerState, ChangeKind, UpdateReason};

/// A question that is not asked yet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewUpdateQuestion {
    /// The project.
    pub project: ProjectId,
    /// The post that may tell of it.
    pub post: PostId,
    /// Why that may be, in a sentence.
    pub reason: String,
}

/// A question to an editor.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UpdateQuestion {
    /// Its number.
    pub id: UpdateQuestionId,
    /// The project.
    pub project: ProjectId,
    /// Its place in our addresses.
    pub project_slug: String,
    /// Its title.
    pub project_title: String,
    /// The post that may tell of it.
    pub post: PostId,
    /// The post's title.
    pub post_title: String,
    /// The original of the post.
    pub post_link: Option<String>,
    /// The name of its source.
    pub source: String,
    /// Why that may be, in a sentence.
    pub reason: String,
    /// What an editor answered.
    pub state: AnswerState,
    /// When it was asked.
    pub asked: Time,
    /// When it was answered last.
    pub settled: Option<Time>,
}

macro_rules! questions {
    ($rest:literal) => {
        concat!(
            "SELECT q.id, q.project_id, p.slug AS project_slug, p.title AS project_title, q.post_id,
                s.title AS post_title, s.link AS post_link, COALESCE(f.set_name, f.said_name) AS source, q.reason, q.state,
                q.asked, q.settled
             FROM update_questions q JOIN projects p ON p.id = q.project_id JOIN posts s ON s.id = q.post_id
             JOIN sources f ON f.id = s.source_id ",
            $rest
        )
    };
}

impl UpdateQuestion {
    fn read(row: &impl Columns) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.must("id")?,
            project: row.must("project_id")?,
            project_slug: row.must("project_slug")?,
            project_title: row.must("project_title")?,
            post: row.must("post_id")?,
            post_title: row.must("post_title")?,
            post_link: row.maybe("post_link")?,
            source: row.must("source")?,
            reason: row.must("reason")?,
            state: row.must("state")?,
            asked: row.must("asked")?,
            settled: row.maybe("settled")?,
        })
    }
}

impl Store {
    /// Asks an editor whether these posts tell of these projects. What was asked before, whatever the answer was, and what is
    /// an update already is not asked. Gives how many were new.
    pub fn ask_about_updates<'a>(&'a self, all: &'a [NewUpdateQuestion], now: Time) -> Pending<'a, usize> {
        Box::pin(async move {
            const KNOWN: &str = "SELECT COUNT(*) FROM project_updates WHERE project_id = $1 AND post_id = $2";
            const ASK: &str = "
                INSERT INTO update_questions (project_id, post_id, reason, state, asked)
                VALUES ($1, $2, $3, 'waiting', $4) ON CONFLICT (project_id, post_id) DO NOTHING";
            if all.is_empty() {
                return Ok(0);
            }
            let mut tx = self.begin().await?;
            let mut asked = 0;
            for one in all {
                let (project, post) = (one.project.get(), one.post.get());
                asked += on!(Tx, &mut tx, |c| {
                    let known: i64 = sqlx::query_scalar(KNOWN).bind(project).bind(post).fetch_one(&mut **c).await?;
                    if known > 0 {
                        0
                    } else {
                        let ask = sqlx::query(ASK).bind(project).bind(post).bind(plain(&one.reason));
                        ask.bind(now.millis()).execute(&mut **c).await?.rows_affected()
                    }
                });
            }
            tx.commit().await?;
            Ok(usize::try_from(asked).expect("no more than were given"))
        })
    }

    /// The questions about posts that are in the river: those that wait first, then the last that were answered.
    pub fn update_questions(&self, limit: u32) -> Pending<'_, Vec<UpdateQuestion>> {
        Box::pin(async move {
            const SQL: &str = questions!(
                "WHERE s.in_river = 1
                 ORDER BY CASE WHEN q.state = 'waiting' THEN 0 ELSE 1 END, COALESCE(q.settled, q.asked) DESC, q.id DESC LIMIT $1"
            );
            Ok(on!(Reader, self.reader(), |c| {
                let rows = sqlx::query(SQL).bind(i64::from(limit)).fetch_all(c).await?;
                rows.iter().map(UpdateQuestion::read).collect::<sqlx::Result<_>>()?
            }))
        })
    }

    /// A question by its number.
    pub fn update_question(&self, id: UpdateQuestionId) -> Pending<'_, Option<UpdateQuestion>> {
        Box::pin(async move {
            const SQL: &str = questions!("WHERE q.id = $1");
            Ok(on!(Reader, self.reader(), |c| sqlx::query(SQL)
                .bind(id.get())
                .fetch_optional(c)
                .await?
                .as_ref()
                .map(UpdateQuestion::read)
                .transpose()?))
        })
    }

    /// How many questions wait for an editor.
    pub fn waiting_update_questions(&self) -> Pending<'_, u64> {
        Box::pin(async move {
            const SQL: &str = "
                SELECT COUNT(*) AS waiting FROM update_questions q JOIN posts s ON s.id = q.post_id
                WHERE q.state = 'waiting' AND s.in_river = 1";
            Ok(on!(Reader, self.reader(), |c| sqlx::query(SQL).fetch_one(c).await?.must("waiting")?))
        })
    }

    /// Answers a question: the post becomes an update of the project, or never does. An answer may be taken back by the other.
    /// `false` if there is no such question, or that was its answer already.
    pub fn answer_update_question(&self, id: UpdateQuestionId, accept: bool, now: Time) -> Pending<'_, bool> {
        Box::pin(async move {
            const SET: &str = "
                UPDATE update_questions SET state = $2, settled = $3 WHERE id = $1 AND state <> $2
                RETURNING project_id, post_id";
            const TAKE_BACK: &str = "DELETE FROM project_updates WHERE project_id = $1 AND post_id = $2";
            let state = if accept { AnswerState::Accepted } else { AnswerState::Rejected };
            let mut tx = self.begin().await?;
            let found: Option<(ProjectId, PostId)> = on!(Tx, &mut tx, |c| sqlx::query(SET)
                .bind(id.get())
                .bind(state.as_str())
                .bind(now.millis())
                .fetch_optional(&mut **c)
                .await?
                .map(|row| -> sqlx::Result<_> { Ok((row.must("project_id")?, row.must("post_id")?)) })
                .transpose()?);
            let Some((project, post)) = found else { return Ok(false) };
            let has_changed = if accept {
                project_updates::put(&mut tx, &NewUpdate { project, post, why: UpdateReason::Meaning }, now).await?
            } else {
                on!(Tx, &mut tx, |c| sqlx::query(TAKE_BACK)
                    .bind(project.get())
                    .bind(post.get())
                    .execute(&mut **c)
                    .await?
                    .rows_affected())
                    > 0
            };
            if has_changed {
                changes::append(&mut tx, &[NewChange::of_project(ChangeKind::ProjectChanged, project)], now).await?;
            }
            tx.commit().await?;
            Ok(true)
        })
    }
}
