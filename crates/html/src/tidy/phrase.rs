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

/// The text of a node on one line in the form that [`matches`] wants; `None` where it is longer than a leftover can
/// be.
pub(crate) fn plain_if_short(tree: &Tree<'_>, id: Id) -> Option<String> {
    /// In bytes. A title may stand in it, and a sentence around that.
    const LONGEST: usize = 700;
    let mut length = 0;
    for at in tree.within(id) {
        length += tree.text_of(at).map_or(0, str::len);
        if length > LONGEST {
            return None;
        }
    }
    let mut words = String::with_capacity(length + 8);
    for at in tree.within(id) {
        match tree.text_of(at) {
            Some(text) => add_plain(text, &mut words),
            None if tree.is(at, BLOCK) || tree.has_tag(at, Tag::Br) => add_plain(" ", &mut words),
            None => {}
        }
    }
    words.truncate(words.trim_end().len());
    Some(words)
}

/// Adds a text in small letters, with straight apostrophes and quotes, and each run of white space as one space.
fn add_plain(text: &str, words: &mut String) {
    for c in text.chars() {
        match c {
            'a'..='z' => words.push(c),
            '’' | '‘' | 'ʼ' => words.push('\''),
            '“' | '”' | '«' | '»' => words.push('"'),
            _ if c.is_ascii() && !c.is_ascii_whitespace() => words.push(c.to_ascii_lowercase()),
            _ if !c.is_whitespace() => words.extend(c.to_lowercase()),
            _ if words.is_empty() || words.ends_with(' ') => {}
            _ => words.push(' '),
        }
    }
}

/// Whether two texts say the same words.
pub(crate) fn same_words(one: &str, other: &str) -> bool {
    fn letters(text: &str) -> impl Iterator<Item = char> {
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase)
    }
    letters(one).next().is_some() && letters(one).eq(letters(other))
}

/// Whether a plain text is as the pattern says; `*` stands for any words, also none.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let starts_alike = pattern.starts_with('*') || pattern.as_bytes().first() == text.as_bytes().first();
    if !starts_alike {
        return false;
    }
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
        let mut plain = String::new();
        add_plain(" L’Été\n « X »", &mut plain);
        assert_eq!(plain, "l'été \" x \"");
    }
}
