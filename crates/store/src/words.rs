//! Words that the store keeps and others read: what a source, a body, a request and a change is.

use std::fmt;
use std::str::FromStr;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$inner:meta])* $member:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum $name {
            $($(#[$inner])* $member,)+
        }

        impl $name {
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
            type Err = model::Unknown;
            fn from_str(word: &str) -> Result<Self, model::Unknown> {
                match word {
                    $($word => Ok($name::$member),)+
                    _ => Err(model::Unknown {
                        word: word.chars().take(40).collect(),
                        choices: concat!($($word, ", "),+),
                    }),
                }
            }
        }
    };
}

words! {
    /// What a source's address gives.
    SourceKind {
        /// A feed.
        Feed = "feed",
        /// A page with marked-up posts.
        Site = "site",
    }
}

words! {
    /// What made a source be polled at another address.
    MoveReason {
        /// It redirected there for good, and that held for some days.
        Redirect = "redirect",
        /// Its address gave a page, and the page names that feed.
        Page = "page",
        /// An editor said so.
        Editor = "editor",
    }
}

words! {
    /// How a body is written in its feed.
    BodyKind {
        /// Text.
        Plain = "plain",
        /// Markup as text.
        Html = "html",
        /// Markup as elements of the feed.
        Xhtml = "xhtml",
    }
}

words! {
    /// What a picture is, by its first bytes.
    PictureKind {
        /// PNG, also animated.
        Png = "png",
        /// JPEG.
        Jpeg = "jpeg",
        /// GIF, also animated.
        Gif = "gif",
        /// WebP, also animated.
        Webp = "webp",
        /// A Windows icon.
        Ico = "ico",
    }
}

impl PictureKind {
    /// The type that it is sent as.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
            Self::Webp => "image/webp",
            Self::Ico => "image/vnd.microsoft.icon",
        }
    }
}

words! {
    /// What somebody asks for.
    RequestKind {
        /// To put something right about a source.
        Correct = "correct",
        /// To take out a source or a post.
        TakeOut = "take-out",
    }
}

words! {
    /// Where a request stands.
    RequestState {
        /// Nothing has been done yet: an editor or a proof decides.
        Waiting = "waiting",
        /// What it asks to take out is out of sight, until an editor undoes it or a proof makes it final.
        InForce = "in-force",
        /// Control was proved, and what it asks for is done for good.
        Proved = "proved",
        /// An editor declined it, and everything is as it was before.
        Undone = "undone",
        /// An editor agreed, and it is done.
        Done = "done",
    }
}

words! {
    /// Why a request to take something out waits for a proof instead of being followed at once.
    Waits {
        /// An editor has brought it back after an earlier request.
        BroughtBack = "brought-back",
        /// More such requests came at once than are followed without a proof.
        Crowd = "crowd",
    }
}

words! {
    /// Why it is known that a post tells of a project.
    UpdateReason {
        /// It leads to the project's own page, or is that page.
        Link = "link",
        /// It names the project, and its source is the project's owner's.
        Name = "name",
        /// It is about the same, its source is the project's owner's, and an editor said so.
        Meaning = "meaning",
    }
}

words! {
    /// What an editor answered to a question.
    AnswerState {
        /// Nothing yet.
        Waiting = "waiting",
        /// That it is so.
        Accepted = "accepted",
        /// That it is not so: it is never asked again.
        Rejected = "rejected",
    }
}

words! {
    /// What has changed.
    ChangeKind {
        /// A post was stored.
        PostNew = "post-new",
        /// A post says something else now, or an editor said what it is about.
        PostRevised = "post-revised",
        /// A post is in the river again, or now instead of another that says the same.
        PostShown = "post-shown",
        /// A post is no longer in the river.
        PostHidden = "post-hidden",
        /// A source was added.
        SourceAdded = "source-added",
        /// A source's name, state or another thing that pages show.
        SourceChanged = "source-changed",
        /// Groups, or which sources are in them.
        Groups = "groups",
        /// A request was made or settled.
        Request = "request",
        /// A picture came that a post or a source shows.
        Pictures = "pictures",
        /// A project was taken in.
        ProjectNew = "project-new",
        /// Something else is told of a project, posts tell of it, or an editor said what it is about.
        ProjectChanged = "project-changed",
        /// Organisations, or whose something is.
        Organisations = "organisations",
    }
}

impl serde::Serialize for Waits {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.as_str())
    }
}

impl<'de> serde::Deserialize<'de> for Waits {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let word = <String as serde::Deserialize>::deserialize(from)?;
        word.parse().map_err(serde::de::Error::custom)
    }
}
