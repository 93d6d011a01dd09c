//! Who signed a post, and what says that it is the same person as elsewhere.

use feed::Person;
use model::{Address, key, line};
use store::NewAuthor;

use super::cut;

/// The most that sign one post.
const MOST: usize = 20;

/// The names under which programs publish.
const NOBODY: [&str; 10] = [
    "admin",
    "administrator",
    "webmaster",
    "author",
    "root",
    "unknown",
    "anonymous",
    "wordpress",
    "noreply",
    "site admin",
];

/// The boxes that stand for a team or a program, and tell nobody apart.
const NOBODYS_BOX: [&str; 16] = [
    "noreply",
    "no-reply",
    "donotreply",
    "do-not-reply",
    "admin",
    "blog",
    "comms",
    "communications",
    "contact",
    "editor",
    "enquiries",
    "hello",
    "info",
    "news",
    "webmaster",
    "website",
];

/// Those who signed, each once, as a feed at this address tells of them.
pub(super) fn authors(people: &[Person], at: &Address) -> Vec<NewAuthor> {
    let mut authors: Vec<NewAuthor> = vec![];
    for person in people.iter().take(MOST) {
        let name = person.name.as_deref().map(|name| line(&html::plain_title(name, true))).unwrap_or_default();
        let name = cut(&name, 100);
        // A mail address is nobody's name, and ours to keep to ourselves.
        if name.is_empty() || name.contains('@') && name.contains('.') || NOBODY.contains(&name.to_lowercase().as_str())
        {
            continue;
        }
        if authors.iter().all(|author| author.name != name) {
            let address = person.address.as_deref().and_then(|address| at.join(address).ok());
            let mail_key = person.email.as_deref().and_then(mail_key);
            authors.push(NewAuthor { name, address: address.map(String::from), mail_key });
        }
    }
    authors
}

/// The key of a mail address; `None` for what is none, and for a box that stands for nobody.
fn mail_key(address: &str) -> Option<String> {
    let address = address.trim().to_lowercase();
    let (who, host) = address.split_once('@')?;
    let is_plain = host.contains('.') && !address.contains(|c: char| c.is_whitespace() || c.is_control());
    let is_somebodys = !who.is_empty() && !host.contains('@') && !NOBODYS_BOX.contains(&who);
    (is_plain && is_somebodys).then(|| key([&address]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signed(name: &str, email: &str) -> Vec<NewAuthor> {
        let person = Person { name: Some(name.to_owned()), email: Some(email.to_owned()), ..Person::default() };
        authors(&[person], &"https://riverton.example/feed".parse().unwrap())
    }

    #[test]
    fn a_mail_address_is_a_key_and_the_same_key_in_any_spelling() {
        let key = |email| signed("Ann Rivers", email).remove(0).mail_key;
        let ann = key("ann.rivers@riverton.example");
        assert!(ann.as_ref().is_some_and(|key| key.len() == 32 && !key.contains("ann")));
        assert_eq!(key(" Ann.Rivers@Riverton.example\n"), ann);
        assert_ne!(key("bo@riverton.example"), ann);
        for nobodys in ["", "ann", "@riverton.example", "ann@host", "a b@riverton.example", "a@b@riverton.example"] {
            assert_eq!(key(nobodys), None, "{nobodys:?}");
        }
        for box_of_a_team in ["noreply@riverton.example", "Comms@riverton.example"] {
            assert_eq!(key(box_of_a_team), None, "{box_of_a_team}");
        }
    }

    #[test]
    fn a_mail_address_and_a_program_are_nobodys_name() {
        assert_eq!(signed("ann.rivers@riverton.example", ""), []);
        assert_eq!(signed("WordPress", "ann@riverton.example"), []);
    }
}
