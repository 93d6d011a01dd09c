//! What a list of sources asks for: its outlines one by one, each with the groups that it stands in.

use feed::opml::{List, Outline};
use model::{Address, BadAddress, line};

/// The deepest that groups are nested; deeper outlines join the last one.
const DEEPEST: usize = 6;

/// The longest name of a group, and the longest label of a source, in characters.
const LONGEST_NAME: usize = 100;

/// The most that is kept of a name or of another attribute as a list has it, in characters.
const LONGEST_LISTED: usize = 2_000;

/// How many other attributes of an outline are kept.
const MOST_ATTRIBUTES: usize = 20;

/// A source that a list names.
#[derive(Clone, PartialEq, Debug)]
pub struct Listed {
    /// Where it stands in the list, from 1.
    pub number: usize,
    /// What the list calls it, if that is more than its address.
    pub name: Option<String>,
    /// Its name or, without one, its address as it was written.
    pub label: String,
    /// Its feed or, where the list knows none, its site.
    pub address: Result<Address, Refused>,
    /// Whether the address is known to be a feed's.
    pub is_feed: bool,
    /// The address of its site.
    pub site: Option<Address>,
    /// The names of the groups around it, outermost first.
    pub groups: Vec<String>,
    /// Everything else that the list says, to be given back on export.
    pub attributes: Vec<(String, String)>,
}

/// Why an outline of a list names no source.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refused {
    /// Its address is none.
    #[error(transparent)]
    Address(#[from] BadAddress),
    /// It stands for another list.
    #[error("it includes another list; import that one by itself")]
    Include,
}

/// The sources of a list in its order.
pub fn sources(list: &List) -> Vec<Listed> {
    let mut found = vec![];
    // Outlines with the groups around them, the next one last: no recursion, so no depth is too deep.
    let mut waiting: Vec<(&Outline, Vec<String>)> =
        list.outlines.iter().rev().map(|outline| (outline, vec![])).collect();
    while let Some((outline, groups)) = waiting.pop() {
        let mut inner = groups.clone();
        match source(outline, found.len() + 1, groups) {
            Some(listed) => found.push(listed),
            None => inner.extend(group_name(outline).filter(|_| inner.len() < DEEPEST)),
        }
        waiting.extend(outline.children.iter().rev().map(|child| (child, inner.clone())));
    }
    found
}

/// The source that an outline names; `None` for a group or a note.
fn source(outline: &Outline, number: usize, groups: Vec<String>) -> Option<Listed> {
    let kind = outline.kind.as_deref().unwrap_or_default().to_ascii_lowercase();
    let written =
        |address: &Option<String>| address.as_deref().map(str::trim).filter(|at| !at.is_empty()).map(str::to_owned);
    let (feed, site) = (written(&outline.feed), written(&outline.site));
    let name = name(outline);
    let is_leaf = outline.children.is_empty();
    let address = match (&feed, &site) {
        _ if kind == "include" => Err(Refused::Include),
        (Some(feed), _) => Address::typed(feed).map_err(Refused::from),
        // A link on a group is the group's page, not a source.
        (None, Some(site)) if is_leaf => Address::typed(site).map_err(Refused::from),
        // `type="rss"` promises a feed and gives none; a bare text may be a note or an empty group.
        _ if kind == "rss" => Err(Refused::from(BadAddress::Empty)),
        _ => return None,
    };
    Some(Listed {
        number,
        label: name
            .clone()
            .or_else(|| feed.as_deref().or(site.as_deref()).map(line))
            .map_or_else(|| format!("outline {number}"), |label| cut(&label)),
        name: name.filter(|name| !is_address(name)),
        address,
        is_feed: feed.is_some(),
        site: site.and_then(|site| Address::typed(&site).ok()),
        groups,
        attributes: attributes(outline),
    })
}

fn name(outline: &Outline) -> Option<String> {
    [outline.title.as_deref(), Some(outline.text.as_str())]
        .into_iter()
        .flatten()
        .map(|name| line(name).chars().take(LONGEST_LISTED).collect::<String>())
        .find(|name| !name.is_empty())
}

/// Lists that are made by programs name a source by its address where they know no better.
fn is_address(name: &str) -> bool {
    !name.contains(' ') && (name.contains("://") || name.contains('.') && name.contains('/'))
}

