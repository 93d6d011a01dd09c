//! Finds things again: by their words, by what they mean, and by how nearly they say the same.
//!
#![doc = include_str!("../README.md")]

mod english;
mod matcher;
mod meaning;
mod model;
mod question;
mod spelling;
mod words;

pub use matcher::{Document, Match, Matcher, Weights};
pub use meaning::{DIMENSIONS, Vector};
pub use model::{BadModel, Meaning};
pub use question::{Question, Reason};
pub use words::says;
