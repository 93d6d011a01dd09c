//! Marked-up pages: h-feed and h-entry, and hAtom, their forerunner.

mod tree;

use scraper::{ElementRef, Html, Node, Selector};
use url::Url;

use crate::address::{self, Growth};
use crate::complaint::Complaints;
use crate::draft::{Draft, Rank};
use crate::reader::page_link;
use crate::shape::{Date, Enclosure, Entry, Feed, Format, Image, Person, Tag, Text, TextKind};
use crate::{Hints, MOST_ENTRIES, NotAFeed};

use super::people::squeeze;

/// Longer pages are not looked into.
const LARGEST_PAGE: usize = 2 << 20;

/// Classes of hAtom and vCard, and what they are called today.
const FORERUNNERS: [(&str, &str); 15] = [
    ("hfeed", "h-feed"),
    ("hentry", "h-entry"),
    ("vcard", "h-card"),
    ("entry-title", "p-name"),
    ("entry-summary", "p-summary"),
    ("entry-content", "e-content"),
    ("published", "dt-published"),
    ("updated", "dt-updated"),
    ("author", "p-author"),
    ("category", "p-category"),
    ("fn", "p-name"),
    ("url", "u-url"),
    ("photo", "u-photo"),
    ("email", "u-email"),
    ("post-thumbnail", "u-featured"),
];

/// Reads a page that is marked up as a feed.
pub(crate) fn read(
    text: &str,
    encoding: &'static str,
    hints: &Hints<'_>,
    complaints: Complaints,
) -> Result<Feed, NotAFeed> {
    if !is_marked(text) || text.len() > LARGEST_PAGE {
        return Err(NotAFeed::Page);
    }
    let page = tree::tree(text).ok_or(NotAFeed::Page)?;
    let reader = PageReader::new(&page, Growth::of(text), hints);
    let root = page.root_element();
    let around = topmost(root, "h-feed").into_iter().find(|feed| !topmost(*feed, "h-entry").is_empty());
    let entries = topmost(around.unwrap_or(root), "h-entry");
    if entries.is_empty() {
        return Err(NotAFeed::Page);
    }
    let mut draft = Draft { language: reader.language.clone(), ..Draft::default() };
    if let Some(around) = around {
        reader.about_feed(around, &mut draft);
    }
    if let (false, Some(title)) = (draft.title.is_some(), first(&page, "title")) {
        draft.title.put(Rank::Own, reader.plain(&text_of(title)));
    }
    if let Some(licence) = first(&page, "[rel~=license][href]") {
        draft.licence.put(Rank::Own, reader.address(licence));
    }
    if draft.links.is_empty() {
        draft.links.extend(hints.address.map(|address| page_link(address.to_string())));
    }
    let mut feed = draft.into_feed(Feed::empty(Format::HFeed, encoding));
    feed.entries = entries.into_iter().take(MOST_ENTRIES).map(|entry| reader.entry(entry)).collect();
    for entry in feed.entries.iter_mut().filter(|entry| entry.authors.is_empty()) {
        if reader.growth.take(length_of(&feed.authors)) {
            entry.authors = feed.authors.clone();
        }
    }
    feed.complaints = complaints.into_vec();
    Ok(feed)
}

/// Whether a page may be marked up as a feed.
pub(crate) fn is_marked(page: &str) -> bool {
    ["h-entry", "hentry", "h-feed"].iter().any(|class| page.contains(class))
}

/// How many bytes the authors of a feed are, written once more.
fn length_of(authors: &[Person]) -> usize {
    let parts = |one: &Person| {
        [&one.name, &one.email, &one.address, &one.avatar].map(|part| part.as_ref().map_or(0, String::len))
    };
    authors.iter().flat_map(parts).sum()
}

struct PageReader {
    base: Option<std::sync::Arc<Url>>,
    language: Option<String>,
    growth: Growth,
}

impl PageReader {
    fn new(page: &Html, growth: Growth, hints: &Hints<'_>) -> Self {
        let written = first(page, "base[href]").and_then(|base| base.attr("href"));
        let base = written.and_then(|written| address::base(written, hints.address)).or_else(|| hints.address.cloned());
        let tag = page.root_element().attr("lang").map(str::trim).filter(|tag| !tag.is_empty());
        Self { base: base.map(Into::into), language: tag.or(hints.language).map(str::to_owned), growth }
    }

    fn about_feed(&self, feed: ElementRef<'_>, draft: &mut Draft) {
        for (property, element) in properties(feed) {
            match property.as_str() {
                "p-name" => draft.title.put(Rank::Own, self.plain(&value(element))),
                "p-summary" => draft.summary.put(Rank::Own, self.plain(&value(element))),
                "p-author" => draft.add_author(Rank::Own, self.person(element)),
                "u-url" => draft.links.push(page_link(self.address(element))),
                "u-uid" => draft.id.put(Rank::Own, self.address(element)),
                "u-photo" => {
                    let address = Some(self.address(element));
                    draft.image.put(Rank::Own, Image { address, ..Image::default() });
                }
                _ => {}
            }
        }
    }

