//! Projects and organisations as files: tables that `import` reads again, and entries of feeds with what changed.

use model::{Difference, Time};
use store::{OrganisationRecord, ProjectChange, ProjectRecord};

use crate::feeds::{Entry, Origin, Person};
use crate::frame::Way;
use crate::newsroom::Newsroom;
use crate::pipeline::href;
use crate::words::capital;

/// The longest text of a change that is shown, in characters.
const LONGEST_SAID: usize = 120;

/// How much of what two texts both begin with is shown before they differ, in characters.
const SAME_BEFORE: usize = 40;

/// The type of a table.
pub(crate) const CSV: &str = "text/csv; charset=utf-8; header=present";

/// The ways to the files of a list, which stand beside it; `address` gives each by its ending.
pub(crate) fn ways(address: impl Fn(&str) -> String) -> Vec<Way> {
    [("atom", "Atom, for a feed reader"), ("csv", "CSV, for a spreadsheet"), ("json", "JSON, for a program")]
        .into_iter()
        .map(|(ending, words)| Way::to(address(ending), words))
        .collect()
}

/// What the address of a file is of, and its ending.
pub(crate) fn file(name: &str) -> Option<(&str, &str)> {
    name.rsplit_once('.').filter(|(_, ending)| ["atom", "csv", "json"].contains(ending))
}

/// Projects as a table that `import` reads again.
pub(crate) fn projects<'p>(newsroom: &Newsroom, list: impl IntoIterator<Item = &'p ProjectRecord>) -> String {
    projects_with(newsroom, &[], list.into_iter().map(|project| (project, [])))
}

/// The same, with columns that say something else of each.
pub(crate) fn projects_with<'p, const MORE: usize>(
    newsroom: &Newsroom,
    more: &[&str; MORE],
    list: impl IntoIterator<Item = (&'p ProjectRecord, [String; MORE])>,
) -> String {
    let fields = model::Project::default().fields();
    let names = fields.iter().map(|(name, _)| *name);
    let names: Vec<&str> =
        ["id"].into_iter().chain(names).chain([catalogue::PAGE]).chain(more.iter().copied()).collect();
    let mut sheet = catalogue::Sheet::new(&names);
    for (project, more) in list {
        let fields = project.told.fields();
        let (id, page) = (project.given_id.clone().unwrap_or_default(), newsroom.absolute(&href(project)));
        let cells = [id.as_str()].into_iter().chain(fields.iter().map(|(_, said)| said.as_str()));
        sheet.row(cells.chain([page.as_str()]).chain(more.iter().map(String::as_str)));
    }
    sheet.done()
}

/// A project in the feed at a path: it says what is told, and is new again when that changes.
pub(crate) fn project_entry(newsroom: &Newsroom, project: &ProjectRecord, feed: &str) -> Entry {
    let told = &project.told;
    let phase = told.phase.map(|phase| format!("Phase: {}. ", phase.name())).unwrap_or_default();
    let lead = told.problem.as_deref().or(told.summary.as_deref()).unwrap_or_default();
    Entry {
        title: told.title.clone(),
        published: Some(project.first_seen),
        excerpt: format!("{phase}{lead}"),
        ..of_project(newsroom, project, &href(project), project.changed_at, feed)
    }
}

/// A change of what is told of a project, in the feed at a path.
pub(crate) fn change_entry(newsroom: &Newsroom, project: &ProjectRecord, change: &ProjectChange, feed: &str) -> Entry {
    let id = format!("{}#changed-{}", href(project), change.at.millis());
    let differences: Vec<String> = change.differences.iter().map(changed).collect();
    Entry {
        title: format!("What is told of it changed: {}", project.told.title),
        published: Some(change.at),
        excerpt: format!("{}.", differences.join(". ")),
        link: newsroom.absolute(&href(project)),
        ..of_project(newsroom, project, &id, change.at, feed)
    }
}

fn of_project(newsroom: &Newsroom, project: &ProjectRecord, path: &str, at: Time, feed: &str) -> Entry {
    let ours = Entry::of_ours(newsroom, path, at, feed);
    let Some(owner) = project.owner_name() else { return ours };
    Entry {
        authors: vec![Person { name: owner.to_owned(), address: None }],
        source: Origin { name: owner.to_owned(), site: project.told.url.clone(), ..ours.source.clone() },
        ..ours
    }
}

/// A change of what is told, in a sentence.
pub(crate) fn changed(change: &Difference) -> String {
    let name = capital(&change.field.replace('_', " "));
    let line = |said: &str| said.split_whitespace().collect::<Vec<_>>().join(" ");
    match (&change.before, &change.after) {
        (Some(before), Some(after)) => {
            let (before, after) = (line(before), line(after));
            let from = where_they_part(&before, &after);
            format!("{name}: “{}” became “{}”", short(&before, from), short(&after, from))
        }
        (None, Some(after)) => format!("{name}: “{}” was added", short(&line(after), 0)),
        (Some(before), None) => format!("{name}: “{}” was taken away", short(&line(before), 0)),
        (None, None) => name,
    }
}

