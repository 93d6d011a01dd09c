//! Untrusted markup in, clean out: [`SafeHtml`], plain text, titles, excerpts, and the feeds that a page names.
//!
#![doc = include_str!("../README.md")]

mod address;
mod attribute;
mod canonical;
mod careful;
mod clean;
mod css;
mod finder;
mod gate;
mod lexer;
mod outline;
mod page;
mod parse;
mod pictures;
mod plain;
mod print;
#[cfg(any(test, fuzzing))]
pub mod proof;
mod quick;
mod reference;
mod rules;
mod scan;
mod sentence;
mod tag;
mod tidy;
mod tree;

pub use clean::{Cleaned, Context, Picture, clean, clean_plain, sanitised};
pub use gate::{CLEANER_VERSION, SafeHtml};
pub use outline::{Section, outline};
pub use page::{
    FoundFeed, canonical_of, find_feeds, find_icons, head_mentions, page_description, page_language, page_site_name,
    page_title,
};
pub use pictures::Kept;
pub use plain::{plain_title, title_from_text};
pub use sentence::{excerpt, sentences};