    fn entry(&self, entry: ElementRef<'_>) -> Entry {
        let mut draft = Draft::default();
        for (property, element) in properties(entry) {
            match property.as_str() {
                "p-name" => draft.title.put(Rank::Own, self.plain(&value(element))),
                "p-summary" => draft.summary.put(Rank::Own, self.plain(&value(element))),
                "e-content" => {
                    let value = element.inner_html().trim().to_owned();
                    draft.content.push(Text { kind: TextKind::Html, ..self.plain(&value) });
                }
                "p-author" => draft.add_author(Rank::Own, self.person(element)),
                "p-category" => draft.add_tag(Tag { term: Some(value(element)), ..Tag::default() }),
                "dt-published" => draft.published.put(Rank::Own, Date::read(&value(element))),
                "dt-updated" => draft.updated.put(Rank::Own, Date::read(&value(element))),
                "u-url" => draft.links.push(page_link(self.address(element))),
                "u-uid" => draft.id.put(Rank::Own, self.address(element)),
                "u-photo" | "u-featured" => {
                    let address = Some(self.address(element));
                    let title = element.attr("alt").map(str::to_owned);
                    draft.image.put(Rank::Own, Image { address, title, ..Image::default() });
                }
                "u-audio" | "u-video" => {
                    let media_type = element.attr("type").map(str::to_owned);
                    draft.enclosures.push(Enclosure {
                        address: self.address(element),
                        media_type,
                        ..Enclosure::default()
                    });
                }
                _ => {}
            }
        }
        if draft.links.is_empty() {
            draft.links.extend(bookmark(entry).map(|link| page_link(self.address(link))));
        }
        self.without_implied_name(&mut draft);
        draft.into_entry()
    }

    /// A note's name is its text again; it has no title.
    fn without_implied_name(&self, draft: &mut Draft) {
        let title = draft.title.value().map(|title| title.value.clone());
        let content = draft.content.first().map(|content| text_of(Html::parse_fragment(&content.value).root_element()));
        if let (Some(title), Some(content)) = (title, content)
            && squeeze(&title) == squeeze(&content)
        {
            draft.title = Default::default();
        }
    }

    fn person(&self, element: ElementRef<'_>) -> Person {
        let mut person = Person::default();
        for (property, part) in properties(element) {
            match property.as_str() {
                "p-name" => person.name = Some(value(part)),
                "u-url" => person.address = Some(self.address(part)),
                "u-photo" => person.avatar = Some(self.address(part)),
                "u-email" => person.email = Some(link_or_text(part).trim_start_matches("mailto:").to_owned()),
                _ => {}
            }
        }
        person.name = person.name.or_else(|| Some(value(element))).filter(|name| !name.is_empty());
        person.address = person.address.or_else(|| element.attr("href").map(|_| self.address(element)));
        person
    }

    fn plain(&self, text: &str) -> Text {
        let language = self.language.as_deref().map(Into::into);
        Text { language, base: self.base.clone(), ..Text::plain(text) }
    }

    fn address(&self, element: ElementRef<'_>) -> String {
        self.growth.absolute(&link_or_text(element), self.base.as_deref())
    }
}

fn first<'a>(page: &'a Html, selector: &str) -> Option<ElementRef<'a>> {
    let selector = Selector::parse(selector).expect("the selectors here are written well");
    page.select(&selector).next()
}

/// The classes of an element as they are called today.
fn classes(element: ElementRef<'_>) -> impl Iterator<Item = &str> {
    element
        .value()
        .classes()
        .map(|class| FORERUNNERS.iter().find(|(old, _)| *old == class).map_or(class, |(_, today)| *today))
}

/// The elements of a class inside another, without those inside them again.
fn topmost<'a>(around: ElementRef<'a>, class: &str) -> Vec<ElementRef<'a>> {
    let mut found = Vec::new();
    let mut next: Vec<ElementRef<'a>> = children(around);
    while let Some(element) = next.pop() {
        if classes(element).any(|one| one == class) {
            found.push(element);
        } else {
            next.extend(children(element));
        }
    }
    found
}

/// The properties of a thing, in the order of the page; what belongs to a thing inside it is left out.
fn properties(thing: ElementRef<'_>) -> Vec<(String, ElementRef<'_>)> {
    let mut found = Vec::new();
    let mut next = children(thing);
    while let Some(element) = next.pop() {
        let is_property = |class: &&str| ["p-", "u-", "dt-", "e-"].iter().any(|kind| class.starts_with(kind));
        found.extend(classes(element).filter(is_property).map(|class| (class.to_owned(), element)));
        let has_tag = element.attr("rel").is_some_and(|rel| rel.split_whitespace().any(|word| word == "tag"));
        if has_tag && !classes(element).any(|class| class == "p-category") {
            found.push(("p-category".to_owned(), element));
        }
        let is_closed = |class: &str| class.starts_with("h-") || class.starts_with("e-");
        if !classes(element).any(is_closed) {
            next.extend(children(element));
        }
    }
    found
}

