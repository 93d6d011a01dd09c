//! What an editor says of the topics of posts and projects. It lasts, whatever is read or imported later.

use std::collections::HashMap;

use model::{PostId, ProjectId, SourceId, Time};
use sqlx::QueryBuilder;

use crate::changes::{self, NewChange};
use crate::engine::{Columns, ROWS_AT_ONCE, Tx, on, plain};
use crate::error::Result;
use crate::open::Store;
use crate::pending::Pending;
use crate::words::ChangeKind;

/// What may be about a topic.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Matter {
    /// A post.
    Post(PostId),
    /// A project.
    Project(ProjectId),
}

/// An editor's word on whether something is about a topic.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TopicSaid {
    /// The word that the topic's address has.
    pub topic: String,
    /// Whether it is about it.
    pub is_about: bool,
}

/// The same with what it is said of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TopicSaidOf {
    /// The post or project.
    pub matter: Matter,
    /// Its title.
    pub title: String,
    /// Whether it is about the topic.
    pub is_about: bool,
    /// When an editor said so.
    pub at: Time,
}

impl Store {
    /// Keeps an editor's word. `false` if that was said already, or if there is no such post or project.
    pub fn say_topic<'a>(&'a self, of: Matter, topic: &'a str, is_about: bool, now: Time) -> Pending<'a, bool> {
        const OF_POST: &str = "
            INSERT INTO post_topics (post_id, topic, says, at) SELECT id, $2, $3, $4 FROM posts WHERE id = $1
            ON CONFLICT (post_id, topic) DO UPDATE SET says = excluded.says, at = excluded.at
            WHERE post_topics.says <> excluded.says";
        const OF_PROJECT: &str = "
            INSERT INTO project_topics (project_id, topic, says, at) SELECT id, $2, $3, $4 FROM projects WHERE id = $1
            ON CONFLICT (project_id, topic) DO UPDATE SET says = excluded.says, at = excluded.at
            WHERE project_topics.says <> excluded.says";
        let (sql, id) = match of {
            Matter::Post(id) => (OF_POST, id.get()),
            Matter::Project(id) => (OF_PROJECT, id.get()),
        };
        Box::pin(async move {
            let mut tx = self.begin().await?;
            let said = on!(Tx, &mut tx, |c| {
                let say = sqlx::query(sql).bind(id).bind(plain(topic)).bind(i64::from(is_about)).bind(now.millis());
                say.execute(&mut **c).await?.rows_affected()
            });
            tell(&mut tx, of, said, now).await?;
            tx.commit().await?;
            Ok(said > 0)
        })
    }

    /// Takes an editor's word back: from then on the text decides again. `false` if there was none.
    pub fn forget_topic<'a>(&'a self, of: Matter, topic: &'a str, now: Time) -> Pending<'a, bool> {
        const OF_POST: &str = "DELETE FROM post_topics WHERE post_id = $1 AND topic = $2";
        const OF_PROJECT: &str = "DELETE FROM project_topics WHERE project_id = $1 AND topic = $2";
        let (sql, id) = match of {
            Matter::Post(id) => (OF_POST, id.get()),
            Matter::Project(id) => (OF_PROJECT, id.get()),
        };
        Box::pin(async move {
            let mut tx = self.begin().await?;
            let forgotten = on!(Tx, &mut tx, |c| {
                sqlx::query(sql).bind(id).bind(plain(topic)).execute(&mut **c).await?.rows_affected()
            });
            tell(&mut tx, of, forgotten, now).await?;
            tx.commit().await?;
            Ok(forgotten > 0)
        })
    }

    /// What an editor said of the topics of these posts, by post and in the order of the topics' words.
    pub fn topics_said_of_posts<'a>(&'a self, ids: &'a [PostId]) -> Pending<'a, HashMap<PostId, Vec<TopicSaid>>> {
        Box::pin(async move {
            let ids: Vec<i64> = ids.iter().map(|id| id.get()).collect();
            let said = self.topics_said_of("SELECT post_id AS id, topic, says FROM post_topics WHERE post_id", &ids);
            Ok(said.await?.into_iter().map(|(id, said)| (PostId::new(id), said)).collect())
        })
    }

