//! What the specifications ask of a feed, as tables, and our feeds held against them.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use serde_json::Value;
use url::Url;

use super::*;

/// An element, as far as rules look at it.
#[derive(Default, Debug)]
struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    text: String,
    children: Vec<Element>,
}

impl Element {
    fn started(start: &BytesStart) -> Self {
        let attribute = |one: quick_xml::events::attributes::Attribute<'_>| {
            (one.key.as_ref().to_owned(), quick_xml::escape::unescape(&one.value).unwrap().into_owned())
        };
        Self {
            name: start.name().as_ref().to_owned(),
            attributes: start.attributes().map(|one| attribute(one.unwrap())).collect(),
            ..Self::default()
        }
    }

    fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }
}

fn tree(written: &[u8]) -> Element {
    let mut reader = Reader::from_str(std::str::from_utf8(written).unwrap());
    reader.config_mut().check_end_names = true;
    let mut open = vec![Element::default()];
    loop {
        match reader.read_event().expect("well-formed XML") {
            Event::Start(start) => open.push(Element::started(&start)),
            Event::Empty(start) => open.last_mut().unwrap().children.push(Element::started(&start)),
            Event::End(_) => {
                let done = open.pop().unwrap();
                open.last_mut().unwrap().children.push(done);
            }
            Event::Text(text) => open.last_mut().unwrap().text.push_str(&text),
            Event::GeneralRef(name) => {
                let name = format!("&{};", &*name);
                open.last_mut().unwrap().text.push_str(&quick_xml::escape::unescape(&name).unwrap());
            }
            Event::Eof => return open.pop().unwrap().children.pop().unwrap(),
            _ => {}
        }
    }
}

