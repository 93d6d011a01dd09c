//! The words of Watersmeet as types: what two or more crates speak, and nothing that does I/O.

mod address;
mod advice;
mod clock;
mod day;
mod health;
mod id;
mod key;
mod language;
mod licence;
mod line;
mod link;
mod organisation;
mod pace;
mod phase;
mod project;
mod range;
mod state;
pub mod subscription;
mod time;

pub use address::{Address, BadAddress};
pub use clock::{Clock, Dice, HandClock};
pub use day::{Day, NoDay};
pub use health::{Health, Outcome};
pub use id::{
    AuthorId, GroupId, OrganisationId, PostId, ProjectId, RequestId, SourceId, SubscriptionId, UpdateQuestionId,
};
pub use key::{key, key_of_bytes};
pub use language::{Direction, Language};
pub use licence::Licence;
pub use line::{Bounds, TooLong, line};
pub use link::{link_key, plain_link, shown_link};
pub use organisation::{Organisation, OrganisationKeys};
pub use pace::{BadPace, Pace};
pub use phase::{Offer, Phase, Standing};
pub use project::{Asset, Difference, Partner, PhaseStart, Project};
pub use range::{BadRange, Range};
pub use state::{PostState, Show, SourceState, Unknown};

pub use time::Time;
