//! What feeds say, sound and damaged, and what hostile ones cannot do.

mod damage;
mod formats;
mod hostile;
mod lists;
mod modules;
mod properties;
mod strays;

use feed::{Feed, Hints};

/// Reads a feed that is expected to be one.
#[track_caller]
fn read(text: &str) -> Feed {
    feed::read(text.as_bytes(), &Hints::default()).unwrap_or_else(|why| panic!("{why}: {text}"))
}

/// The titles of a feed's entries.
fn titles(feed: &Feed) -> Vec<&str> {
    feed.entries.iter().map(|entry| entry.title.as_ref().map_or("", |title| title.value.as_str())).collect()
}
