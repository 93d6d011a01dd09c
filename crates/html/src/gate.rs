//! The one door to [`SafeHtml`]: what has not been through it is never shown.
//!
//! Behind the door stands ammonia, which reads markup as a browser does and prints only what its allow list names.
//! Before it stands [`canonical`]: markup that ammonia would hand back letter for letter need not go through it. All
//! rules of taste come earlier, and none of them can make anything unsafe.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};

use crate::canonical;
use crate::lexer::{Lexer, Token};
use crate::rules::{BY_TAG, EVERYWHERE};
use crate::tag::{self, SHOWN, Tag, VOID};

/// The version of the rules. A stored body that was cleaned by a lower one may be cleaned again.
pub const CLEANER_VERSION: u32 = 1;

/// What every link says of where it leads: it is not the site's own word, and the page there gets no hold on ours.
pub(crate) const LINK_REL: &str = "nofollow ugc noopener";

/// How every picture is loaded: when a reader comes near.
pub(crate) const PICTURE_LOADING: &str = "lazy";

/// Markup that has been through the sanitiser: nothing in it runs, loads a frame, or submits a form.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SafeHtml(String);

impl SafeHtml {
    /// Takes back what this type once gave to our own store. Nothing else may be handed in here.
    pub fn from_store(cleaned_before: String) -> Self {
        Self(cleaned_before)
    }

    /// The markup.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether nothing is left.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The top-level blocks at the start that fit into so many bytes; `None` where not even the first does.
    ///
    /// ```
    /// use html::{Context, clean};
    /// let whole = clean("<p>One</p><p>Two</p>", &Context::default()).html;
    /// assert_eq!(whole.opening(15).unwrap().as_str(), "<p>One</p>");
    /// assert_eq!(whole.opening(5), None);
    /// ```
    pub fn opening(&self, at_most_bytes: usize) -> Option<Self> {
        if self.0.len() <= at_most_bytes {
            return Some(self.clone());
        }
        let mut lexer = Lexer::new(&self.0);
        let (mut depth, mut end) = (0, 0);
        while let Some(token) = lexer.next() {
            match token {
                Token::Start { name, .. } if !Tag::of(name).is(VOID) => depth += 1,
                Token::End { .. } => depth -= 1,
                _ => {}
            }
            if lexer.position() > at_most_bytes {
                break;
            }
            if depth == 0 {
                end = lexer.position();
            }
        }
        (end > 0).then(|| Self(self.0[..end].to_owned()))
    }

    /// What was made of safe markup by putting our own tags where others of it stood.
    pub(crate) fn made(markup: String) -> Self {
        Self(markup)
    }

    /// Lets markup through as it is where it is clean to the letter, and as ammonia leaves it otherwise.
    pub(crate) fn admit(markup: String, dress: Dress) -> Self {
        if canonical::is_canonical(&markup, dress) {
            return Self(markup);
        }
        let rules = match dress {
            Dress::Ours => &OURS,
            Dress::Plain => &PLAIN,
        };
        Self(rules.clean(&markup).to_string())
    }
}

/// What links and pictures wear on their way out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dress {
    /// [`LINK_REL`] and [`PICTURE_LOADING`].
    Ours,
    /// Nothing but what they came with.
    Plain,
}

impl fmt::Display for SafeHtml {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

pub(crate) static OURS: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut rules = allow_list();
    rules.set_tag_attribute_value("img", "loading", PICTURE_LOADING).link_rel(Some(LINK_REL));
    rules
});

pub(crate) static PLAIN: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut rules = allow_list();
    rules.add_generic_attributes(["title"]);
    rules
});

/// The allow list, for ammonia.
fn allow_list() -> Builder<'static> {
    let mut rules = Builder::empty();
    let attributes = |names: &'static [crate::attribute::Name]| names.iter().map(|name| name.name()).collect();
    let by_tag: HashMap<&str, HashSet<&str>> =
        BY_TAG.iter().map(|(tag, names)| (tag.name(), attributes(names))).collect();
    rules
        .tags(tag::ALL.iter().filter(|tag| tag.is(SHOWN)).map(|tag| tag.name()).collect())
        .clean_content_tags(HashSet::from(["script", "style", "template", "title", "noembed", "noframes", "iframe"]))
        .generic_attributes(attributes(EVERYWHERE))
        .tag_attributes(by_tag)
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel"]))
        .url_relative(UrlRelative::Deny)
        .link_rel(None);
    rules
}