    /// The same of projects.
    pub fn topics_said_of_projects<'a>(
        &'a self,
        ids: &'a [ProjectId],
    ) -> Pending<'a, HashMap<ProjectId, Vec<TopicSaid>>> {
        Box::pin(async move {
            let ids: Vec<i64> = ids.iter().map(|id| id.get()).collect();
            let sql = "SELECT project_id AS id, topic, says FROM project_topics WHERE project_id";
            Ok(self.topics_said_of(sql, &ids).await?.into_iter().map(|(id, said)| (ProjectId::new(id), said)).collect())
        })
    }

    async fn topics_said_of(&self, select_where: &'static str, ids: &[i64]) -> Result<HashMap<i64, Vec<TopicSaid>>> {
        let mut all: HashMap<i64, Vec<TopicSaid>> = HashMap::new();
        for ids in ids.chunks(ROWS_AT_ONCE) {
            on!(Reader, self.reader(), |c: Db| {
                let mut select = QueryBuilder::<Db>::new(select_where);
                select.push(" IN (");
                let mut list = select.separated(", ");
                ids.iter().for_each(|id| {
                    list.push_bind(*id);
                });
                select.push(") ORDER BY topic");
                for row in select.build().persistent(false).fetch_all(c).await? {
                    let said = TopicSaid { topic: row.must("topic")?, is_about: row.must::<i64>("says")? == 1 };
                    all.entry(row.must("id")?).or_default().push(said);
                }
            });
        }
        Ok(all)
    }

    /// What an editor said of a topic, the last first.
    pub fn topic_said<'a>(&'a self, topic: &'a str, limit: u32) -> Pending<'a, Vec<TopicSaidOf>> {
        Box::pin(async move {
            const SQL: &str = "
                SELECT t.post_id, NULL AS project_id, p.title, t.says, t.at
                FROM post_topics t JOIN posts p ON p.id = t.post_id WHERE t.topic = $1
                UNION ALL
                SELECT NULL, t.project_id, p.title, t.says, t.at
                FROM project_topics t JOIN projects p ON p.id = t.project_id WHERE t.topic = $1
                ORDER BY 5 DESC, 1 DESC, 2 DESC LIMIT $2";
            Ok(on!(Reader, self.reader(), |c| sqlx::query(SQL)
                .bind(plain(topic))
                .bind(i64::from(limit))
                .fetch_all(c)
                .await?
                .iter()
                .map(TopicSaidOf::read)
                .collect::<sqlx::Result<_>>()?))
        })
    }
}

impl TopicSaidOf {
    fn read(row: &impl Columns) -> sqlx::Result<Self> {
        let matter = match row.maybe("post_id")? {
            Some(post) => Matter::Post(post),
            None => Matter::Project(row.must("project_id")?),
        };
        Ok(Self { matter, title: row.must("title")?, is_about: row.must::<i64>("says")? == 1, at: row.must("at")? })
    }
}

/// Appends that a post or a project is about something else than before, so that indexes and pages follow.
async fn tell(tx: &mut Tx, of: Matter, changed: u64, now: Time) -> Result<()> {
    if changed == 0 {
        return Ok(());
    }
    let change = match of {
        Matter::Project(id) => NewChange::of_project(ChangeKind::ProjectChanged, id),
        Matter::Post(id) => {
            const SQL: &str = "SELECT source_id FROM posts WHERE id = $1";
            let source: i64 = on!(Tx, tx, |c| sqlx::query_scalar(SQL).bind(id.get()).fetch_one(&mut **c).await?);
            NewChange::of_post(ChangeKind::PostRevised, SourceId::new(source), id)
        }
    };
    changes::append(tx, &[change], now).await
}
