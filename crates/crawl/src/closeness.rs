//! Which project of its owner a post may tell of, by what both are about. Never certain, so it becomes a question to an editor.
//!
//! The project asks, and the post answers among all projects: what a post says besides, as weeknotes do, counts little against
//! it, and words that every project has tell nothing. Of the posts of the sample, those from this strength on and with this
//! many shared words tell of the project; with fewer words it is their language that is alike.

use std::collections::HashMap;
use std::sync::Arc;

use model::{PostId, ProjectId};
use search::{Document, Match, Matcher, Meaning, Question, Reason, Weights};
use store::{ChangeKind, NewUpdateQuestion, ProjectCursor, ProjectFilter, ProjectRecord, Store, StoreError};
use tokio::sync::Mutex;

/// From which strength on, and from how many shared words on, an editor is asked.
const STRENGTH: f32 = 0.22;
const WORDS: usize = 4;
/// So many projects are held in memory at most, those with the latest signs of life; some 20 MB.
const MOST_PROJECTS: usize = 20_000;
/// How many projects or changes are read at once.
const AT_ONCE: u32 = 200;
/// How much of a post is looked at, in characters, and how many projects of its owner.
const READ: usize = 1_500;
pub(crate) const OF_OWNER: usize = 50;
/// The number of the post that is looked at, among those of projects.
const POST: i64 = -1;

/// A post that tells of none of its owner's projects for certain.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Candidate {
    pub(crate) post: PostId,
    pub(crate) title: String,
    pub(crate) text: String,
    /// The projects of its source's owner.
    pub(crate) subjects: Vec<ProjectId>,
}

/// The projects that posts are held against, kept up with what is told.
#[derive(Clone, Default)]
pub(crate) struct Closeness(Arc<Mutex<Option<Reading>>>);

struct Reading {
    matcher: Matcher<'static>,
    /// The last change that was followed.
    revision: i64,
}

impl Closeness {
    /// The questions that follow from some posts: for each at most one, about the project that is closest.
    pub(crate) async fn questions(
        &self,
        store: &Store,
        candidates: Vec<Candidate>,
    ) -> Result<Vec<NewUpdateQuestion>, StoreError> {
        if candidates.is_empty() {
            return Ok(vec![]);
        }
        let mut known = Arc::clone(&self.0).lock_owned().await;
        let reading = match known.take() {
            Some(mut reading) => {
                reading.follow(store).await?;
                reading
            }
            None => Reading::of_all(store).await?,
        };
        *known = Some(reading);
        let mut ids: Vec<ProjectId> = candidates.iter().flat_map(|one| one.subjects.iter().copied()).collect();
        ids.sort_unstable();
        ids.dedup();
        let projects = store.projects(&ids).await?;
        let looked = tokio::task::spawn_blocking(move || {
            let Some(reading) = known.as_mut() else { return vec![] };
            let asking: HashMap<ProjectId, Question> =
                projects.iter().map(|project| (project.id, question_of(project))).collect();
            candidates.iter().filter_map(|one| closest(&mut reading.matcher, one, &asking)).collect()
        });
        Ok(looked.await.expect("looking how close texts are does not panic, which a property says"))
    }
}

impl Reading {
    async fn of_all(store: &Store) -> Result<Self, StoreError> {
        // What changes from here on is followed the next time.
        let revision = store.revision().await?.number;
        let mut reading = Self { matcher: Matcher::new(Meaning::built_in(), Weights::default()), revision };
        let mut from = None;
        while reading.matcher.len() < MOST_PROJECTS {
            let some = store.project_list(&ProjectFilter::default(), from, AT_ONCE).await?;
            some.iter().for_each(|project| reading.put(project));
            let Some(last) = some.last().filter(|_| some.len() == AT_ONCE as usize) else { break };
            from = Some(ProjectCursor { sign: last.sign, id: last.id });
        }
        Ok(reading)
    }

    async fn follow(&mut self, store: &Store) -> Result<(), StoreError> {
        let now = store.projects_revision().await?.number;
        while self.revision < now {
            let changes = store.changes_after(self.revision, AT_ONCE).await?;
            let Some(last) = changes.last() else { break };
            let told = changes
                .iter()
                .filter(|change| matches!(change.kind, ChangeKind::ProjectNew | ChangeKind::ProjectChanged));
            let ids: Vec<ProjectId> = told.filter_map(|change| change.project).collect();
            store.projects(&ids).await?.iter().for_each(|project| self.put(project));
            self.revision = last.number;
        }
        Ok(())
    }

    fn put(&mut self, project: &ProjectRecord) {
        let matter = project.told.matter();
        self.matcher.put(Document { id: project.id.get(), title: &project.told.title, text: &matter });
    }
}

