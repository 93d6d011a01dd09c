//! A fictional public sector: a dozen sources of invented organisations, for a first look without a network.
//!
//! [`Sector`] is pure: a moment and a request in, a reply out. [`start`] puts it behind a socket on the
//! loopback interface, one host a source (`blog.riverton.localhost:8001`), so that it is read through the
//! same path as the real world. Each source keeps the habits of the platform that it is said to run on.

mod opml;
mod page;
mod pictures;
mod platform;
mod post;
mod posts;
mod projects;
mod reply;
mod sector;
mod server;
mod site;
mod source;
mod words;

pub use post::{Post, When};
pub use reply::{Reply, Request};
pub use sector::Sector;
pub use server::{Running, start};
pub use source::{Former, Platform, SOURCES, Source};

/// The example of the README, compiled so that it stays true.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
