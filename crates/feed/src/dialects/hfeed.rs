//! Marked-up pages: h-feed and h-entry.

use crate::complaint::Complaints;
use crate::{Feed, Hints, NotAFeed};

/// Reads a page that is marked up as a feed.
pub(crate) fn read(_: &str, _: &'static str, _: &Hints<'_>, _: Complaints) -> Result<Feed, NotAFeed> {
    Err(NotAFeed::Page)
}
