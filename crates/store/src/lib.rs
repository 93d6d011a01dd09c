//! What Watersmeet remembers: the only SQL in the house, on SQLite or PostgreSQL, with one set of statements for both.
//!
//! A [`Store`] reads no clock, opens no connection but to its database, and knows neither feeds nor pages.

mod astray;
mod authors;
mod batches;
mod belonging;
mod carry_out;
mod changes;
mod checkup;
mod counts;
mod directory;
mod editor;
mod engine;
mod error;
mod groups;
mod history;
mod host_waits;
mod hosts;
mod hubs;
mod insert;
mod intents;
mod leases;
mod left;
mod listing;
mod migrate;
mod open;
mod organisations;
mod packed;
mod pending;
mod people;
mod pictures;
mod pings;
mod post;
mod posts;
mod project_list;
mod project_updates;
mod projects;
mod requests;
mod river;
mod settings;
mod settle;
mod sketches;
mod slug;
mod source;
mod sources;
mod standing;
#[cfg(test)]
mod stories;
mod topics;
mod update_questions;
mod words;

pub use authors::{Author, AuthorRef};
pub use changes::{Change, Revision};
pub use checkup::{Facts, Marks};
pub use counts::{Count, Counted, Placed};
pub use directory::{SourceCounts, SourceFilter, SourceList, SourceName, SourcePage};
pub use error::{Result, StoreError};
pub use groups::{Group, GroupPart, GroupRef};
pub use history::{History, Moved, Turn};
pub use host_waits::HostWait;
pub use hubs::{Delivery, Hub, HubKeys, HubNews, SubscriptionRecord, Waiting};
pub use intents::{CarriedOut, Intents, Rekeyed, Revised};
pub use left::LeftPost;
pub use listing::{Added, NewSource};
pub use open::{Database, Store};
pub use organisations::{OrganisationField, OrganisationFilter, OrganisationRecord, Put};
pub use packed::Packed;
pub use pending::Pending;
pub use people::Evidence;
pub use pictures::{Faceless, NewPicture, PictureFile, PictureRef, Unpictured, WantedPicture};
pub use pings::Ping;
pub use post::{AlsoAt, Body, Card, KnownPost, NewAuthor, NewPost, Picture, Post, PostKeys, Version};
pub use project_list::{ProjectCursor, ProjectField, ProjectFilter, Turning};
pub use project_updates::{NewUpdate, Subject, Update};
pub use projects::{NewProject, Owner, ProjectChange, ProjectRecord};
pub use requests::{Asked, NewRequest, Request, RequestLimits, RequestedPost, Wishes};
pub use river::{Cursor, Page, RiverFilter, RiverPage};
pub use sketches::{KeptSketch, Sketched};
pub use slug::slug;
pub use source::{Attributes, PollState, SetSource, SourceClaims, SourceRecord, SourceRef};
pub use sources::Source;
pub use topics::{Matter, TopicSaid, TopicSaidOf};
pub use update_questions::{NewUpdateQuestion, UpdateQuestion};
pub use words::{
    AnswerState, BodyKind, ChangeKind, MoveReason, PictureKind, RequestKind, RequestState, SourceKind, UpdateReason,
    Waits,
};
