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
    /// What must not stand there as it is.
    pub(crate) without_phrases: Vec<String>,
    /// The part of a source's address or name that its posts must come from.
    pub(crate) source: Option<String>,
    /// The part of an organisation's name that the source must belong to.
    pub(crate) organisation: Option<String>,
    /// The topic that posts must be about, by its word, its name or a synonym.
    pub(crate) topic: Option<String>,
    /// The language that posts must be in, such as `cy`.
    pub(crate) language: Option<String>,
    /// The first day that posts may be from.
    pub(crate) after: Option<Date>,
    /// The day before which posts must be from.
    pub(crate) before: Option<Date>,
    /// The filters as they were typed, each with what was typed without it.
    pub(crate) filters: Vec<Filter>,
    /// What was meant as a filter and could not be followed, each with what to do instead.
    pub(crate) unfollowed: Vec<String>,
}

/// How filters begin.
const FILTERS: [&str; 6] = ["source:", "org:", "topic:", "lang:", "after:", "before:"];

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
        let typed = typed[..typed.floor_char_boundary(MOST_READ)].replace(['“', '”', '„'], "\"");
        let mut parts: Vec<(String, bool)> = Vec::new();
        let mut rest = typed.trim_start();
        while !rest.is_empty() {
            let (part, after) = first_part(rest);
            rest = after.trim_start();
            parts.push(match part {
                Part::Phrase(phrase) => {
                    wanted.take_phrase(phrase);
                    (format!("\"{phrase}\""), false)
                }
                Part::NoPhrase(phrase) => {
                    wanted.take_no_phrase(phrase);
                    (format!("-\"{phrase}\""), false)
                }
                Part::Word(word) => (word.to_owned(), wanted.take(word)),
                Part::Quoted(name, value) => {
                    (format!("{name}\"{value}\""), wanted.take(&format!("{name}{}", value.trim())))
                }
            });
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
            if FILTERS.iter().any(|name| value(without, name).is_some()) {
                self.leave_out(word, "A filter cannot be turned round: choose what it should let through.");
            } else if self.without.len() < MOST_PARTS {
                self.without.push(without.to_owned());
            }
            return false;
        }
        let is_first = if let Some(source) = value(word, "source:") {
            fill(&mut self.source, source.to_lowercase())
        } else if let Some(organisation) = value(word, "org:") {
            fill(&mut self.organisation, organisation.to_lowercase())
        } else if let Some(topic) = value(word, "topic:") {
            fill(&mut self.topic, topic.to_lowercase())
        } else if let Some(language) = value(word, "lang:") {
            let language = language.to_lowercase();
            let primary = language.split('-').next().unwrap_or_default();
            if !(2..=3).contains(&primary.len()) {
                self.leave_out(word, "A language has a code of two or three letters, such as lang:en or lang:cy.");
                return false;
            }
            fill(&mut self.language, primary.to_owned())
        } else if let Some((from, _)) = value(word, "after:").and_then(days::read_period) {
            fill(&mut self.after, from)
        } else if let Some((from, _)) = value(word, "before:").and_then(days::read_period) {
            fill(&mut self.before, from)
        } else if value(word, "after:").or_else(|| value(word, "before:")).is_some() {
            self.leave_out(word, "Write a day, a month or a year, such as after:2026-03 or before:2027.");
            return false;
        } else {
            self.words.push_str(word);
            self.words.push(' ');
            return false;
        };
        if !is_first {
            self.leave_out(word, "Of each filter one is followed, the first.");
        }
        is_first
    }

    /// Notes that a filter is not followed, and what would be.
    fn leave_out(&mut self, typed: &str, advice: &str) {
        if self.unfollowed.len() < MOST_PARTS {
            self.unfollowed.push(format!("“{typed}” could not be followed. {advice}"));
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

    fn take_no_phrase(&mut self, phrase: &str) {
        let phrase = phrase.split_whitespace().collect::<Vec<_>>().join(" ");
        if !phrase.is_empty() && self.without_phrases.len() < MOST_PARTS {
            self.without_phrases.push(phrase);
        }
    }

    /// Whether posts have to be read to see which have a phrase.
    pub(crate) fn has_phrases(&self) -> bool {
        !self.phrases.is_empty() || !self.without_phrases.is_empty()
    }

    /// Whether anything but words was asked for.
    pub(crate) fn is_filtered(&self) -> bool {
        self.has_phrases() || !self.without.is_empty() || !self.filters.is_empty()
    }
}

/// A piece of what was typed.
enum Part<'t> {
    /// What stands between quotes.
    Phrase(&'t str),
    /// The same with a minus before it.
    NoPhrase(&'t str),
    /// What has no space in it.
    Word(&'t str),
    /// A filter whose value stands between quotes: its name with the colon, and the value.
    Quoted(&'t str, &'t str),
}

/// The first piece of what was typed, which begins with no space, and what comes after it.
fn first_part(typed: &str) -> (Part<'_>, &str) {
    let quoted = |rest: &'_ str| {
        rest.split_once('"').map_or((rest.len(), rest.len()), |(value, _)| (value.len(), value.len() + 1))
    };
    if let Some(rest) = typed.strip_prefix('"') {
        let (end, after) = quoted(rest);
        return (Part::Phrase(&rest[..end]), &rest[after..]);
    }
    if let Some(rest) = typed.strip_prefix("-\"") {
        let (end, after) = quoted(rest);
        return (Part::NoPhrase(&rest[..end]), &rest[after..]);
    }
    let (word, rest) =
        typed.split_at(typed.find(|letter: char| letter.is_whitespace() || letter == '"').unwrap_or(typed.len()));
    match rest.strip_prefix('"') {
        Some(rest) if FILTERS.iter().any(|name| word.eq_ignore_ascii_case(name)) => {
            let (end, after) = quoted(rest);
            (Part::Quoted(word, &rest[..end]), &rest[after..])
        }
        _ => (Part::Word(word), rest),
    }
}

/// Fills what is still empty. Whether it was.
fn fill<T>(place: &mut Option<T>, value: T) -> bool {
    let was_empty = place.is_none();
    place.get_or_insert(value);
    was_empty
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
        check("damp after:yesterday", "damp", &[], &[], None, None);
        check("source:\"Riverton Council\" damp", "damp", &[], &[], Some("riverton council"), None);
        check("damp\"in homes\"now", "damp in homes now", &["in homes"], &[], None, None);
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

    #[test]
    fn a_topic_is_a_filter() {
        let topic = |typed: &str| Wanted::read(typed).topic;
        assert_eq!(topic("damp topic:Parking").as_deref(), Some("parking"));
        assert_eq!(topic("Topic:\"council tax\"").as_deref(), Some("council tax"));
        assert_eq!(topic("topic: topic:\"\" off-topic:damp"), None);
        assert_eq!(Wanted::read("-topic:damp").unfollowed.len(), 1);
    }

    #[test]
    fn filters_that_cannot_be_followed_are_told() {
        let unfollowed = |typed: &str| Wanted::read(typed).unfollowed.len();
        for typed in ["after:2026-02-31", "before:foo", "-source:riverton", "lang:english"] {
            assert_eq!(unfollowed(&format!("damp {typed}")), 1, "{typed}");
            assert_eq!(Wanted::read(typed).words, "", "{typed}");
        }
        for typed in ["after:2026-02-28", "-damp", "lang:en-GB", "source:", "org:\"A B\""] {
            assert_eq!(unfollowed(typed), 0, "{typed}");
        }
        assert_eq!(Wanted::read("lang:en-GB").language.as_deref(), Some("en"));
        let twice = Wanted::read("source:riverton source:dale after:2026");
        assert_eq!((twice.source.as_deref(), twice.filters.len()), (Some("riverton"), 2));
        assert_eq!(
            twice.unfollowed,
            ["“source:dale” could not be followed. Of each filter one is followed, the first."]
        );
    }

    proptest::proptest! {
        #[test]
        fn anything_is_understood(typed in "\\PC{0,120}") {
            Wanted::read(&typed);
        }
    }
}