fn group_name(outline: &Outline) -> Option<String> {
    name(outline).map(|name| cut(&name))
}

fn cut(name: &str) -> String {
    name.chars().take(LONGEST_NAME).collect()
}

fn attributes(outline: &Outline) -> Vec<(String, String)> {
    let known = [
        ("type", &outline.kind),
        ("category", &outline.category),
        ("description", &outline.description),
        ("language", &outline.language),
    ];
    let known = known.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value.clone()?)));
    let cut = |value: String| value.chars().take(LONGEST_LISTED).collect();
    let all = known.chain(outline.other.iter().cloned()).take(MOST_ATTRIBUTES);
    all.map(|(name, value)| (name.chars().take(LONGEST_NAME).collect(), cut(value))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each source of a list as "name address [group/group]", refusals with the reason.
    #[track_caller]
    fn check(outlines: &str, expected: &[&str]) {
        let list = feed::opml::read(format!("<opml version='2.0'><body>{outlines}</body></opml>").as_bytes()).unwrap();
        let found: Vec<String> = sources(&list)
            .into_iter()
            .map(|one| {
                let address = one.address.map_or_else(|why| format!("({why})"), |address| address.to_string());
                let groups = one.groups.join("/");
                format!("{} {address} [{groups}]", one.label)
            })
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn sources_and_the_groups_around_them() {
        check("<outline text='Ann' xmlUrl='https://ann.example/feed'/>", &["Ann https://ann.example/feed []"]);
        check(
            "<outline text='North'><outline text='Councils'><outline text='A' xmlUrl='a.example/f'/></outline>
             <outline text='B' xmlUrl='b.example/f'/></outline><outline text='C' xmlUrl='c.example/f'/>",
            &["A https://a.example/f [North/Councils]", "B https://b.example/f [North]", "C https://c.example/f []"],
        );
        check("<outline text='Empty'/><outline/>", &[]);
        check("<outline text='Site' type='link' htmlUrl='https://a.example/'/>", &["Site https://a.example/ []"]);
        check("<outline xmlUrl='https://a.example/f'/>", &["https://a.example/f https://a.example/f []"]);
        // A source with sources inside it is one of them, not their group.
        check(
            "<outline text='A' xmlUrl='a.example/f'><outline text='B' xmlUrl='b.example/f'/></outline>",
            &["A https://a.example/f []", "B https://b.example/f []"],
        );
    }

    #[test]
    fn an_address_is_no_name() {
        let list = feed::opml::read(b"https://a.example/feed\nb.example/rss").unwrap();
        let found = sources(&list);
        assert!(found.iter().all(|one| one.name.is_none()), "{found:?}");
        assert_eq!(found[1].label, "b.example/rss");
    }

    #[test]
    fn what_names_no_source_is_refused_with_the_reason() {
        check("<outline text='A' type='rss'/>", &["A (no address was given) []"]);
        check(
            "<outline text='A' type='include' url='https://a.example/list.opml'/>",
            &["A (it includes another list; import that one by itself) []"],
        );
        check(
            "<outline text='A' xmlUrl='mailto:ann@a.example'/>",
            &["A (“mailto:” is not a web address; it must start with http:// or https://) []"],
        );
    }

    #[test]
    fn what_a_list_says_of_a_source_is_bounded() {
        let (long, many) = ("n".repeat(100_000), (0..1_000).map(|n| format!(" a{n}='1'")).collect::<String>());
        let outline = format!("<outline text='{long}' xmlUrl='a.example/f' description='{long}'{many}/>");
        let list = feed::opml::read(format!("<opml><body>{outline}</body></opml>").as_bytes()).unwrap();
        let listed = sources(&list).remove(0);
        assert_eq!(listed.name.map(|name| name.len()), Some(LONGEST_LISTED));
        assert_eq!(listed.attributes.len(), MOST_ATTRIBUTES);
        assert!(listed.attributes.iter().all(|(_, value)| value.len() <= LONGEST_LISTED));
    }

    #[test]
    fn groups_without_end_are_cut() {
        let deep =
            "<outline text='g'>".repeat(100) + "<outline text='A' xmlUrl='a.example/f'/>" + &"</outline>".repeat(100);
        check(&deep, &["A https://a.example/f [g/g/g/g/g/g]"]);
    }
}
