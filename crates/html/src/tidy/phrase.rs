//! Words compared as a reader would: without looking at case, white space, or which apostrophe it is.

use crate::tag::{BLOCK, Tag};
use crate::tree::{Id, Tree};

/// The text of a node on one line.
pub(crate) fn folded(tree: &Tree<'_>, id: Id) -> String {
    let mut words = String::new();
    for at in tree.within(id) {
        match tree.text_of(at) {
            Some(text) => words.push_str(text),
            None if tree.is(at, BLOCK) || tree.has_tag(at, Tag::Br) => words.push(' '),
            None => {}
        }
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Like [`folded`], where it is no longer than a leftover can be.
pub(crate) fn folded_if_short(tree: &Tree<'_>, id: Id) -> Option<String> {
    /// In bytes. A title may stand in it, and a sentence around that.
    const LONGEST: usize = 700;
    let mut length = 0;
    for at in tree.within(id) {
        length += tree.text_of(at).map_or(0, str::len);
        if length > LONGEST {
            return None;
        }
    }
    Some(folded(tree, id))
}

/// Whether two texts say the same words.
pub(crate) fn same_words(one: &str, other: &str) -> bool {
    let words =
        |text: &str| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    let one = words(one);
    !one.is_empty() && one == words(other)
}

/// A text in the form that [`matches`] wants.
pub(crate) fn plain(text: &str) -> String {
    text.chars()
        .flat_map(char::to_lowercase)
        .map(|c| match c {
            '’' | '‘' | 'ʼ' => '\'',
            '“' | '”' | '«' | '»' => '"',
            '\u{a0}' => ' ',
            c => c,
        })
        .collect()
}

/// Whether a plain text is as the pattern says; `*` stands for any words, also none.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let mut pieces = pattern.split('*');
    let first = pieces.next().expect("a split gives at least one part");
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut last = None;
    for piece in pieces {
        if let Some(before) = last.replace(piece) {
            let Some(at) = rest.find(before) else { return false };
            rest = &rest[at + before.len()..];
        }
    }
    match last {
        Some(last) => rest.ends_with(last),
        None => rest.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        assert!(matches("the post * appeared first on *.", "the post open forms appeared first on riverton."));
        assert!(!matches("the post * appeared first on *.", "what i said in the post appeared first on riverton, and"));
        assert!(matches("read more", "read more"));
        assert!(!matches("read more", "read more books"));
        assert!(matches("*read more", "to read more"));
        assert!(matches("a*b*c", "abc"));
        assert!(!matches("a*bb*b", "abb"));
    }

    #[test]
    fn words() {
        assert!(same_words("Who’s on this?", "who's on this"));
        assert!(!same_words("", "!"));
        assert_eq!(plain("L’Été « X »"), "l'été \" x \"");
    }
}
