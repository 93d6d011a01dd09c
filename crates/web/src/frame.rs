//! What stands around every page: title, menu, feeds, and what machines are told of it.

use crate::assets;
use crate::feeds::Format;
use crate::newsroom::Newsroom;

/// The frame of a page.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    /// The whole title, as tabs and bookmarks show it.
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) name: String,
    pub(crate) tagline: String,
    pub(crate) sheet: &'static str,
    pub(crate) feeds: Vec<FeedLink>,
    pub(crate) canonical: Option<String>,
    pub(crate) robots: Option<&'static str>,
    here: Option<&'static str>,
}

/// A feed of what the page shows.
#[derive(Debug, Clone)]
pub(crate) struct FeedLink {
    pub(crate) media_type: &'static str,
    pub(crate) href: String,
    pub(crate) title: String,
    pub(crate) short: &'static str,
}

/// A place in the menu.
#[derive(Debug, Clone)]
pub(crate) struct MenuItem {
    pub(crate) href: &'static str,
    pub(crate) words: &'static str,
    pub(crate) here: bool,
}

/// A link with its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Way {
    pub(crate) href: String,
    pub(crate) words: String,
}

impl Way {
    pub(crate) fn to(href: impl Into<String>, words: impl Into<String>) -> Self {
        Self { href: href.into(), words: words.into() }
    }
}

/// A link with its words and a number behind them.
#[derive(Debug, Clone)]
pub(crate) struct Tally {
    pub(crate) href: String,
    pub(crate) words: String,
    pub(crate) count: u64,
}

/// Links to the pages before and after this one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pager {
    pub(crate) newer: Option<String>,
    pub(crate) older: Option<String>,
}

const MENU: [(&str, &str); 10] = [
    ("/", "River"),
    ("/search", "Search"),
    ("/who-else", "Who else?"),
    ("/topics", "Topics"),
    ("/projects", "Projects"),
    ("/organisations", "Organisations"),
    ("/archive", "Archive"),
    ("/sources", "Sources"),
    ("/for-authors", "For authors"),
    ("/about", "About"),
];

impl Frame {
    /// The frame of a page with this title. It names the feeds of the whole river unless told otherwise.
    pub(crate) fn new(newsroom: &Newsroom, title: &str) -> Self {
        let settings = newsroom.settings();
        let tagline = first_sentence(&settings.about);
        Self {
            title: if title.is_empty() { settings.name.clone() } else { format!("{title} – {}", settings.name) },
            description: tagline.clone(),
            name: settings.name.clone(),
            tagline,
            sheet: assets::sheet_address(),
            feeds: Vec::new(),
            canonical: None,
            robots: None,
            here: None,
        }
        .with_feeds(&settings.name, |format| format!("/river.{}", format.ending()))
    }

    /// The same, as the page that this address of the menu leads to.
    pub(crate) fn at(self, here: &'static str) -> Self {
        Self { here: Some(here), ..self }
    }

    pub(crate) fn describing(self, description: impl Into<String>) -> Self {
        Self { description: description.into(), ..self }
    }

    /// The same, and machines are told that the one to keep is at this address.
    pub(crate) fn canonical(self, address: impl Into<String>) -> Self {
        Self { canonical: Some(address.into()), ..self }
    }

    /// The same, and search engines are told to leave it out but to follow its links.
    pub(crate) fn unindexed(self) -> Self {
        Self { robots: Some("noindex, follow"), ..self }
    }

    /// The same, followed as Atom at an address.
    pub(crate) fn with_atom(self, title: &str, href: String) -> Self {
        let title = format!("{title} – {} (Atom)", self.name);
        let feed = FeedLink { media_type: Format::Atom.media_type(), href, title, short: Format::Atom.name() };
        Self { feeds: vec![feed], ..self }
    }

    /// The same with other feeds.
    pub(crate) fn with_feeds(self, title: &str, href: impl Fn(Format) -> String) -> Self {
        let feeds = Format::ALL
            .into_iter()
            .map(|format| FeedLink {
                media_type: format.media_type(),
                href: href(format),
                title: format!("{title} ({})", format.name()),
                short: format.name(),
            })
            .collect();
        Self { feeds, ..self }
    }

    pub(crate) fn is_front(&self) -> bool {
        self.here == Some("/")
    }

    pub(crate) fn menu(&self) -> impl Iterator<Item = MenuItem> {
        MENU.into_iter().map(|(href, words)| MenuItem { href, words, here: self.here == Some(href) })
    }
}

/// As much of a text as fits under a name: its first sentence.
fn first_sentence(text: &str) -> String {
    match text.split_once(". ") {
        Some((first, _)) => format!("{first}."),
        None => text.to_owned(),
    }
}