/// One rule: so many of this element in its parent, and each like this.
type Rule = (&'static str, usize, usize, fn(&Element) -> bool);

const MANY: usize = usize::MAX;

#[track_caller]
fn hold(element: &Element, rules: &[Rule]) {
    // Modules have a prefix; the format itself has these elements and no others.
    for child in element.children.iter().filter(|child| !child.name.contains(':')) {
        assert!(rules.iter().any(|rule| rule.0 == child.name), "<{}> in <{}>", child.name, element.name);
    }
    for (name, least, most, check) in rules {
        let found: Vec<&Element> = element.all(name).collect();
        assert!((*least..=*most).contains(&found.len()), "{} of <{name}> in <{}>", found.len(), element.name);
        for one in found {
            assert!(check(one), "<{name}> in <{}>: {one:?}", element.name);
        }
    }
}

fn any(_: &Element) -> bool {
    true
}
fn filled(one: &Element) -> bool {
    !one.text.trim().is_empty()
}
fn absolute(one: &Element) -> bool {
    Url::parse(&one.text).is_ok()
}
fn rfc3339(one: &Element) -> bool {
    one.text.parse::<Time>().is_ok() && one.text.ends_with('Z')
}
fn rfc822(one: &Element) -> bool {
    jiff::fmt::rfc2822::parse(&one.text).is_ok()
}
fn atom_link(one: &Element) -> bool {
    one.attribute("href").is_some_and(|href| Url::parse(href).is_ok())
        && one.attribute("rel").is_some_and(|rel| ["self", "alternate", "next", "license", "hub"].contains(&rel))
}
fn person(one: &Element) -> bool {
    hold(one, &[("name", 1, 1, filled), ("uri", 0, 1, absolute), ("email", 0, 0, any)]);
    true
}

// RFC 4287 §4.1.1.
const ATOM_FEED: [Rule; 9] = [
    ("id", 1, 1, absolute),
    ("title", 1, 1, filled),
    ("updated", 1, 1, rfc3339),
    ("subtitle", 0, 1, any),
    ("icon", 0, 1, absolute),
    ("generator", 0, 1, filled),
    ("link", 1, MANY, atom_link),
    ("author", 0, MANY, person),
    ("entry", 0, MANY, any),
];
// RFC 4287 §4.1.2; an author in each entry, since the feed has none.
const ATOM_ENTRY: [Rule; 11] = [
    ("id", 1, 1, absolute),
    ("title", 1, 1, filled),
    ("updated", 1, 1, rfc3339),
    ("published", 0, 1, rfc3339),
    ("author", 1, MANY, person),
    ("link", 1, MANY, atom_link),
    ("summary", 0, 1, any),
    ("content", 0, 1, |one| one.attribute("type") == Some("html")),
    ("rights", 0, 1, filled),
    ("category", 0, MANY, |one| one.attribute("term").is_some_and(|term| !term.is_empty())),
    ("source", 1, 1, any),
];
// RFC 4287 §4.2.11.
const ATOM_SOURCE: [Rule; 4] =
    [("id", 1, 1, absolute), ("title", 1, 1, filled), ("updated", 1, 1, rfc3339), ("link", 1, MANY, atom_link)];
// RSS 2.0, "Required channel elements" and "Optional channel elements".
const RSS_CHANNEL: [Rule; 9] = [
    ("title", 1, 1, filled),
    ("link", 1, 1, absolute),
    ("description", 1, 1, filled),
    ("lastBuildDate", 0, 1, rfc822),
    ("generator", 0, 1, filled),
    ("docs", 0, 1, absolute),
    ("ttl", 0, 1, |one| one.text.parse::<u32>().is_ok()),
    ("atom:link", 1, MANY, atom_link),
    ("item", 0, MANY, any),
];
// RSS 2.0, "Elements of <item>".
const RSS_ITEM: [Rule; 10] = [
    ("title", 1, 1, filled),
    ("link", 1, 1, absolute),
    ("description", 1, 1, any),
    ("pubDate", 1, 1, rfc822),
    ("guid", 1, 1, |one| filled(one) && one.attribute("isPermaLink") == Some("false")),
    ("source", 1, 1, |one| filled(one) && one.attribute("url").is_some_and(|url| Url::parse(url).is_ok())),
    ("dc:creator", 0, MANY, filled),
    ("category", 0, MANY, filled),
    ("author", 0, 0, any),
    ("content:encoded", 0, 1, any),
];

#[track_caller]
fn check_atom(feed: &Outgoing) {
    let root = tree(&feed.write(Format::Atom));
    assert_eq!((root.name.as_str(), root.attribute("xmlns")), ("feed", Some("http://www.w3.org/2005/Atom")));
    hold(&root, &ATOM_FEED);
    let mut ids = Vec::new();
    for rel in ["self", "alternate"] {
        assert_eq!(root.all("link").filter(|link| link.attribute("rel") == Some(rel)).count(), 1, "{rel}");
    }
    for entry in root.all("entry") {
        hold(entry, &ATOM_ENTRY);
        hold(entry.all("source").next().unwrap(), &ATOM_SOURCE);
        ids.push(&entry.all("id").next().unwrap().text);
    }
    assert_eq!(ids.len(), feed.entries.len());
    ids.dedup();
    assert_eq!(ids.len(), feed.entries.len(), "§4.2.6: ids are different");
}

#[track_caller]
fn check_rss(feed: &Outgoing) {
    let root = tree(&feed.write(Format::Rss));
    assert_eq!((root.name.as_str(), root.attribute("version")), ("rss", Some("2.0")));
    let channel = root.all("channel").next().expect("a channel");
    hold(channel, &RSS_CHANNEL);
    assert_eq!(channel.all("item").count(), feed.entries.len());
    for item in channel.all("item") {
        hold(item, &RSS_ITEM);
    }
}

// JSON Feed 1.1, "Top-level" and "Items": the name, whether it is required, and what it holds.
type Holds = fn(&Value) -> bool;
const JSON_FEED: [(&str, bool, Holds); 8] = [
    ("version", true, |one| one == "https://jsonfeed.org/version/1.1"),
    ("title", true, |one| one.is_string()),
    ("items", true, |one| one.is_array()),
    ("home_page_url", true, is_address),
    ("feed_url", true, is_address),
    ("next_url", false, is_address),
    ("favicon", false, is_address),
    ("description", false, Value::is_string),
];
const JSON_ITEM: [(&str, bool, Holds); 10] = [
    ("id", true, Value::is_string),
    ("url", true, is_address),
    ("external_url", true, is_address),
    ("content_html", true, Value::is_string),
    ("date_published", false, is_date),
    ("date_modified", true, is_date),
    ("authors", true, |one| one.as_array().is_some_and(|all| all.iter().all(|one| one["name"].is_string()))),
    ("tags", false, |one| one.as_array().is_some_and(|all| !all.is_empty() && all.iter().all(Value::is_string))),
    ("image", false, is_address),
    ("language", false, Value::is_string),
];

fn is_address(one: &Value) -> bool {
    one.as_str().is_some_and(|one| Url::parse(one).is_ok())
}
fn is_date(one: &Value) -> bool {
    one.as_str().is_some_and(|one| one.parse::<Time>().is_ok())
}

#[track_caller]
fn check_json(feed: &Outgoing) {
    let root: Value = serde_json::from_slice(&feed.write(Format::Json)).expect("JSON");
    let hold = |value: &Value, rules: &[(&str, bool, Holds)]| {
        for (name, required, holds) in rules {
            match value.get(name) {
                Some(found) => assert!(holds(found), "{name}: {found}"),
                None => assert!(!required, "{name} is missing"),
            }
        }
    };
    hold(&root, &JSON_FEED);
    let items = root["items"].as_array().unwrap();
    assert_eq!(items.len(), feed.entries.len());
    for item in items {
        hold(item, &JSON_ITEM);
    }
}

fn a_feed(entries: Vec<Entry>) -> Outgoing {
    Outgoing {
        title: "Posts from Riverton & Dale".into(),
        subtitle: "What they publish".into(),
        page: "https://watersmeet.example/?source=riverton".into(),
        own: "https://watersmeet.example/river.atom?source=riverton&language=cy".into(),
        older: Some("https://watersmeet.example/river.atom?before=5-6".into()),
        hub: Some("https://hub.example/?a=1&b=2".into()),
        icon: "https://watersmeet.example/favicon.svg".into(),
        updated: "2026-11-23T09:30:00Z".parse().unwrap(),
        entries,
    }
}

fn a_post(number: u32) -> Entry {
    Entry {
        id: format!("https://watersmeet.example/post/{number}"),
        link: format!("https://riverton.example/{number}?a=1&b=2"),
        title: "Forms <that> work & last".into(),
        authors: vec![Person {
            name: "Ann Example".into(),
            address: Some("https://watersmeet.example/author/ann".into()),
        }],
        source: Origin {
            name: "Riverton & Dale".into(),
            feed: "https://riverton.example/feed".into(),
            site: Some("https://riverton.example/".into()),
        },
        published: "2026-11-22T08:00:00Z".parse().ok(),
        updated: "2026-11-23T09:30:00.250Z".parse().unwrap(),
        language: "en-GB".parse().ok(),
        excerpt: "We changed a form. It now takes < 2 minutes.".into(),
        text: Some("<p>We changed a form &amp; it shows.</p>".into()),
        licence: Licence::named("CC BY 4.0"),
        picture: Some("https://riverton.example/p.jpg?w=1&h=2".into()),
        topics: vec![Category { term: "bins".into(), name: "Bins & <recycling>".into() }],
    }
}

#[track_caller]
fn check(feed: &Outgoing) {
    check_atom(feed);
    check_rss(feed);
    check_json(feed);
}

#[test]
fn feeds_are_what_their_specifications_ask() {
    check(&a_feed(Vec::new()));
    check(&a_feed(vec![a_post(1), a_post(2)]));
    let bare = Entry {
        authors: Vec::new(),
        language: None,
        text: None,
        licence: None,
        picture: None,
        topics: Vec::new(),
        source: Origin { site: None, ..a_post(3).source },
        ..a_post(3)
    };
    check(&Outgoing { older: None, ..a_feed(vec![bare]) });
    let hostile = Entry {
        title: "]]> &amp; \u{0} <script>".into(),
        text: Some("]]> <p title=\"'\">\u{b}\u{FFFF}</p>".into()),
        excerpt: "\u{1b}[31m".into(),
        licence: Licence::named("© <b>me</b>"),
        ..a_post(4)
    };
    check(&a_feed(vec![hostile]));
}

#[test]
fn feeds_say_where_each_post_comes_from() {
    let feed = a_feed(vec![a_post(1)]);
    let atom = String::from_utf8(feed.write(Format::Atom).to_vec()).unwrap();
    assert!(atom.contains("<source>\n<id>https://riverton.example/feed</id>"));
    assert!(atom.contains("rel=\"license\" href=\"https://creativecommons.org/licenses/by/4.0/\""));
    let rss = String::from_utf8(feed.write(Format::Rss).to_vec()).unwrap();
    assert!(rss.contains("<source url=\"https://riverton.example/feed\">Riverton &amp; Dale</source>"));
    assert!(rss.contains("<pubDate>Sun, 22 Nov 2026 08:00:00 GMT</pubDate>"));
    let json: Value = serde_json::from_slice(&feed.write(Format::Json)).unwrap();
    assert_eq!(json["items"][0]["external_url"], "https://riverton.example/1?a=1&b=2");
    assert_eq!(json["items"][0]["_watersmeet"]["licence"], "Creative Commons BY");
}

#[test]
fn feeds_name_their_hub() {
    let written = |format| String::from_utf8(a_feed(vec![]).write(format).to_vec()).unwrap();
    assert!(written(Format::Atom).contains("<link rel=\"hub\" href=\"https://hub.example/?a=1&amp;b=2\"/>"));
    assert!(written(Format::Rss).contains("<atom:link rel=\"hub\" href=\"https://hub.example/?a=1&amp;b=2\"/>"));
    assert!(
        written(Format::Json).contains("\"hubs\":[{\"type\":\"WebSub\",\"url\":\"https://hub.example/?a=1&b=2\"}]")
    );
    let alone = Outgoing { hub: None, ..a_feed(vec![]) };
    for format in Format::ALL {
        assert!(!String::from_utf8(alone.write(format).to_vec()).unwrap().contains("hub"), "{format:?}");
    }
}
