//! Numbers that name a row, each of its own type so that none is taken for another.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(i64);

        impl $name {
            /// The id with this number.
            pub const fn new(number: i64) -> Self {
                Self(number)
            }

            /// The number itself.
            pub const fn get(self) -> i64 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(out)
            }
        }

        /// Reads a positive whole number, and nothing else.
        impl FromStr for $name {
            type Err = std::num::ParseIntError;
            fn from_str(written: &str) -> Result<Self, Self::Err> {
                let number: u32 = written.parse()?;
                Ok(Self(i64::from(number)))
            }
        }
    )*};
}

id! {
    /// Names a source.
    SourceId
    /// Names a post.
    PostId
    /// Names an author.
    AuthorId
    /// Names a group of sources.
    GroupId
    /// Names a request to correct a source or to take something out.
    RequestId
    /// Names a subscription at a hub.
    SubscriptionId
    /// Names an organisation.
    OrganisationId
    /// Names a project.
    ProjectId
    /// Names a question to an editor about an update.
    UpdateQuestionId
}
