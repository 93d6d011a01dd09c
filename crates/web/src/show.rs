//! How much of a post's text is shown, and why.

use model::{Licence, Show};
use store::SourceRef;

/// How much is shown, with what decided it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Policy {
    /// The source's owner or an editor chose.
    Chosen(Show),
    /// An open licence allows the whole text.
    Open,
    /// Nobody said: the site's own setting.
    Usual(Show),
}

impl Policy {
    /// The owner's or an editor's choice; else an open licence; else the site's setting.
    pub(crate) fn of(source: &SourceRef, licence: Option<&Licence>, usual: Show) -> Self {
        match source.show_set {
            Some(chosen) => Self::Chosen(chosen),
            None if licence.is_some_and(Licence::is_open) => Self::Open,
            None => Self::Usual(usual),
        }
    }

    pub(crate) fn show(self) -> Show {
        match self {
            Self::Chosen(show) | Self::Usual(show) => show,
            Self::Open => Show::Full,
        }
    }

    /// The same in words, for the page of a source.
    pub(crate) fn in_words(self) -> &'static str {
        match self {
            Self::Chosen(Show::Full) => "the whole text of each post, as its owner or an editor chose",
            Self::Chosen(Show::Excerpt) => {
                "the first sentences of each post, as its owner or an editor chose; the rest is at the original"
            }
            Self::Open => "the whole text of each post, which its licence allows",
            Self::Usual(Show::Full) => "the whole text of each post",
            Self::Usual(Show::Excerpt) => "the first sentences of each post; the rest is at the original",
        }
    }
}

/// What applies to a post: the wording that was set for its source, else its own, else its source's.
pub(crate) fn licence_of(own: Option<&Licence>, source: &SourceRef) -> Option<Licence> {
    let of_source = source.licence.as_ref();
    if source.licence_set { of_source.or(own) } else { own.or(of_source) }.cloned()
}
