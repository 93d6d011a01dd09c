//! JSON Feed, 1 and 1.1.

mod kept;
mod repair;

use std::sync::Arc;

use serde::de::{DeserializeSeed, IgnoredAny};
use serde_json::{Map, Value};
use url::Url;

use crate::address::Growth;
use crate::complaint::{ComplaintKind, Complaints};
use crate::draft::{Draft, Rank};
use crate::reader::page_link;
use crate::shape::{Date, Enclosure, Entry, Extension, Feed, Format, Image, Link, Person, Tag, Text, TextKind};
use crate::{Hints, NotAFeed};
use kept::{Bounds, Kept};

/// Reads a JSON Feed.
pub(crate) fn read(
    text: &str,
    encoding: &'static str,
    hints: &Hints<'_>,
    complaints: Complaints,
) -> Result<Feed, NotAFeed> {
    let (language, base) = (hints.language.map(str::to_owned), hints.address.cloned().map(Arc::new));
    let mut reader = JsonReader { hints, complaints, language, base, growth: Growth::of(text) };
    let value = reader.parse(text).ok_or(NotAFeed::OtherJson)?;
    let mut feed = match value {
        Value::Object(feed) => feed,
        Value::Array(items) => Map::from_iter([("items".to_owned(), Value::Array(items))]),
        _ => return Err(NotAFeed::OtherJson),
    };
    if !is_feed(&feed) {
        let around = ["feed", "data"].into_iter().find_map(|name| match feed.remove(name) {
            Some(Value::Object(inside)) if is_feed(&inside) => Some((name, inside)),
            _ => None,
        });
        let (name, inside) = around.ok_or(NotAFeed::OtherJson)?;
        reader.complaints.add(ComplaintKind::BadValue, 0, name);
        feed = inside;
    }
    let version = feed.get("version").and_then(Value::as_str).unwrap_or_default();
    if !version.contains("jsonfeed") {
        reader.complaints.add(ComplaintKind::BadValue, 0, "version");
    }
    let format = if version.trim_end_matches('/').ends_with("1.1") { Format::Json11 } else { Format::Json10 };
    Ok(reader.feed(feed, format, encoding))
}

/// Whether an object says that it is a feed, or has items as one does.
fn is_feed(json: &Map<String, Value>) -> bool {
    let version = json.get("version").and_then(Value::as_str).unwrap_or_default();
    version.contains("jsonfeed") || json.get("items").is_some_and(|items| items.is_array() || is_item(items))
}

/// Whether a value is an item: one alone may stand where a list of them should.
fn is_item(value: &Value) -> bool {
    let members = ["id", "url", "external_url", "title", "content_html", "content_text"];
    members.iter().any(|name| value.get(name).is_some())
}

struct JsonReader<'a> {
    hints: &'a Hints<'a>,
    complaints: Complaints,
    language: Option<String>,
    base: Option<Arc<Url>>,
    growth: Growth,
}

