//! Finds things again: by their words, by what they mean, and by how nearly they say the same.
//!
#![doc = include_str!("../README.md")]

mod acronyms;
mod copy;
mod correction;
mod english;
mod index;
mod joining;
mod lately;
mod matcher;
mod meaning;
mod model;
mod question;
mod reading;
mod scoring;
mod sketch;
mod spelling;
mod topics;
mod words;

pub use copy::is_copy;
pub use index::{Answer, Census, Counts, Entry, Facts, Found, Index, IndexError, Sieve, Thoroughness, TopicCount};
pub use lately::Lately;
pub use matcher::{Match, Matcher};
pub use meaning::{DIMENSIONS, Vector};
pub use model::{BadModel, Meaning};
pub use question::{Question, Reason};
pub use reading::Document;
pub use scoring::Weights;
pub use sketch::Sketch;
pub use topics::{MOST_TOPICS, Service, Suggestion, Topic, Vocabulary};
pub use words::says;
