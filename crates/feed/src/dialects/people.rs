//! People, as elements or as free text: `mail (name)`, `name <mail>`.

use std::borrow::Cow;

use crate::draft::MOST_PARTS;
use crate::reader::Reader;
use crate::shape::Person;
use crate::xml::cursor::Step;
use crate::xml::{Element, Ns};

impl<'a> Reader<'a> {
    /// Somebody, told by child elements or in words; of several, the first.
    pub fn person(&mut self, element: &Element<'a>) -> Person {
        self.people(element).into_iter().next().unwrap_or_default()
    }

    /// Those whom an element tells of: one by its child elements, or all whose mail addresses stand in its words.
    pub fn people(&mut self, element: &Element<'a>) -> Vec<Person> {
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
        if person.is_empty() && !words.is_empty() { several_in_words(&words) } else { vec![person] }
    }

    fn part_of_person(&mut self, child: &Element<'a>, person: &mut Person) {
        let name = child.name.to_ascii_lowercase();
        match name.as_str() {
            "name" => person.name = self.value(child).map(|name| squeeze(&without_link(&name))),
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

/// Those whose names and mail addresses stand in one text, when what separates them is clear.
fn several_in_words(words: &str) -> Vec<Person> {
    let parts = || words.split([',', ';']);
    let is_one = |part: &str| find_email(part).is_some_and(|(_, to)| find_email(&part[to..]).is_none());
    let are_several = words.contains([',', ';']) && parts().all(is_one);
    if are_several { parts().take(MOST_PARTS).map(in_words).collect() } else { vec![in_words(words)] }
}

/// Somebody whose name, mail address and site stand in one text; of several, the first.
pub(crate) fn in_words(words: &str) -> Person {
    let mut words = squeeze(&without_link(words));
    if let Some((from, to)) = find_email(&words)
        && let Some((second, _)) = find_email(&words[to..])
    {
        // A name stands before its address, or behind it.
        let is_named = words[..from].contains(char::is_alphanumeric);
        words.truncate(if is_named { to } else { to + second });
    }
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
    let rest = ["()", "<>", "[]", "( )", "< >", "[ ]", "&lt; &gt;"]
        .into_iter()
        .fold(rest, |rest, brackets| rest.replace(brackets, ""));
    let is_around = |letter: char| matches!(letter, '(' | ')' | ',' | ';' | '"' | '<' | '>' | '[' | ']' | ' ');
    let name = rest.trim().trim_matches(is_around);
    let name = squeeze(name.trim_matches(['-', ':', ' ']));
    Person { name: Some(name).filter(|name| !name.is_empty()), email: Some(email), ..Person::default() }
}

/// Where a mail address stands in a text.
fn find_email(text: &str) -> Option<(usize, usize)> {
    let at = text.find('@')?;
    let is_local = |letter: char| letter.is_ascii_alphanumeric() || "_-.+'".contains(letter);
    let is_domain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '.');
    let from = text[..at]
        .rfind(|letter| !is_local(letter))
        .map_or(0, |place| place + text[place..].chars().next().map_or(1, char::len_utf8));
    // A number stands in brackets: `ann@[192.0.2.1]`.
    let numbered = text[at + 1..].strip_prefix('[').and_then(|number| number.find(']')).map(|end| end + 2);
    let length = text[at + 1..].find(|letter| !is_domain(letter)).unwrap_or(text.len() - at - 1);
    let length = numbered.unwrap_or(length);
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

/// A name without the link around it that was escaped with it. Other tags stay: they may be what somebody is called.
fn without_link(words: &str) -> Cow<'_, str> {
    let mut plain = String::new();
    let mut rest = words;
    while let Some((before, tag)) = rest.split_once('<') {
        let name = tag.strip_prefix('/').unwrap_or(tag);
        let (name, behind) = name.split_at(name.find(|letter: char| !letter.is_alphanumeric()).unwrap_or(name.len()));
        let is_tag = name.eq_ignore_ascii_case("a")
            && behind.starts_with(|next: char| next.is_whitespace() || "/>".contains(next));
        plain.push_str(before);
        if !is_tag {
            plain.push('<');
            rest = tag;
        } else if let Some((_, behind)) = tag.split_once('>') {
            rest = behind;
        } else {
            plain.push('<');
            plain.push_str(tag);
            return plain.into();
        }
    }
    if plain.is_empty() && rest.len() == words.len() {
        return words.into();
    }
    plain.push_str(rest);
    plain.into()
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
        check("Ann Lee [ann@riverton.example]", "Ann Lee", "ann@riverton.example");
        check("Ann Lee ann@[192.0.2.1]", "Ann Lee", "ann@[192.0.2.1]");
        check("ann@riverton.example, bo@riverton.example", "", "ann@riverton.example");
        check("Lee, Ann <ann@riverton.example>, Day, Bo <bo@riverton.example>", "Lee, Ann", "ann@riverton.example");
        check("ann@riverton.example (Ann) bo@riverton.example (Bo)", "Ann", "ann@riverton.example");
        check("<a href=\"https://ann.example/\">Ann Lee</a>", "Ann Lee", "");
        check("<b>Ann</b>", "<b>Ann</b>", "");
        check("Ann < Bo", "Ann < Bo", "");
        assert_eq!(in_words("https://ann.example/").address.as_deref(), Some("https://ann.example/"));
    }

    #[test]
    fn people_in_one_text() {
        let check = |words: &str, mails: &[&str]| {
            let people = several_in_words(words);
            assert_eq!(people.iter().filter_map(|one| one.email.as_deref()).collect::<Vec<_>>(), mails, "{words}");
        };
        check("a@b.example, c@d.example", &["a@b.example", "c@d.example"]);
        check("a@b.example (Ann); c@d.example (Bo)", &["a@b.example", "c@d.example"]);
        check("Lee, Ann <a@b.example>", &["a@b.example"]);
        check("Ann, Bo", &[]);
    }
}
