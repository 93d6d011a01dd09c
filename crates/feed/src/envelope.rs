//! Feeds inside something else: escaped as a whole, written as a string, or JSON with something around it.

use std::borrow::Cow;

use crate::complaint::{ComplaintKind, Complaints};

/// The beginnings of a document that was escaped as a whole.
const ESCAPED_ROOTS: [&str; 6] = ["&lt;?xml", "&lt;!--", "&lt;!DOCTYPE", "&lt;rss", "&lt;feed", "&lt;rdf:RDF"];

/// What is inside, where a text is a string as JSON writes it.
pub(crate) fn string(text: &str) -> Option<(Cow<'_, str>, Complaints)> {
    if !text.trim_start().starts_with('"') {
        return None;
    }
    let mut complaints = Complaints::default();
    complaints.add(ComplaintKind::Escaped, 0, "");
    serde_json::from_str::<String>(text.trim()).ok().map(|inside| (Cow::Owned(inside), complaints))
}

/// What is inside, where a text that is no feed is an envelope around one.
pub(crate) fn opened(text: &str) -> Option<(Cow<'_, str>, Complaints)> {
    let mut complaints = Complaints::default();
    if let Some(from) = ESCAPED_ROOTS.iter().filter_map(|root| text.find(root)).min()
        && !says_something(&text[..from])
    {
        complaints.add(ComplaintKind::Escaped, from, "");
        return Some((Cow::Owned(unescaped(&text[from..])), complaints));
    }
    // Many pages hold JSON; only a feed's names its format.
    let named = text.find("jsonfeed.org")?;
    let begins = |quotes: &'static [&str]| {
        let begins = move |at: &usize| {
            let inside = text[at + 1..].trim_start();
            quotes.iter().any(|quote| inside.starts_with(quote))
        };
        text[..named].match_indices('{').map(|(at, _)| at).find(begins)
    };
    if let Some(from) = begins(&["&quot;", "&#34;", "&#x22;"]) {
        complaints.add(ComplaintKind::Escaped, from, "");
        return Some((Cow::Owned(unescaped(&text[from..])), complaints));
    }
    let from = begins(&["\"", "'"]).filter(|from| *from > 0)?;
    complaints.add(ComplaintKind::JunkBefore, 0, &text[..from]);
    Some((Cow::Borrowed(&text[from..]), complaints))
}

/// Whether a page's beginning shows a reader anything: then what is escaped in it is an example.
fn says_something(page: &str) -> bool {
    let body = page.rfind("<body").map_or(page, |body| &page[body..]);
    let mut is_tag = false;
    body.chars().any(|letter| {
        match letter {
            '<' => is_tag = true,
            '>' => is_tag = false,
            letter => return !is_tag && letter.is_alphanumeric(),
        }
        false
    })
}

/// A text with one level of escaping undone.
fn unescaped(text: &str) -> String {
    let marks = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&#x22;", "\""),
        ("&#39;", "'"),
        ("&apos;", "'"),
    ];
    let text = marks.iter().fold(text.to_owned(), |text, (escaped, mark)| text.replace(escaped, mark));
    text.replace("&amp;", "&")
}
