//! Who else: the projects about the same problem or topic, found in memory and kept up with what is told.

use std::collections::HashMap;
use std::sync::Arc;

use model::ProjectId;
use search::{Document, Match, Matcher, Meaning, Question, Reason, Weights};
use store::{ProjectCursor, ProjectFilter, ProjectRecord, Store, StoreError};
use tokio::sync::Mutex;

use crate::following::changed_after;
use crate::newsroom::Newsroom;
use crate::topics;

/// Matches of this strength are shown to people; programs are told of weaker ones too.
pub(crate) const SHOWN_FROM: f32 = 0.18;
/// Where none is as strong, so many of the nearest are shown as what may be about it, if they are at least so strong.
pub(crate) const PERHAPS: usize = 3;
pub(crate) const PERHAPS_FROM: f32 = 0.08;
/// How many projects are read at once.
const AT_ONCE: u32 = 200;
/// So many projects are held in memory at most, those with the latest signs of life; some 50 MB.
const MOST_PROJECTS: usize = 50_000;
/// A project that is about the same problem.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Found {
    pub(crate) project: ProjectRecord,
    /// From 0 to 1.
    pub(crate) strength: f32,
    /// Why it was found, in a sentence.
    pub(crate) reason: String,
}

/// What was found, and the question as it was understood.
#[derive(Clone, Debug, Default)]
pub(crate) struct Nearest {
    pub(crate) found: Vec<Found>,
    pub(crate) question: Question,
}

/// What projects are about, by the words of the topics.
pub(crate) type TopicsOf = HashMap<ProjectId, Vec<&'static str>>;

/// The projects that can be found, as far as they have been read.
#[derive(Debug, Default)]
pub(crate) struct Known(Arc<Mutex<Option<Reading>>>);

#[derive(Debug)]
struct Reading {
    matcher: Matcher<'static>,
    topics: TopicsOf,
    /// The last change that was followed.
    revision: i64,
    /// Where the first reading goes on; a visitor who went away has not lost what was read for them.
    next: Option<Option<ProjectCursor>>,
}

impl Known {
    /// The projects nearest to a question, the nearest first; never the one that asks.
    pub(crate) async fn near(
        &self,
        newsroom: &Newsroom,
        question: Question,
        asks: Option<ProjectId>,
        most: usize,
    ) -> Result<Nearest, StoreError> {
        let store = newsroom.store();
        let asked = newsroom.shelf().with_acronyms(question).await;
        let mut known = Arc::clone(&self.0).lock_owned().await;
        known.get_or_insert_with(Reading::begin).bring_up_to_date(store).await?;
        let near = move || {
            let is_other = |id: i64| asks.is_none_or(|asks| asks.get() != id);
            let Some(Reading { matcher, .. }) = known.as_ref() else { return (asked, Vec::new()) };
            let asked = matcher.understood(&asked);
            let matches = matcher.near_among(&asked, most, is_other);
            (asked, matches)
        };
        let (question, matches): (Question, Vec<Match>) = tokio::task::spawn_blocking(near)
            .await
            .expect("looking for projects does not panic, which a property says");
        let ids: Vec<ProjectId> = matches.iter().map(|one| ProjectId::new(one.id)).collect();
        let mut projects = store.projects(&ids).await?;
        let found = matches.into_iter().filter_map(|one| {
            let place = projects.iter().position(|project| project.id.get() == one.id)?;
            let project = projects.swap_remove(place);
            let reason = question.reason(Meaning::built_in(), &project.told.title, &project.told.matter());
            Some(Found { strength: one.strength, reason: in_words(&reason, one.strength), project })
        });
        let found = found.collect();
        Ok(Nearest { found, question })
    }

    /// Reads what the projects are about.
    pub(crate) async fn read_topics<T>(
        &self,
        newsroom: &Newsroom,
        read: impl FnOnce(&TopicsOf) -> T,
    ) -> Result<T, StoreError> {
        let mut known = self.0.lock().await;
        let reading = known.get_or_insert_with(Reading::begin);
        reading.bring_up_to_date(newsroom.store()).await?;
        Ok(read(&reading.topics))
    }

    /// The projects about a topic, in no order.
    pub(crate) async fn about(&self, newsroom: &Newsroom, topic: &str) -> Result<Vec<ProjectId>, StoreError> {
        let is_about = |topics: &TopicsOf| {
            let about = topics.iter().filter(|(_, topics)| topics.contains(&topic));
            about.map(|(id, _)| *id).collect()
        };
        self.read_topics(newsroom, is_about).await
    }
}

impl Reading {
    fn begin() -> Self {
        Self {
            matcher: Matcher::new(Meaning::built_in(), Weights::PROJECTS),
            topics: HashMap::new(),
            revision: 0,
            next: Some(None),
        }
    }

    async fn bring_up_to_date(&mut self, store: &Store) -> Result<(), StoreError> {
        if self.next == Some(None) {
            // What changes from here on is followed when all has been read.
            self.revision = store.revision().await?.number;
        }
        while let Some(from) = self.next {
            let some = store.project_list(&ProjectFilter::default(), from, AT_ONCE).await?;
            self.put(store, &some).await?;
            let is_over = some.len() < AT_ONCE as usize || self.matcher.len() >= MOST_PROJECTS;
            self.next = match some.last() {
                Some(last) if !is_over => Some(Some(ProjectCursor { sign: last.sign, id: last.id })),
                _ => None,
            };
        }
        let now = store.projects_revision().await?.number;
        while self.revision < now {
            let Some(changed) = changed_after(store, self.revision).await? else { break };
            let ids: Vec<ProjectId> = changed.projects.into_iter().collect();
            self.put(store, &store.projects(&ids).await?).await?;
            self.revision = changed.last;
        }
        Ok(())
    }

    async fn put(&mut self, store: &Store, projects: &[ProjectRecord]) -> Result<(), StoreError> {
        let ids: Vec<ProjectId> = projects.iter().map(|project| project.id).collect();
        let mut said = store.topics_said_of_projects(&ids).await?;
        for project in projects {
            let matter = project.told.matter();
            self.matcher.put(Document { id: project.id.get(), title: &project.told.title, text: &matter });
            let about = topics::of_project(&project.told, &said.remove(&project.id).unwrap_or_default());
            self.topics.insert(project.id, about.iter().map(|about| about.topic.slug).collect());
        }
        Ok(())
    }
}

/// What a project asks, to find who else does.
pub(crate) fn question_of(project: &ProjectRecord) -> Question {
    Question::of(&project.told.title, &project.told.matter())
}

fn in_words(reason: &Reason, strength: f32) -> String {
    let much_the_same =
        if strength >= SHOWN_FROM { "Much the same in other words" } else { "What comes nearest in it" };
    match reason {
        Reason::Words(words) => {
            let words: Vec<String> = words.iter().map(|word| format!("“{word}”")).collect();
            format!("Both say {}", words.join(", "))
        }
        Reason::Meaning(sentence) if sentence.is_empty() => much_the_same.to_owned(),
        Reason::Meaning(sentence) => format!("{much_the_same}: “{}”", crate::pipeline::sentence(sentence)),
    }
}

/// How strong a match is, in a word.
pub(crate) fn strength_in_words(strength: f32) -> &'static str {
    match strength {
        strength if strength >= 0.5 => "Very close",
        strength if strength >= 0.33 => "Close",
        _ => "Perhaps the same",
    }
}
