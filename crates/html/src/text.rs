//! The visible text of markup.

use scraper::Html;

/// The visible text of a fragment.
pub(crate) fn visible(markup: &str) -> String {
    let fragment = Html::parse_fragment(markup);
    let text: Vec<&str> = fragment.root_element().text().collect();
    text.concat().split_whitespace().collect::<Vec<_>>().join(" ")
}
