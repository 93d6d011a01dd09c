//! What an address asks of the river, as it was written and in its one canonical spelling.

use std::fmt::Write;

use model::{PostId, Time};
use url::form_urlencoded;

/// The longest value of a filter that is looked at, in characters.
const LONGEST: usize = 200;

/// The filters and the place in the river that an address names. What is not a filter is passed over.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(crate) struct Asked {
    pub(crate) source: Option<String>,
    pub(crate) group: Option<String>,
    pub(crate) author: Option<String>,
    pub(crate) language: Option<String>,
    pub(crate) from: Option<String>,
    pub(crate) to: Option<String>,
    pub(crate) before: Option<String>,
    pub(crate) after: Option<String>,
}

/// The names that filters have in addresses, in the order of their canonical spelling.
pub(crate) const NAMES: [&str; 8] = ["source", "group", "author", "language", "from", "to", "before", "after"];

impl Asked {
    /// Reads the query of an address; the first value of a name counts, and an empty one asks for nothing.
    pub(crate) fn read(query: &str) -> Self {
        let mut asked = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let value: String = value.trim().chars().filter(|c| !c.is_control()).take(LONGEST).collect();
            if value.is_empty() {
                continue;
            }
            if let Some(slot) = asked.slot(&name) {
                slot.get_or_insert(value);
            }
        }
        asked
    }

    /// The address of this river, in its canonical spelling.
    pub(crate) fn address(&self, path: &str) -> String {
        let mut address = path.to_owned();
        for (place, (name, value)) in self.pairs().enumerate() {
            let sign = if place == 0 { '?' } else { '&' };
            let value: String = form_urlencoded::byte_serialize(value.as_bytes()).collect();
            write!(address, "{sign}{name}={value}").expect("a String takes all that is written to it");
        }
        address
    }

    /// The same without one filter, from the top.
    pub(crate) fn without(&self, name: &str) -> Self {
        let mut rest = self.topmost();
        if let Some(slot) = rest.slot(name) {
            *slot = None;
        }
        rest
    }

    /// The same filters, from the top of the river.
    pub(crate) fn topmost(&self) -> Self {
        Self { before: None, after: None, ..self.clone() }
    }

    /// Only the place, for a river whose filters stand in its path.
    pub(crate) fn only_place(self) -> Self {
        Self { before: self.before, after: self.after, ..Self::default() }
    }

    /// The same filters, with what is older than this place.
    pub(crate) fn older_than(&self, place: Spot) -> Self {
        Self { before: Some(place.to_string()), after: None, ..self.clone() }
    }

    /// The same filters, with what is newer than this place.
    pub(crate) fn newer_than(&self, place: Spot) -> Self {
        Self { before: None, after: Some(place.to_string()), ..self.clone() }
    }

    /// Whether any filter is set.
    pub(crate) fn is_filtered(&self) -> bool {
        self.topmost() != Self::default()
    }

    /// Sets a filter.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        if let Some(slot) = self.slot(name) {
            *slot = Some(value.to_owned());
        }
    }

    fn pairs(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let values =
            [&self.source, &self.group, &self.author, &self.language, &self.from, &self.to, &self.before, &self.after];
        NAMES.into_iter().zip(values).filter_map(|(name, value)| Some((name, value.as_deref()?)))
    }

    fn slot(&mut self, name: &str) -> Option<&mut Option<String>> {
        Some(match name {
            "source" => &mut self.source,
            "group" => &mut self.group,
            "author" => &mut self.author,
            "language" => &mut self.language,
            "from" => &mut self.from,
            "to" => &mut self.to,
            "before" => &mut self.before,
            "after" => &mut self.after,
            _ => return None,
        })
    }
}

/// A place in the river, as addresses write it: milliseconds, a dash, the number of a post.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Spot {
    pub(crate) place: Time,
    pub(crate) id: PostId,
}

impl std::fmt::Display for Spot {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}-{}", self.place.millis(), self.id)
    }
}

impl std::str::FromStr for Spot {
    type Err = std::num::ParseIntError;
    fn from_str(written: &str) -> Result<Self, Self::Err> {
        let (place, id) = written.rsplit_once('-').unwrap_or((written, ""));
        Ok(Self { place: Time::from_millis(place.parse()?), id: id.parse()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(query: &str, canonical: &str) {
        let asked = Asked::read(query);
        assert_eq!(asked.address("/"), canonical, "{query}");
        assert_eq!(Asked::read(canonical.trim_start_matches("/?").trim_start_matches('/')), asked, "{query}");
    }

    #[test]
    fn every_spelling_has_one_canonical_one() {
        check("", "/");
        check("source=&group=&author=", "/");
        check("group=a&source=b", "/?source=b&group=a");
        check("source=a&source=b", "/?source=a");
        check("source=+Riverton+%26+Dale+", "/?source=Riverton+%26+Dale");
        check("source=%00%0d%0aX: y", "/?source=X%3A+y");
        check("source=%ff%fe", "/?source=%EF%BF%BD%EF%BF%BD");
        check("utm_source=mail&page=7&&&==&=&%", "/");
    }

    #[test]
    fn a_filter_can_be_taken_away() {
        let asked = Asked::read("source=a&group=b&before=5-6");
        assert_eq!(asked.without("group").address("/"), "/?source=a");
        assert_eq!(asked.topmost().address("/river.atom"), "/river.atom?source=a&group=b");
        assert!(Asked::read("language=cy").is_filtered() && !Asked::read("before=5-6").is_filtered());
    }

    #[test]
    fn spots_are_read_as_they_are_written() {
        for written in ["1795426200000-123", "-5000-1", "0-0"] {
            assert_eq!(written.parse::<Spot>().unwrap().to_string(), written);
        }
        for written in ["", "-", "12", "12-", "a-b", "1-2-x", "99999999999999999999-1", "1--1"] {
            assert!(written.parse::<Spot>().is_err(), "{written}");
        }
    }
}
