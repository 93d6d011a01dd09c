//! Reads the vocabulary's file.

use std::collections::HashMap;

use crate::topics::{Service, Topic};

/// How some words tell a topic.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Telling {
    /// They mean something else.
    Nothing,
    /// By themselves.
    Alone,
    /// Beside others.
    Beside,
}

/// Some words, and what they tell.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Said {
    pub(super) words: &'static str,
    /// The topic's place among all.
    pub(super) topic: usize,
    pub(super) telling: Telling,
}

/// What is in the file.
#[derive(Debug, Default)]
pub(super) struct Book {
    pub(super) topics: Vec<Topic>,
    pub(super) said: Vec<Said>,
}

/// Reads the topics; an error says which line is wrong.
pub(super) fn read(topics: &'static str, services: &'static str) -> Result<Book, String> {
    let mut services = read_services(services)?;
    let mut book = Book::default();
    let mut group = "";
    for (number, line) in (1..).zip(topics.lines()) {
        let wrong = |what: &str| format!("line {number} of the topics: {what}: {line}");
        let line = line.trim();
        if line.is_empty() || line.starts_with("# ") {
            continue;
        }
        if let Some(heading) = line.strip_prefix("== ") {
            group = heading;
        } else if let Some(slug) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            let (synonyms, services, near) = (Vec::new(), Vec::new(), Vec::new());
            book.topics.push(Topic { slug, name: "", about: "", group, synonyms, services, near });
        } else {
            let (field, value) = line.split_once(':').ok_or_else(|| wrong("no field"))?;
            let at = book.topics.len().checked_sub(1).ok_or_else(|| wrong("no topic"))?;
            let topic = &mut book.topics[at];
            let value = value.trim();
            let listed = |by: char| value.split(by).map(str::trim).filter(|part| !part.is_empty());
            let mut say = |telling| {
                book.said.extend(listed(';').map(|words| Said { words, topic: at, telling }));
            };
            match field {
                "name" => topic.name = value,
                "about" => topic.about = value,
                "says" => {
                    topic.synonyms = listed(';').map(|words| words.replace('=', "")).collect();
                    say(Telling::Alone);
                }
                "hints" => say(Telling::Beside),
                "other" => say(Telling::Nothing),
                "near" => topic.near = listed(',').collect(),
                "services" => {
                    for number in listed(',') {
                        let service = number.parse().ok().and_then(|number| services.remove(&number));
                        topic.services.push(service.ok_or_else(|| wrong("no service of its own"))?);
                    }
                }
                _ => return Err(wrong("no such field")),
            }
        }
    }
    match services.keys().min() {
        Some(number) => Err(format!("service {number} belongs to no topic")),
        None => Ok(book),
    }
}

/// The services by their numbers.
fn read_services(lines: &str) -> Result<HashMap<u32, Service>, String> {
    let rows = lines.lines().skip(1).map(|line| {
        let (number, rest) = line.split_once(',')?;
        // Who provides it stands last; what stands between may have commas, and then stands between quotes.
        let (told, _) = rest.rsplit_once(',')?;
        let number = number.parse().ok()?;
        Some((number, Service { number, name: in_short(told.trim_matches('"')) }))
    });
    rows.map(|row| row.ok_or_else(|| "a service has no number, or no name".to_owned())).collect()
}

/// What a service is, without the invitation that the list begins each with.
fn in_short(told: &str) -> String {
    const INVITATIONS: [&str; 9] = [
        "Find out more about ",
        "Find out about ",
        "Find out abut ",
        "Find out ",
        "Find the location of ",
        "Find your local ",
        "Get information on ",
        "Search the ",
        "how to ",
    ];
    let mut short = told;
    for invitation in INVITATIONS {
        short = short.strip_prefix(invitation).unwrap_or(short);
    }
    let mut letters = short.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(told: &str, short: &str) {
        assert_eq!(in_short(told), short);
    }

    #[test]
    fn services_in_short() {
        check("Find out about potholes", "Potholes");
        check("Find out how to hold a street party", "Hold a street party");
        check("Find out more about council tax", "Council tax");
        check("Search the register of planning decisions", "Register of planning decisions");
        check("", "");
    }

    #[track_caller]
    fn refuses(topics: &'static str, services: &'static str, why: &str) {
        assert_eq!(read(topics, services).map(|_| ()).unwrap_err(), why);
    }

    #[test]
    fn what_is_wrong_with_a_vocabulary_is_told() {
        const SERVICES: &str = "lgsl,description,providing_tier\n7,Find out about bins,all\n";
        refuses("name: Bins", SERVICES, "line 1 of the topics: no topic: name: Bins");
        refuses("[bins]\ncolour: blue", SERVICES, "line 2 of the topics: no such field: colour: blue");
        refuses("[bins]\nbins", SERVICES, "line 2 of the topics: no field: bins");
        refuses("[bins]\nservices: 8", SERVICES, "line 2 of the topics: no service of its own: services: 8");
        refuses("[bins]", SERVICES, "service 7 belongs to no topic");
        refuses("", "a\nb", "a service has no number, or no name");
    }
}