impl JsonReader<'_> {
    /// The first value of a text; of one that is cut in the middle, what can be read of it.
    fn parse(&mut self, text: &str) -> Option<Value> {
        let mut bounds = Bounds::default();
        let mut json = serde_json::Deserializer::from_str(text);
        let value = Kept { name: "items", bounds: &bounds }.deserialize(&mut json);
        // What follows the value is left to it.
        let end = json.into_iter::<IgnoredAny>().byte_offset();
        let broken = match &value {
            // The bracket of the whole stands too early.
            Ok(_) if text[end..].trim_start().starts_with(',') => Some((ComplaintKind::BrokenJson, end, String::new())),
            Ok(_) => None,
            Err(error) if error.is_eof() => Some((ComplaintKind::CutOff, text.len(), error.to_string())),
            Err(error) => Some((ComplaintKind::BrokenJson, text.len(), error.to_string())),
        };
        let value = if let Some((kind, place, word)) = broken {
            self.complaints.add(kind, place, &word);
            drop(value);
            bounds = Bounds::default();
            repair::read(text, &bounds)
        } else {
            if !text[end..].trim().is_empty() {
                self.complaints.add(ComplaintKind::JunkAfter, end, "");
            }
            value.ok()
        };
        for name in bounds.passed() {
            self.complaints.add(ComplaintKind::TooMany, 0, name);
        }
        value
    }

    fn feed(mut self, mut json: Map<String, Value>, format: Format, encoding: &'static str) -> Feed {
        let mut draft = Draft::default();
        if let Some(tag) = string(&json, "language") {
            self.language = Some(tag);
        }
        draft.language = self.language.clone();
        if let Some(title) = string(&json, "title") {
            draft.title.put(Rank::Own, self.text(TextKind::Plain, title));
        }
        if let Some(description) = string(&json, "description") {
            draft.summary.put(Rank::Own, self.text(TextKind::Plain, description));
        }
        if let Some(comment) = string(&json, "user_comment") {
            draft.info = Some(self.text(TextKind::Plain, comment));
        }
        draft.links.extend(self.address(&json, "home_page_url").map(page_link));
        for (name, rel) in [("feed_url", "self"), ("next_url", "next")] {
            let href = self.address(&json, name);
            let media_type = Some("application/feed+json".to_owned());
            draft.links.extend(href.map(|href| Link { href, rel: rel.to_owned(), media_type, ..Link::default() }));
        }
        for hub in several(&json, "hubs") {
            let href = hub.get("url").and_then(Value::as_str).map(|href| self.absolute(href));
            draft.links.extend(href.map(|href| Link { href, rel: "hub".to_owned(), ..Link::default() }));
        }
        draft.logo = self.address(&json, "icon");
        draft.icon = self.address(&json, "favicon");
        self.people(&json, &mut draft);
        let items = json.remove("items");
        extensions(&json, &mut draft);
        let mut feed = draft.into_feed(Feed::empty(format, encoding));
        let items = match items {
            Some(Value::Array(items)) => items,
            Some(item) if is_item(&item) => {
                self.complaints.add(ComplaintKind::BadValue, 0, "items");
                vec![item]
            }
            _ => Vec::new(),
        };
        feed.entries.reserve_exact(items.len());
        for item in items {
            match item {
                Value::Object(item) => feed.entries.push(self.entry(&item)),
                _ => self.complaints.add(ComplaintKind::BadValue, 0, "items"),
            }
        }
        feed.complaints = self.complaints.into_vec();
        feed
    }

    fn entry(&mut self, json: &Map<String, Value>) -> Entry {
        let mut draft = Draft { language: string(json, "language"), ..Draft::default() };
        let feeds_language = self.language.clone();
        self.language = draft.language.clone().or(feeds_language.clone());
        if let Some(id) = string(json, "id") {
            draft.id.put(Rank::Own, id);
        }
        draft.is_permalink = draft.id.value().is_some_and(|id| id.starts_with("http://") || id.starts_with("https://"));
        if let Some(title) = string(json, "title") {
            draft.title.put(Rank::Own, self.text(TextKind::Plain, title));
        }
        if let Some(summary) = string(json, "summary") {
            draft.summary.put(Rank::Own, self.text(TextKind::Plain, summary));
        }
        for (name, kind) in [("content_html", TextKind::Html), ("content_text", TextKind::Plain)] {
            draft.content.extend(string(json, name).map(|value| self.text(kind, value)));
        }
        draft.links.extend(self.address(json, "url").map(page_link));
        if let Some(href) = self.address(json, "external_url") {
            draft.links.push(Link { href, rel: "related".to_owned(), ..Link::default() });
        }
        for (name, is_published) in [("date_published", true), ("date_modified", false)] {
            if let Some(raw) = string(json, name) {
                let slot = if is_published { &mut draft.published } else { &mut draft.updated };
                slot.put(Rank::Own, Date::read(&raw));
            }
        }
        if let Some(address) = self.address(json, "image").or_else(|| self.address(json, "banner_image")) {
            draft.image.put(Rank::Own, Image { address: Some(address), ..Image::default() });
        }
        for tag in several(json, "tags").iter().filter_map(Value::as_str) {
            draft.add_tag(Tag { term: Some(tag.to_owned()), ..Tag::default() });
        }
        // All in one text, where a list should stand.
        let words = json.get("tags").and_then(Value::as_str).unwrap_or_default();
        for tag in words.split(',').map(str::trim).filter(|tag| !tag.is_empty()) {
            draft.add_tag(Tag { term: Some(tag.to_owned()), ..Tag::default() });
        }
        for file in several(json, "attachments").iter().filter_map(Value::as_object) {
            if let Some(address) = self.address(file, "url") {
                let media_type = string(file, "mime_type");
                let (length, title) = (string(file, "size_in_bytes"), string(file, "title"));
                draft.enclosures.push(Enclosure { address, media_type, length, title });
            }
        }
        self.people(json, &mut draft);
        extensions(json, &mut draft);
        self.language = feeds_language;
        draft.into_entry()
    }

    fn people(&self, json: &Map<String, Value>, draft: &mut Draft) {
        let alone = json.get("authors").filter(|authors| !authors.is_array());
        for author in several(json, "authors").iter().chain(alone).chain(json.get("author")) {
            let person = match author {
                Value::String(name) if name.trim().is_empty() => continue,
                Value::String(name) => Person { name: Some(name.clone()), ..Person::default() },
                Value::Object(author) => Person {
                    name: string(author, "name"),
                    address: self.address(author, "url"),
                    avatar: self.address(author, "avatar"),
                    email: string(author, "email"),
                },
                _ => continue,
            };
            draft.add_author(Rank::Own, person);
        }
    }

    fn text(&self, kind: TextKind, value: String) -> Text {
        let (language, base) = (self.language.as_deref().map(Into::into), self.base.clone());
        Text { kind, language, base, ..Text::plain(value) }
    }

    fn address(&self, json: &Map<String, Value>, name: &str) -> Option<String> {
        string(json, name).map(|written| self.absolute(&written))
    }

    fn absolute(&self, written: &str) -> String {
        self.growth.absolute(written, self.hints.address)
    }
}

/// The list that a member is; none where it is something else.
fn several<'j>(json: &'j Map<String, Value>, name: &str) -> &'j [Value] {
    json.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// A text or a number that is not empty.
fn string(json: &Map<String, Value>, name: &str) -> Option<String> {
    match json.get(name)? {
        Value::String(text) if text.trim().is_empty() => None,
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Members that begin with `_` are extensions.
fn extensions(json: &Map<String, Value>, draft: &mut Draft) {
    for (name, value) in json.iter().filter(|(name, _)| name.starts_with('_')) {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        draft.extensions.push(Extension { name: name.clone(), text, ..Extension::default() });
    }
}
