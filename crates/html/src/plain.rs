//! Plain text made from what feeds claim: titles and excerpts.

use crate::clean::{Context, clean};

/// The longest title, in characters.
const LONGEST_TITLE: usize = 300;

/// A title as plain text, on one line, whatever it was wrapped in.
pub fn plain_title(claimed: &str, is_html: bool) -> String {
    let text = if is_html { clean(claimed, &Context::default()).text } else { claimed.to_owned() };
    let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
    folded.chars().take(LONGEST_TITLE).collect()
}

/// A title for a post without one: its first words.
pub fn title_from_text(text: &str) -> String {
    excerpt(text, 80)
}

/// The beginning of a text, at most so many characters, ending at a sentence where it can.
pub fn excerpt(text: &str, at_most: usize) -> String {
    text.chars().take(at_most).collect()
}
