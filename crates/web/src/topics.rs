//! What a post or a project is about, and why: what an editor says, what its list calls it, what its words suggest.

use std::collections::HashMap;

use model::{Language, PostId, Project};
use search::{MOST_TOPICS, Topic, Vocabulary};
use store::{Card, Matter, Store, StoreError, TopicSaid};

use crate::shelf::words_of;

/// A topic that something is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct About {
    /// The topic.
    pub topic: &'static Topic,
    /// Why that is known, in a sentence.
    pub why: String,
}

/// A post or a project with what it is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Subject {
    /// Its title.
    pub title: String,
    /// The surest topic first.
    pub topics: Vec<About>,
}

/// What a post or a project is about; nothing where there is no such thing.
pub async fn subject(store: &Store, matter: Matter) -> Result<Option<Subject>, StoreError> {
    Ok(match matter {
        Matter::Post(id) => {
            let Some(post) = store.post(id).await? else { return Ok(None) };
            let said = said_of_post(store, id).await?;
            let text = words_of(post.cleaned.as_deref().unwrap_or_default());
            Some(Subject { topics: of_post(&post.card, &text, &said), title: post.card.title })
        }
        Matter::Project(id) => {
            let mut said = store.topics_said_of_projects(&[id]).await?;
            let found = store.projects(&[id]).await?.pop();
            found.map(|project| {
                let topics = of_project(&project.told, &said.remove(&id).unwrap_or_default());
                Subject { topics, title: project.told.title }
            })
        }
    })
}

/// What an editor said of the topics of a post.
pub(crate) async fn said_of_post(store: &Store, id: PostId) -> Result<Vec<TopicSaid>, StoreError> {
    let mut said: HashMap<PostId, Vec<TopicSaid>> = store.topics_said_of_posts(&[id]).await?;
    Ok(said.remove(&id).unwrap_or_default())
}

/// What a post is about, the surest first. The vocabulary knows English, and some Welsh.
pub(crate) fn of_post(card: &Card, text: &str, said: &[TopicSaid]) -> Vec<About> {
    let is_known = |language: &Language| ["en", "cy"].contains(&language.primary());
    let suggested = match card.language.as_ref().is_none_or(is_known) {
        true => suggested(&card.title, text),
        false => Vec::new(),
    };
    settled(suggested, said)
}

/// What a project is about, the surest first: what its list says before what its words suggest.
pub(crate) fn of_project(told: &Project, said: &[TopicSaid]) -> Vec<About> {
    let mut all: Vec<About> = Vec::new();
    for label in told.topics.iter().chain(&told.service) {
        let listed = Vocabulary::built_in().meant(label);
        all.extend(listed.map(|topic| About { topic, why: format!("Whoever tells of it calls it “{label}”.") }));
    }
    all.extend(suggested(&told.title, &told.matter()));
    settled(all, said)
}

fn suggested(title: &str, text: &str) -> Vec<About> {
    let suggested = Vocabulary::built_in().suggest(title, text);
    suggested.into_iter().map(|one| About { why: one.in_words(), topic: one.topic }).collect()
}

/// An editor's yes comes first and an editor's no never; of the others a few, each once.
fn settled(found: Vec<About>, said: &[TopicSaid]) -> Vec<About> {
    let topic_of = |said: &TopicSaid| Vocabulary::built_in().topic(&said.topic);
    let yes = said.iter().filter(|said| said.is_about).filter_map(topic_of);
    let mut all: Vec<About> = yes.map(|topic| About { topic, why: "An editor says so.".to_owned() }).collect();
    let mut room = MOST_TOPICS;
    for about in found {
        let is_said = said.iter().any(|said| said.topic == about.topic.slug);
        if room > 0 && !is_said && all.iter().all(|other| other.topic != about.topic) {
            all.push(about);
            room -= 1;
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(told: &Project, said: &[(&str, bool)], meant: &str) {
        let said: Vec<TopicSaid> = said
            .iter()
            .map(|(topic, is_about)| TopicSaid { topic: (*topic).to_owned(), is_about: *is_about })
            .collect();
        let about = of_project(told, &said);
        let about: Vec<String> = about.iter().map(|about| format!("{}: {}", about.topic.slug, about.why)).collect();
        assert_eq!(about.join("\n"), meant);
    }

    #[test]
    fn what_an_editor_says_comes_before_lists_and_these_before_words() {
        let damp = Project {
            title: "Damp homes".to_owned(),
            summary: Some("Black mould is found by sensors. The sensors are small.".to_owned()),
            service: Some("Housing repairs".to_owned()),
            topics: vec!["damp and mould".to_owned(), "small things".to_owned()],
            ..Project::default()
        };
        let listed = "damp-and-mould: Whoever tells of it calls it “damp and mould”.\n\
                      housing-repairs: Whoever tells of it calls it “Housing repairs”.";
        check(&damp, &[], &format!("{listed}\nsensors: It says “sensors”."));
        check(&damp, &[("sensors", false)], listed);
        let said = [("damp-and-mould", false), ("sensors", true), ("gone-from-the-vocabulary", true)];
        let meant = "sensors: An editor says so.\nhousing-repairs: Whoever tells of it calls it “Housing repairs”.";
        check(&damp, &said, meant);
    }

    #[test]
    fn of_many_topics_a_few_are_kept_beside_those_that_an_editor_says() {
        let topics = ["parking", "bins", "potholes", "allotments", "noise", "dogs"].map(str::to_owned).to_vec();
        let many = Project { topics: topics.clone(), ..Project::default() };
        assert_eq!(of_project(&many, &[]).len(), MOST_TOPICS);
        let said = ["noise", "dogs"].map(|topic| TopicSaid { topic: topic.to_owned(), is_about: true });
        assert_eq!(of_project(&many, &said).len(), MOST_TOPICS + 2);
    }
}