fn question_of(project: &ProjectRecord) -> Question {
    Question::of(&project.told.title, &project.told.matter())
}

/// The project that a post is closest to, if it is worth asking about.
fn closest(
    matcher: &mut Matcher<'static>,
    candidate: &Candidate,
    asking: &HashMap<ProjectId, Question>,
) -> Option<NewUpdateQuestion> {
    let text: String = candidate.text.chars().take(READ).collect();
    matcher.put(Document { id: POST, title: &candidate.title, text: &text });
    let mut best: Option<(f32, ProjectId, &Question)> = None;
    for (project, question) in candidate.subjects.iter().filter_map(|id| Some((*id, asking.get(id)?))) {
        let found = matcher.near_among(question, 1, |id| id == POST);
        let Some(found) = found.first().filter(|found| is_worth_asking(found)) else { continue };
        if best.is_none_or(|(strength, ..)| found.strength > strength) {
            best = Some((found.strength, project, question));
        }
    }
    matcher.remove(POST);
    let (_, project, question) = best?;
    let reason = in_words(&question.reason(Meaning::built_in(), &candidate.title, &text));
    Some(NewUpdateQuestion { project, post: candidate.post, reason })
}

fn is_worth_asking(found: &Match) -> bool {
    found.strength >= STRENGTH && found.words >= WORDS
}

fn in_words(reason: &Reason) -> String {
    const LONGEST: usize = 200;
    match reason {
        Reason::Words(words) => {
            let words: Vec<String> = words.iter().map(|word| format!("“{word}”")).collect();
            format!("both say {}", words.join(", "))
        }
        Reason::Meaning(sentence) => format!("much the same in other words: “{}”", html::excerpt(sentence, LONGEST)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Projects that have nothing to do with one another, and one of damp.
    const PROJECTS: [(&str, &str); 5] = [
        (
            "Damp and mould reports",
            "Tenants report damp and mould, and hear nothing until it has made somebody ill. A report should lead to a repair, and the tenant should know when.",
        ),
        ("Missed bins", "Residents report a missed bin by phone, and crews hear of it a week later."),
        ("Grab rails", "People wait for months for a grab rail in their bathroom."),
        ("Bus times", "Bus times at stops are those of the timetable, not those of the bus."),
        ("Library app", "Readers want to renew books on their phones."),
    ];

    #[track_caller]
    fn check(title: &str, text: &str, expected: Option<&str>) {
        let documents = PROJECTS.iter().zip(1..).map(|((title, text), id)| Document { id, title, text });
        let mut matcher = Matcher::over(Meaning::built_in(), documents);
        let asking: HashMap<ProjectId, Question> =
            (1..).zip(PROJECTS).map(|(id, (title, text))| (ProjectId::new(id), Question::of(title, text))).collect();
        let candidate = Candidate {
            post: PostId::new(7),
            title: title.to_owned(),
            text: text.to_owned(),
            subjects: (1..=5).map(ProjectId::new).collect(),
        };
        let found = closest(&mut matcher, &candidate, &asking);
        let project = found.as_ref().map(|one| PROJECTS[one.project.get() as usize - 1].0);
        assert_eq!(project, expected, "{title}: {found:?}");
        assert_eq!(matcher.len(), 5, "the post is out again");
    }

    #[test]
    fn a_post_about_the_same_is_worth_a_question() {
        let text = "We sat with three repair teams while tenants rang about black mould. Nobody could tell them when somebody \
                    would come, and half of the damp reports led to no repair at all.";
        check("Three weeks of listening", text, Some("Damp and mould reports"));
        check("We renewed our books", "We met on Monday. There was cake. The printer works again.", None);
        check("We are hiring", "We are looking for a senior user researcher who likes people and reports.", None);
        check("", "", None);
    }

    #[test]
    fn a_post_is_close_to_no_project_of_others() {
        let mut matcher = Matcher::over(Meaning::built_in(), [Document { id: 1, title: "Damp", text: "Damp homes" }]);
        let candidate =
            Candidate { post: PostId::new(7), title: "Damp".into(), text: "Damp homes".into(), subjects: vec![] };
        assert_eq!(closest(&mut matcher, &candidate, &HashMap::new()), None);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_looked_at(title in "\\PC{0,20}", text in "\\PC{0,60}") {
            let mut matcher = Matcher::over(Meaning::built_in(), [Document { id: 1, title: &title, text: &text }]);
            let asking = HashMap::from([(ProjectId::new(1), Question::of(&title, &text))]);
            let candidate = Candidate { post: PostId::new(7), title, text, subjects: vec![ProjectId::new(1)] };
            let _ = closest(&mut matcher, &candidate, &asking);
        }
    }
}
