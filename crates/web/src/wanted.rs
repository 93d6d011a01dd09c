//! What somebody typed into the search box: words, "phrases", -without, source: and after:.

use jiff::civil::Date;

use crate::days;

/// The most of it that is read, in bytes.
const MOST_READ: usize = 2_000;
/// The most phrases, and the most words to do without, that are followed.
const MOST_PARTS: usize = 10;

/// A search as it was understood. Nothing that a person types is an error: what is no filter is a word.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Wanted {
    /// What is looked for, phrases included.
    pub(crate) words: String,
    /// What must stand there as it is.
    pub(crate) phrases: Vec<String>,
    /// What must not stand there.
    pub(crate) without: Vec<String>,
    /// The part of a source's address or name that its posts must come from.
    pub(crate) source: Option<String>,
    /// The first day that posts may be from.
    pub(crate) after: Option<Date>,
}

impl Wanted {
    /// Reads what was typed; of very much, the beginning.
    pub(crate) fn read(typed: &str) -> Self {
        let mut wanted = Self::default();
        // Every second piece stands between quotes.
        let typed = typed[..typed.floor_char_boundary(MOST_READ)].replace(['“', '”', '„'], "\"");
        for (at, piece) in typed.split('"').enumerate() {
            match at % 2 {
                0 => piece.split_whitespace().for_each(|word| wanted.take(word)),
                _ => wanted.take_phrase(piece),
            }
        }
        wanted
    }

    fn take(&mut self, word: &str) {
        if let Some(without) = word.strip_prefix('-').filter(|word| word.starts_with(char::is_alphanumeric)) {
            if self.without.len() < MOST_PARTS {
                self.without.push(without.to_owned());
            }
        } else if let Some(source) = value(word, "source:") {
            self.source = Some(source.to_lowercase());
        } else if let Some((from, _)) = value(word, "after:").and_then(days::read_period) {
            self.after = Some(from);
        } else {
            self.words.push_str(word);
            self.words.push(' ');
        }
    }

    fn take_phrase(&mut self, phrase: &str) {
        let phrase = phrase.split_whitespace().collect::<Vec<_>>().join(" ");
        if !phrase.is_empty() && self.phrases.len() < MOST_PARTS {
            self.words.push_str(&phrase);
            self.words.push(' ');
            self.phrases.push(phrase);
        }
    }

    /// Whether anything but words was asked for.
    pub(crate) fn is_filtered(&self) -> bool {
        let Self { phrases, without, source, after, .. } = self;
        !phrases.is_empty() || !without.is_empty() || source.is_some() || after.is_some()
    }
}

fn value<'w>(word: &'w str, name: &str) -> Option<&'w str> {
    let (start, value) = word.split_at_checked(name.len())?;
    (start.eq_ignore_ascii_case(name) && !value.is_empty()).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(typed: &str, words: &str, phrases: &[&str], without: &[&str], source: Option<&str>, after: Option<&str>) {
        let wanted = Wanted::read(typed);
        assert_eq!(wanted.words.trim_end(), words, "{typed}");
        assert_eq!((&wanted.phrases[..], &wanted.without[..]), (&owned(phrases)[..], &owned(without)[..]), "{typed}");
        assert_eq!(wanted.source.as_deref(), source, "{typed}");
        assert_eq!(wanted.after.map(|day| day.to_string()).as_deref(), after, "{typed}");
    }

    fn owned(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn what_was_typed_is_understood() {
        check("damp homes", "damp homes", &[], &[], None, None);
        check("\"missed  bins\" app -chatbot", "missed bins app", &["missed bins"], &["chatbot"], None, None);
        check("“missed bins", "missed bins", &["missed bins"], &[], None, None);
        check("Source:Riverton after:2026-03", "", &[], &[], Some("riverton"), Some("2026-03-01"));
        check("after:2026 co-design - -- source:", "co-design - -- source:", &[], &[], None, Some("2026-01-01"));
        check("after:yesterday", "after:yesterday", &[], &[], None, None);
        check("", "", &[], &[], None, None);
    }

    proptest::proptest! {
        #[test]
        fn anything_is_understood(typed in "\\PC{0,120}") {
            Wanted::read(&typed);
        }
    }
}
