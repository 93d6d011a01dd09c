//! Which posts tell of which projects: by a link between them, by the project's name in its owner's post, or by what they are
//! about.
//!
//! Certain is a post that leads to a project's own page, is that page, or names in a source of the project's owner a title
//! that no other text would have by chance. Where it is only about the same, an editor is asked.

use std::collections::BTreeSet;
use std::time::Duration;

use model::{PostId, ProjectId};
use store::{ChangeKind, NewUpdate, Post, ProjectFilter, StoreError, Subject, UpdateReason};

use crate::closeness::{Candidate, OF_OWNER};
use crate::poll::Crawler;

/// How many changes are followed at once.
const CHANGES: u32 = 200;
/// How many projects of an owner, and how many of its newest posts, are looked through.
const SUBJECTS: u32 = 500;
const POSTS: u32 = 300;
/// How old a post may be, and how many posts are held against projects at once, the newest first, to ask an editor: a question
/// about what is long past helps nobody.
const RECENT: Duration = Duration::from_secs(183 * 86_400);
const CANDIDATES: usize = 300;
/// So many questions may wait; while they do, no more are asked.
const MOST_WAITING: u64 = 500;
/// The most links of a post that are looked at.
const LINKS: usize = 200;
/// The setting in the store that remembers how far the changes were followed.
const KEY: &str = "updates-followed";

impl Crawler {
    /// Looks at what changed which posts tell of which projects. Gives how many changes were followed.
    pub(crate) async fn find_updates(&self) -> Result<usize, StoreError> {
        let from = self.store.setting(KEY).await?.and_then(|number| number.parse().ok()).unwrap_or(0);
        let changes = self.store.changes_after(from, CHANGES).await?;
        let Some(last) = changes.last() else { return Ok(0) };
        let mut posts: BTreeSet<PostId> = BTreeSet::new();
        for change in &changes {
            match change.kind {
                ChangeKind::PostNew | ChangeKind::PostRevised | ChangeKind::PostShown => posts.extend(change.post),
                // What a project tells anew may be what a post told before.
                ChangeKind::ProjectNew | ChangeKind::ProjectChanged => {
                    if let Some(project) = change.project {
                        posts.extend(self.store.posts_about(project, POSTS).await?);
                    }
                }
                _ => {}
            }
        }
        // What posts told before the first project came is looked at when it comes.
        if !posts.is_empty() && self.store.count_projects(&ProjectFilter::default()).await? == 0 {
            posts.clear();
        }
        let (mut updates, mut candidates) = (vec![], vec![]);
        let recent = self.clock.now() - RECENT;
        for id in posts.into_iter().rev() {
            let Some(post) = self.store.post(id).await?.filter(|post| post.in_river) else { continue };
            let read = html::clean(post.cleaned.as_deref().unwrap_or_default(), &html::Context::default());
            let linked = self.store.projects_at(&link_keys(&post, &read.links)).await?;
            let subjects = self.store.subjects_of_source(post.card.source.id, SUBJECTS).await?;
            let text = format!("{}\n{}", post.card.title, read.text);
            let told = told_of(id, &text, &linked, &subjects);
            if told.is_empty() && !subjects.is_empty() && post.card.place >= recent && candidates.len() < CANDIDATES {
                let subjects = subjects.iter().take(OF_OWNER).map(|subject| subject.id).collect();
                candidates.push(Candidate { post: id, title: post.card.title, text: read.text, subjects });
            }
            updates.extend(told);
        }
        self.store.put_updates(&updates, self.clock.now()).await?;
        if !candidates.is_empty() && self.store.waiting_update_questions().await? < MOST_WAITING {
            let questions = self.closeness.questions(&self.store, candidates).await?;
            self.store.ask_about_updates(&questions, self.clock.now()).await?;
        }
        self.store.put_setting(KEY, &last.number.to_string()).await?;
        Ok(changes.len())
    }
}

/// The keys of a post's own address and of where its text leads.
fn link_keys(post: &Post, within: &[String]) -> Vec<String> {
    let all = post.card.link.iter().chain(within.iter().take(LINKS));
    let keys: BTreeSet<String> = all.filter_map(|link| model::link_key(link)).collect();
    keys.into_iter().collect()
}

/// What a post is an update of, as far as that is certain.
fn told_of(post: PostId, text: &str, linked: &[(String, ProjectId)], subjects: &[Subject]) -> Vec<NewUpdate> {
    let by_link = linked.iter().map(|(_, project)| (*project, UpdateReason::Link));
    let text = format!(" {} ", folded(text));
    let is_named = |subject: &&Subject| {
        let title = folded(&subject.title);
        is_telling(&title) && text.contains(&format!(" {title} "))
    };
    let by_name = subjects.iter().filter(is_named).map(|subject| (subject.id, UpdateReason::Name));
    let mut found: Vec<NewUpdate> = vec![];
    for (project, why) in by_link.chain(by_name) {
        if found.iter().all(|one| one.project != project) {
            found.push(NewUpdate { project, post, why });
        }
    }
    found
}

/// Whether a title is one that a text would not have by chance: three words, or two long ones.
fn is_telling(title: &str) -> bool {
    let words = title.split(' ').count();
    words >= 3 && title.len() >= 12 || words == 2 && title.len() >= 16
}

/// A text in plain small words with single spaces.
fn folded(text: &str) -> String {
    text.chars()
        .filter(|letter| !matches!(letter, '\'' | '’'))
        .collect::<String>()
        .to_lowercase()
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, title: &str, is_update: bool) {
        let subject = Subject { id: ProjectId::new(1), title: title.to_owned() };
        let found = told_of(PostId::new(7), text, &[], &[subject]);
        let expected = NewUpdate { project: ProjectId::new(1), post: PostId::new(7), why: UpdateReason::Name };
        assert_eq!(found, if is_update { vec![expected] } else { vec![] }, "{title}");
    }

    #[test]
    fn a_name_tells_of_a_project_where_it_is_no_chance() {
        check("We moved “Where’s My Lorry?” to the new maps.", "Where's my lorry", true);
        check("Damp and mould reports, week 3", "Damp and mould reports", true);
        check("The occupational therapists met.", "Occupational therapists", true);
        check("A library app is not what they want.", "Library app", false);
        check("We counted the formsets.", "We counted the forms", false);
        check("", "", false);
    }

    #[test]
    fn a_link_is_told_before_a_name() {
        let subject = Subject { id: ProjectId::new(1), title: "Damp and mould reports".to_owned() };
        let linked = [("key".to_owned(), ProjectId::new(1)), ("key".to_owned(), ProjectId::new(2))];
        let found = told_of(PostId::new(7), "Damp and mould reports", &linked, &[subject]);
        let found: Vec<_> = found.iter().map(|one| (one.project.get(), one.why)).collect();
        assert_eq!(found, [(1, UpdateReason::Link), (2, UpdateReason::Link)]);
    }
}
