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
use crate::rules::{BY_TAG, EVERYWHERE};
use crate::tag::{self, SHOWN};

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

    /// Lets markup through as it is where it is clean to the letter, and as ammonia leaves it otherwise.
    pub(crate) fn admit(markup: String) -> Self {
        if canonical::is_canonical(&markup) { Self(markup) } else { Self(RULES.clean(&markup).to_string()) }
    }
}

impl fmt::Display for SafeHtml {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// The allow list, for ammonia.
pub(crate) static RULES: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut rules = Builder::empty();
    let attributes = |names: &'static [crate::attribute::Name]| names.iter().map(|name| name.name()).collect();
    let by_tag: HashMap<&str, HashSet<&str>> =
        BY_TAG.iter().map(|(tag, names)| (tag.name(), attributes(names))).collect();
    rules
        .tags(tag::ALL.iter().filter(|tag| tag.is(SHOWN)).map(|tag| tag.name()).collect())
        .clean_content_tags(HashSet::from(["script", "style", "template", "title", "noembed", "noframes", "iframe"]))
        .generic_attributes(attributes(EVERYWHERE))
        .tag_attributes(by_tag)
        .set_tag_attribute_value("img", "loading", PICTURE_LOADING)
        .link_rel(Some(LINK_REL))
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel"]))
        .url_relative(UrlRelative::Deny);
    rules
});
