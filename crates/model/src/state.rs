//! What a source, a post and a text may be: words that the store keeps and people read.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A word that names none of the choices.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{word}” is none of {}", choices.trim_end_matches(", "))]
pub struct Unknown {
    /// What was given.
    pub word: String,
    /// What could have been given, with commas.
    pub choices: &'static str,
}

/// Makes an enum whose members are single words, in the store, in settings and in addresses.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$inner:meta])* $member:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "&'static str")]
        pub enum $name {
            $($(#[$inner])* $member,)+
        }

        impl $name {
            /// Every member, in the order of its meaning.
            pub const ALL: &'static [$name] = &[$($name::$member),+];

            /// The word for it.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $($name::$member => $word,)+
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = $crate::Unknown;
            fn from_str(word: &str) -> Result<Self, $crate::Unknown> {
                Self::ALL.iter().copied().find(|one| one.as_str() == word).ok_or_else(|| $crate::Unknown {
                    word: word.chars().take(40).collect(),
                    choices: concat!($($word, ", "),+),
                })
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::Unknown;
            fn try_from(word: String) -> Result<Self, $crate::Unknown> {
                word.parse()
            }
        }

        impl From<$name> for &'static str {
            fn from(one: $name) -> &'static str {
                one.as_str()
            }
        }
    };
}
pub(crate) use words;

words! {
    /// How much of a post's text our pages and feeds show.
    Show {
        /// All of it.
        Full = "full",
        /// Its first sentences, and a clear way to the original.
        Excerpt = "excerpt",
    }
}

impl Show {
    /// What the owner or an editor chose; else an open licence gives the whole; else what is usual.
    ///
    /// ```
    /// use model::{Licence, Show};
    /// let open = Licence::named("CC BY 4.0").unwrap();
    /// assert_eq!(Show::decided(None, None, Show::Excerpt), Show::Excerpt);
    /// assert_eq!(Show::decided(None, Some(&open), Show::Excerpt), Show::Full);
    /// assert_eq!(Show::decided(Some(Show::Excerpt), Some(&open), Show::Full), Show::Excerpt);
    /// ```
    pub fn decided(chosen: Option<Show>, licence: Option<&crate::Licence>, usual: Show) -> Show {
        match chosen {
            Some(chosen) => chosen,
            None if licence.is_some_and(crate::Licence::is_open) => Self::Full,
            None => usual,
        }
    }
}

words! {
    /// Where a source stands.
    SourceState {
        /// Polled and shown.
        Active = "active",
        /// Shown, but not polled: an editor's choice.
        Paused = "paused",
        /// Shown, but not polled: it answered 410, it is gone for good.
        Gone = "gone",
        /// Neither polled nor shown: somebody asked for it and an editor may undo that.
        Hidden = "hidden",
        /// Neither polled nor shown, for good: its owner proved control and left. It cannot come back by an import.
        Left = "left",
        /// Neither polled nor shown: an editor's choice. Adding it again brings it back.
        Removed = "removed",
    }
}

impl SourceState {
    /// Whether its posts are in the river.
    pub fn is_shown(self) -> bool {
        matches!(self, Self::Active | Self::Paused | Self::Gone)
    }
}

words! {
    /// Where a post stands, apart from its source.
    PostState {
        /// In the river.
        Shown = "shown",
        /// Out of sight: somebody asked for it and an editor may undo that.
        Hidden = "hidden",
        /// Out of sight for good: its author proved control and took it out.
        Left = "left",
    }
}
