//! People, as elements or as free text: `mail (name)`, `name <mail>`.

use crate::reader::Reader;
use crate::shape::Person;
use crate::xml::cursor::Step;
use crate::xml::{Element, Ns};

impl<'a> Reader<'a> {
    /// Somebody, told by child elements or in words.
    pub fn person(&mut self, element: &Element<'a>) -> Person {
        let mut person = Person::default();
        let mut words = String::new();
        while let Some(step) = self.cursor.step() {
            match step {
                Step::Text(raw) => words.push_str(&self.cursor.decode(raw)),
                Step::Data(text) => words.push_str(text),
                Step::Close(_) if self.cursor.is_open(element.level) => {}
                Step::Close(_) => break,
                Step::Open(child) => self.part_of_person(&child, &mut person),
            }
        }
        let words = super::texts::repair_twice_encoded(words.trim().into());
        if person.is_empty() && !words.is_empty() { in_words(&words) } else { person }
    }

    fn part_of_person(&mut self, child: &Element<'a>, person: &mut Person) {
        let name = child.name.to_ascii_lowercase();
        match name.as_str() {
            "name" => person.name = self.value(child).map(|name| squeeze(&name)),
            "email" | "mbox" => {
                let email = self.value(child);
                person.email = email.map(|email| email.trim_start_matches("mailto:").to_owned());
            }
            "uri" | "url" | "homepage" | "href" | "link" => person.address = self.address(child),
            "image" if child.ns != Ns::Feed => {
                person.avatar = self.address_in(child, "src").or_else(|| self.address_in(child, "href"));
            }
            _ => {}
        }
    }
}

/// Somebody whose name, mail address and site stand in one text.
pub(crate) fn in_words(words: &str) -> Person {
    let words = squeeze(words);
    let Some((from, to)) = find_email(&words) else {
        let is_address = (words.starts_with("http://") || words.starts_with("https://")) && !words.contains(' ');
        let words = Some(words).filter(|words| !words.is_empty());
        return if is_address {
            Person { address: words, ..Person::default() }
        } else {
            Person { name: words, ..Person::default() }
        };
    };
    let email = words[from..to].to_owned();
    let rest = format!("{} {}", words[..from].trim_end_matches("mailto:"), &words[to..]);
    let rest = rest.replace("()", "").replace("<>", "").replace("( )", "").replace("< >", "").replace("&lt; &gt;", "");
    let name = rest.trim().trim_matches(|letter: char| matches!(letter, '(' | ')' | ',' | ';' | '"' | '<' | '>' | ' '));
    let name = squeeze(name.trim_matches(['-', ':', ' ']));
    Person { name: Some(name).filter(|name| !name.is_empty()), email: Some(email), ..Person::default() }
}

/// Where a mail address stands in a text.
fn find_email(text: &str) -> Option<(usize, usize)> {
    let at = text.find('@')?;
    let is_local = |letter: char| letter.is_ascii_alphanumeric() || "_-.+'".contains(letter);
    let is_domain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '.' | '[' | ']');
    let from = text[..at]
        .rfind(|letter| !is_local(letter))
        .map_or(0, |place| place + text[place..].chars().next().map_or(1, char::len_utf8));
    let length = text[at + 1..].find(|letter| !is_domain(letter)).unwrap_or(text.len() - at - 1);
    let domain = text[at + 1..at + 1 + length].trim_end_matches('.');
    if from == at || !domain.contains('.') {
        return None;
    }
    let mut to = at + 1 + domain.len();
    if text[to..].starts_with("?subject=") {
        to = text[to..].find(char::is_whitespace).map_or(text.len(), |ahead| to + ahead);
    }
    Some((from, to))
}

/// A text with every run of white space as one space.
pub(crate) fn squeeze(text: &str) -> String {
    let mut words = text.split_whitespace();
    let mut squeezed = words.next().unwrap_or_default().to_owned();
    for word in words {
        squeezed.push(' ');
        squeezed.push_str(word);
    }
    squeezed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(words: &str, name: &str, email: &str) {
        let person = in_words(words);
        let read = (person.name.as_deref().unwrap_or(""), person.email.as_deref().unwrap_or(""));
        assert_eq!(read, (name, email), "{words}");
    }

    #[test]
    fn people_as_feeds_write_them() {
        check("ann@riverton.example (Ann Lee)", "Ann Lee", "ann@riverton.example");
        check("Ann Lee (ann@riverton.example)", "Ann Lee", "ann@riverton.example");
        check("Ann Lee <ann@riverton.example>", "Ann Lee", "ann@riverton.example");
        check("\"Ann Lee\" <ann@riverton.example>", "Ann Lee", "ann@riverton.example");
        check("ann@riverton.example", "", "ann@riverton.example");
        check("mailto:ann@riverton.example (Ann)", "Ann", "ann@riverton.example");
        check("  Ann\n Lee ", "Ann Lee", "");
        check("Ann @ Riverton", "Ann @ Riverton", "");
        check("", "", "");
        assert_eq!(in_words("https://ann.example/").address.as_deref(), Some("https://ann.example/"));
    }
}
