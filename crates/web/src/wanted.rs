//! What somebody typed into the search box: words, "phrases", -without, and filters such as source: and after:.

use jiff::civil::Date;

use crate::days;

/// The most of it that is read, in bytes.
pub(crate) const MOST_READ: usize = 2_000;
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
    /// The part of an organisation's name that the source must belong to.
    pub(crate) organisation: Option<String>,
    /// The language that posts must be in, such as `cy`.
    pub(crate) language: Option<String>,
    /// The first day that posts may be from.
    pub(crate) after: Option<Date>,
    /// The day before which posts must be from.
    pub(crate) before: Option<Date>,
    /// The filters as they were typed, each with what was typed without it.
    pub(crate) filters: Vec<Filter>,
}

/// A filter as it was typed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Filter {
    /// Such as `source:riverton`.
    pub(crate) typed: String,
    /// All that was typed but for it.
    pub(crate) without: String,
}

impl Wanted {
    /// Reads what was typed; of very much, the beginning.
    pub(crate) fn read(typed: &str) -> Self {
        let mut wanted = Self::default();
        // Every second piece stands between quotes.
        let typed = typed[..typed.floor_char_boundary(MOST_READ)].replace(['“', '”', '„'], "\"");
        let mut parts: Vec<(String, bool)> = Vec::new();
        for (at, piece) in typed.split('"').enumerate() {
            match at % 2 {
                0 => parts.extend(piece.split_whitespace().map(|word| (word.to_owned(), wanted.take(word)))),
                _ => {
                    wanted.take_phrase(piece);
                    parts.push((format!("\"{piece}\""), false));
                }
            }
        }
        for (at, (typed, _)) in parts.iter().enumerate().filter(|(_, (_, is_filter))| *is_filter).take(MOST_PARTS) {
            let others = parts.iter().enumerate().filter(|(other, _)| *other != at);
            let without: Vec<&str> = others.map(|(_, (typed, _))| typed.as_str()).collect();
            wanted.filters.push(Filter { typed: typed.clone(), without: without.join(" ") });
        }
        wanted
    }

    /// Takes a word. Whether it is a filter.
    fn take(&mut self, word: &str) -> bool {
        if let Some(without) = word.strip_prefix('-').filter(|word| word.starts_with(char::is_alphanumeric)) {
            if self.without.len() < MOST_PARTS {
                self.without.push(without.to_owned());
            }
            return false;
        }
        if let Some(source) = value(word, "source:") {
            self.source = Some(source.to_lowercase());
        } else if let Some(organisation) = value(word, "org:") {
            self.organisation = Some(organisation.to_lowercase());
        } else if let Some(language) = value(word, "lang:") {
            self.language = Some(language.to_lowercase());
        } else if let Some((from, _)) = value(word, "after:").and_then(days::read_period) {
            self.after = Some(from);
        } else if let Some((from, _)) = value(word, "before:").and_then(days::read_period) {
            self.before = Some(from);
        } else {
            self.words.push_str(word);
            self.words.push(' ');
            return false;
        }
        true
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
        !self.phrases.is_empty() || !self.without.is_empty() || !self.filters.is_empty()
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

    #[test]
    fn filters_can_be_taken_away_one_by_one() {
        let wanted = Wanted::read("damp org:riverton “in homes” lang:CY before:2026-02 org:");
        assert_eq!((wanted.organisation.as_deref(), wanted.language.as_deref()), (Some("riverton"), Some("cy")));
        assert_eq!(wanted.before.map(|day| day.to_string()).as_deref(), Some("2026-02-01"));
        let without: Vec<(&str, &str)> =
            wanted.filters.iter().map(|filter| (filter.typed.as_str(), filter.without.as_str())).collect();
        let meant = [
            ("org:riverton", "damp \"in homes\" lang:CY before:2026-02 org:"),
            ("lang:CY", "damp org:riverton \"in homes\" before:2026-02 org:"),
            ("before:2026-02", "damp org:riverton \"in homes\" lang:CY org:"),
        ];
        assert_eq!(without, meant);
    }

    proptest::proptest! {
        #[test]
        fn anything_is_understood(typed in "\\PC{0,120}") {
            Wanted::read(&typed);
        }
    }
}