/// The child elements, the last one first, as a stack wants them.
fn children(element: ElementRef<'_>) -> Vec<ElementRef<'_>> {
    element.children().rev().filter_map(ElementRef::wrap).collect()
}

fn bookmark(entry: ElementRef<'_>) -> Option<ElementRef<'_>> {
    let selector = Selector::parse("a[rel~=bookmark][href], h1 a[href], h2 a[href], h3 a[href]");
    entry.select(&selector.expect("the selectors here are written well")).next()
}

/// The value of a property: what a machine is told, else what a person reads.
fn value(element: ElementRef<'_>) -> String {
    let told = match element.value().name() {
        "time" | "ins" | "del" => element.attr("datetime"),
        "abbr" => element.attr("title"),
        "data" | "input" => element.attr("value"),
        "img" | "area" => element.attr("alt"),
        _ => None,
    };
    told.map_or_else(|| text_of(element), |told| told.trim().to_owned())
}

/// The address that an element names.
fn link_or_text(element: ElementRef<'_>) -> String {
    let told = match element.value().name() {
        "a" | "area" | "link" => element.attr("href"),
        "img" | "audio" | "video" | "source" | "iframe" => element.attr("src"),
        "object" => element.attr("data"),
        _ => None,
    };
    told.map_or_else(|| value(element), |told| told.trim().to_owned())
}

/// The text of an element without scripts and styles, white space folded.
fn text_of(element: ElementRef<'_>) -> String {
    let mut text = String::new();
    let is_hidden =
        |node: &Node| matches!(node.as_element().map(|one| one.name()), Some("script" | "style" | "template"));
    for node in element.descendants() {
        if let Node::Text(piece) = node.value()
            && !node.parent().is_some_and(|parent| is_hidden(parent.value()))
        {
            text.push_str(piece);
        }
    }
    squeeze(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(body: &str) -> Result<Feed, NotAFeed> {
        let page = format!("<!doctype html><html lang=cy><title>Nodiadau</title><body>{body}");
        let address = Url::parse("https://tern.example/notes/").unwrap();
        crate::read(page.as_bytes(), &Hints { address: Some(&address), ..Hints::default() })
    }

    #[test]
    fn a_page_with_entries_is_a_feed() {
        let feed = page(
            "<div class=h-feed><h1 class=p-name>Notes</h1><a class='p-author h-card' href=/>Ann</a>
             <article class=h-entry><h2 class=p-name><a class=u-url href=1>One</a></h2>
               <time class=dt-published datetime=2026-11-02>2 Tach</time>
               <div class=e-content><p>Hello <b class=p-name>you</b></div><a rel=tag href=/t/bins>bins</a>
               <div class='u-in-reply-to h-cite'><a class=u-url href=/other>x</a></div></article>
             <article class=h-entry><p class='p-name e-content'>A short note</p><a class=u-url href=2>#</a></article></div>
             <a rel=license href=/terms>Terms</a>",
        );
        let feed = feed.unwrap();
        assert_eq!(feed.licence.as_deref(), Some("https://tern.example/terms"));
        assert_eq!((feed.title.unwrap().value.as_str(), feed.language.as_deref()), ("Notes", Some("cy")));
        let [one, two] = feed.entries.as_slice() else { panic!("two entries") };
        assert_eq!(one.title.as_ref().unwrap().value, "One");
        assert_eq!(one.link(), Some("https://tern.example/notes/1"));
        assert_eq!(one.published.as_ref().unwrap().at.unwrap().to_string(), "2026-11-02T00:00:00Z");
        assert_eq!(one.body().unwrap().value, "<p>Hello <b class=\"p-name\">you</b></p>");
        assert_eq!(one.tags[0].term.as_deref(), Some("bins"));
        assert_eq!(one.authors[0].name.as_deref(), Some("Ann"));
        assert_eq!((two.title.is_none(), two.links.len()), (true, 1));
    }

    #[test]
    fn its_forerunner_is_read_too() {
        let feed = page(
            "<div class='post hentry'><h2 class=entry-title><a href=/p1 rel=bookmark>One</a></h2>
             <span class='author vcard'><a class='url fn' href=/ann>Ann Lee</a></span>
             <abbr class=published title=2026-11-02T10:00:00Z>x</abbr><div class=entry-content>Text</div></div>",
        );
        let entry = feed.unwrap().entries.remove(0);
        assert_eq!(
            (entry.title.as_ref().unwrap().value.as_str(), entry.link()),
            ("One", Some("https://tern.example/p1"))
        );
        assert_eq!(entry.authors[0].name.as_deref(), Some("Ann Lee"));
        assert_eq!(entry.authors[0].address.as_deref(), Some("https://tern.example/ann"));
    }

    #[test]
    fn other_pages_are_no_feeds() {
        assert_eq!(page("<p>Hello"), Err(NotAFeed::Page));
        assert_eq!(page("<p class=h-feed>Hello h-entry"), Err(NotAFeed::Page));
    }
}