/// From which byte on to show two texts: a little before they differ, where their beginnings say the same for long.
fn where_they_part(before: &str, after: &str) -> usize {
    let same = before.chars().zip(after.chars()).take_while(|(one, other)| one == other);
    let (letters, bytes) = same.fold((0, 0), |(letters, bytes), (one, _)| (letters + 1, bytes + one.len_utf8()));
    let has_room = before.chars().count().max(after.chars().count()) <= LONGEST_SAID;
    if has_room || letters <= SAME_BEFORE {
        return 0;
    }
    let near = before[..bytes].char_indices().rev().nth(SAME_BEFORE).map_or(0, |(at, _)| at);
    before[near..bytes].find(' ').map_or(near, |space| near + space + 1)
}

/// A text from a byte on, as much of it as is shown.
fn short(said: &str, from: usize) -> String {
    let start = if from > 0 { "…" } else { "" };
    let rest = said.get(from..).unwrap_or_default();
    match rest.char_indices().nth(LONGEST_SAID) {
        Some((end, _)) => format!("{start}{}…", &rest[..end]),
        None => format!("{start}{rest}"),
    }
}

/// Posts and entries of ours together, the newest first: a post counts from when it was published, what we tell from when it
/// changed.
pub(crate) fn newest_first(posts: Vec<Entry>, ours: Vec<Entry>) -> Vec<Entry> {
    let posts = posts.into_iter().map(|post| (post.published.unwrap_or(post.updated), post));
    let mut all: Vec<(Time, Entry)> = posts.chain(ours.into_iter().map(|ours| (ours.updated, ours))).collect();
    all.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    all.into_iter().map(|(_, entry)| entry).collect()
}

/// Organisations as a table that `import` reads again.
pub(crate) fn organisations(newsroom: &Newsroom, list: &[OrganisationRecord]) -> String {
    let mut sheet = catalogue::Sheet::new(&[
        "code",
        "gss_code",
        "name",
        "short_name",
        "kind",
        "nation",
        "region",
        "website",
        "population",
        "also",
        "near",
        "ended",
        "successors",
        catalogue::PAGE,
    ]);
    for one in list {
        let told = &one.told;
        let text = |said: &Option<String>| said.clone().unwrap_or_default();
        let cells = [
            text(&told.code),
            text(&told.gss),
            told.name.clone(),
            text(&told.short),
            text(&told.kind),
            text(&told.nation),
            text(&told.region),
            told.website.as_ref().map(ToString::to_string).unwrap_or_default(),
            told.population.map(|count| count.to_string()).unwrap_or_default(),
            told.also.join("; "),
            told.near.join(" "),
            told.ended.map(|day| day.to_string()).unwrap_or_default(),
            told.successors.join(" "),
            newsroom.absolute(&format!("/organisations/{}", one.slug)),
        ];
        sheet.row(cells.iter().map(String::as_str));
    }
    sheet.done()
}

/// An organisation in the feed at a path, with a sentence or two about it.
pub(crate) fn organisation_entry(newsroom: &Newsroom, one: &OrganisationRecord, in_short: String, feed: &str) -> Entry {
    let ours = Entry::of_ours(newsroom, &format!("/organisations/{}", one.slug), one.changed_at, feed);
    let (name, site) = (one.told.name.clone(), one.told.website.as_ref().map(ToString::to_string));
    Entry {
        title: name.clone(),
        authors: vec![Person { name: name.clone(), address: site.clone() }],
        source: Origin { name, site, ..ours.source.clone() },
        excerpt: in_short,
        ..ours
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_told_in_sentences() {
        let change = |before: Option<&str>, after: Option<&str>| {
            changed(&Difference {
                field: "contract_end".into(),
                before: before.map(str::to_owned),
                after: after.map(str::to_owned),
            })
        };
        assert_eq!(change(Some("a"), Some("b")), "Contract end: “a” became “b”");
        assert_eq!(change(None, Some("b\nc")), "Contract end: “b c” was added");
        assert_eq!(change(Some("a"), None), "Contract end: “a” was taken away");
        assert_eq!(change(None, Some(&"é".repeat(500))).chars().count(), LONGEST_SAID + 27);
        let long = "Residents ring and ring again about a missed bin. ".repeat(4);
        let longer = format!("{long}Now they write.");
        assert_eq!(
            change(Some(&long), Some(&longer)),
            "Contract end: “…ring and ring again about a missed bin.” became “…ring and ring again about a missed bin. Now they write.”"
        );
    }
}
