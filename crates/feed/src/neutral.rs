//! The model as JSON in plain words, for programs in other languages and for comparing parsers.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use crate::complaint::Complaint;
use crate::shape::{
    Attributes, Chapter, Date, Entry, Extension, Feed, Generator, Image, Link, Media, Origin, Part, Person, Place,
    Podcast, Tag, Text,
};

/// A feed as JSON, written entry by entry when it is serialised, so that it takes little room of its own.
///
/// `show` gives the markup of a text as it may be shown: cleaned, with absolute addresses. Members that say nothing are
/// left out; only `explicit` is null where it is said in a word that nobody knows. Texts are
/// `{value, type, language, base, src}`, dates `{raw, at}`.
///
/// ```
/// let bytes = b"<rss><channel><item><title>Bins</title></item></channel></rss>";
/// let feed = feed::read(bytes, &feed::Hints::default())?;
/// let json = serde_json::to_value(feed::neutral::document(&feed, |text| text.value.clone())).unwrap();
/// assert_eq!(json["entries"][0]["title"]["value"], "Bins");
/// # Ok::<(), feed::NotAFeed>(())
/// ```
pub fn document<'a>(feed: &'a Feed, show: impl Fn(&Text) -> String + 'a) -> impl Serialize + 'a {
    Document { feed, writer: Writer { show } }
}

struct Document<'a, F> {
    feed: &'a Feed,
    writer: Writer<F>,
}

impl<F: Fn(&Text) -> String> Serialize for Document<'_, F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let feed = self.feed;
        let mut members = serializer.serialize_map(None)?;
        members.serialize_entry("format", &feed.format)?;
        members.serialize_entry("encoding", &feed.encoding.to_ascii_lowercase())?;
        members.serialize_entry("malformed", &feed.is_malformed())?;
        if !feed.complaints.is_empty() {
            let complaints: Vec<String> = feed.complaints.iter().map(Complaint::to_string).collect();
            members.serialize_entry("complaints", &complaints)?;
        }
        members.serialize_entry("feed", &self.writer.feed(feed))?;
        members.serialize_entry("entries", &Entries(self))?;
        members.end()
    }
}

/// The entries of a document, each made when it is written.
struct Entries<'a, F>(&'a Document<'a, F>);

impl<F: Fn(&Text) -> String> Serialize for Entries<'_, F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Document { feed, writer } = self.0;
        serializer.collect_seq(feed.entries.iter().map(|entry| writer.entry(entry)))
    }
}

/// What is said when nothing could be read.
pub fn failure(why: &impl std::fmt::Display) -> Value {
    json!({ "error": why.to_string(), "malformed": true })
}

struct Writer<F> {
    show: F,
}

impl<F: Fn(&Text) -> String> Writer<F> {
    fn feed(&self, feed: &Feed) -> Value {
        let mut members = Object::default();
        members.text("id", feed.id.as_deref());
        members.text("link", feed.site());
        members.list("links", feed.links.iter().map(link).collect());
        members.some("title", feed.title.as_ref().map(|text| self.text(text)));
        members.some("subtitle", feed.subtitle.as_ref().map(|text| self.text(text)));
        members.some("rights", feed.rights.as_ref().map(|text| self.text(text)));
        members.some("info", feed.info.as_ref().map(|text| self.text(text)));
        members.date("updated", feed.updated.as_ref());
        members.date("published", feed.published.as_ref());
        members.date("created", feed.created.as_ref());
        members.date("valid_start", feed.valid_from.as_ref());
        members.date("valid_end", feed.valid_until.as_ref());
        members.text("language", feed.language.as_deref());
        members.some("generator", feed.generator.as_ref().map(generator));
        members.list("authors", feed.authors.iter().map(person).collect());
        members.list("contributors", feed.contributors.iter().map(person).collect());
        members.some("publisher", feed.publisher.as_ref().map(person));
        members.list("tags", feed.tags.iter().map(tag).collect());
        members.text("icon", feed.icon.as_deref());
        members.text("logo", feed.logo.as_deref());
        members.some("image", feed.image.as_ref().map(image));
        members.text("license", feed.licence.as_deref());
        members.attributes("cloud", &feed.cloud);
        members.some(
            "textinput",
            feed.text_input.as_ref().map(|input| {
                let mut members = Object::default();
                members.text("title", input.title.as_deref());
                members.text("description", input.description.as_deref());
                members.text("name", input.name.as_deref());
                members.text("link", input.link.as_deref());
                members.into()
            }),
        );
        members.some("ttl", feed.ttl_minutes.map(|minutes| json!(minutes.to_string())));
        members.text("docs", feed.docs.as_deref());
        members.text("new_location", feed.new_address.as_deref());
        members.some("geo", feed.place.as_ref().map(place));
        members.some("media", feed.media.as_deref().map(media));
        members.some("itunes", feed.podcast.as_deref().map(podcast));
        members.some("ext", extensions(&feed.extensions));
        members.into()
    }

    fn entry(&self, entry: &Entry) -> Value {
        let mut members = Object::default();
        members.text("id", entry.id.as_deref());
        members.flag("id_is_link", entry.id_is_link);
        members.text("link", entry.link());
        members.list("links", entry.links.iter().map(link).collect());
        members.some("title", entry.title.as_ref().map(|text| self.text(text)));
        members.some("subtitle", entry.subtitle.as_deref().map(|text| self.text(text)));
        members.some("summary", entry.summary.as_ref().map(|text| self.text(text)));
        members.list("content", entry.content.iter().map(|text| self.text(text)).collect());
        members.date("published", entry.published.as_ref());
        members.date("updated", entry.updated.as_ref());
        members.date("created", entry.created.as_deref());
        members.date("expired", entry.expires.as_deref());
        members.list("authors", entry.authors.iter().map(person).collect());
        members.list("contributors", entry.contributors.iter().map(person).collect());
        members.some("publisher", entry.publisher.as_deref().map(person));
        members.list("tags", entry.tags.iter().map(tag).collect());
        let enclosures = entry.enclosures.iter().map(|file| {
            let mut members = Object::default();
            members.text("url", Some(&file.address));
            members.text("type", file.media_type.as_deref());
            members.text("length", file.length.as_deref());
            members.text("title", file.title.as_deref());
            members.into()
        });
        members.list("enclosures", enclosures.collect());
        members.some("rights", entry.rights.as_deref().map(|text| self.text(text)));
        members.text("license", entry.licence.as_deref());
        members.some("source", entry.source.as_deref().map(|origin| self.origin(origin)));
        members.text("comments", entry.comments.as_deref());
        members.text("language", entry.language.as_deref());
        members.some("image", entry.image.as_deref().map(image));
        members.some("media", entry.media.as_deref().map(media));
        members.some("itunes", entry.podcast.as_deref().map(podcast));
        members.some("geo", entry.place.as_ref().map(place));
        members.some("chapters", entry.podcast.as_deref().and_then(chapters));
        members.some("ext", extensions(&entry.extensions));
        members.into()
    }

    fn origin(&self, origin: &Origin) -> Value {
        let mut members = Object::default();
        members.text("href", origin.address.as_deref());
        members.text("id", origin.id.as_deref());
        members.text("link", crate::shape::best_alternate(&origin.links));
        members.list("links", origin.links.iter().map(link).collect());
        members.some("title", origin.title.as_ref().map(|text| self.text(text)));
        members.some("subtitle", origin.subtitle.as_ref().map(|text| self.text(text)));
        members.some("rights", origin.rights.as_ref().map(|text| self.text(text)));
        members.date("updated", origin.updated.as_ref());
        members.list("authors", origin.authors.iter().map(person).collect());
        members.list("contributors", origin.contributors.iter().map(person).collect());
        members.list("tags", origin.tags.iter().map(tag).collect());
        members.text("license", origin.licence.as_deref());
        members.some("generator", origin.generator.as_ref().map(generator));
        members.text("icon", origin.icon.as_deref());
        members.text("logo", origin.logo.as_deref());
        members.into()
    }

    fn text(&self, text: &Text) -> Value {
        let mut members = Object::default();
        let value = if text.is_markup() { (self.show)(text) } else { text.value.clone() };
        members.put("value", value.into());
        members.put("type", text.media_type().into());
        members.text("language", text.language.as_deref());
        members.text("base", text.base.as_deref().map(url::Url::as_str));
        members.text("src", text.address.as_deref());
        members.into()
    }
}

/// A JSON object whose members that say nothing are left out.
#[derive(Default)]
struct Object(Map<String, Value>);

impl Object {
    fn put(&mut self, name: &str, value: Value) {
        self.0.insert(name.to_owned(), value);
    }

    fn some(&mut self, name: &str, value: Option<Value>) {
        if let Some(value) = value {
            self.put(name, value);
        }
    }

    fn text(&mut self, name: &str, value: Option<&str>) {
        self.some(name, value.map(Value::from));
    }

    fn flag(&mut self, name: &str, value: bool) {
        self.put(name, value.into());
    }

    fn list(&mut self, name: &str, values: Vec<Value>) {
        if !values.is_empty() {
            self.put(name, values.into());
        }
    }

    fn date(&mut self, name: &str, date: Option<&Date>) {
        self.some(
            name,
            date.map(|date| {
                let mut members = Object::default();
                members.text("raw", Some(&date.raw));
                members.some("at", date.at.map(|at| json!(at)));
                members.into()
            }),
        );
    }

    fn attributes(&mut self, name: &str, attributes: &Attributes) {
        if !attributes.is_empty() {
            self.put(name, object_of(attributes));
        }
    }
}

impl From<Object> for Value {
    fn from(object: Object) -> Value {
        Value::Object(object.0)
    }
}

fn link(link: &Link) -> Value {
    let mut members = Object::default();
    members.text("href", Some(&link.href));
    members.text("rel", Some(&link.rel));
    members.text("type", link.media_type.as_deref());
    members.text("hreflang", link.hreflang.as_deref());
    members.text("title", link.title.as_deref());
    members.text("length", link.length.as_deref());
    members.into()
}

fn person(person: &Person) -> Value {
    members_of(person).into()
}

fn members_of(person: &Person) -> Object {
    let mut members = Object::default();
    members.text("name", person.name.as_deref());
    members.text("email", person.email.as_deref());
    members.text("url", person.address.as_deref());
    members
}

fn generator(generator: &Generator) -> Value {
    let mut members = Object::default();
    members.text("name", generator.name.as_deref());
    members.text("url", generator.address.as_deref());
    members.text("version", generator.version.as_deref());
    members.into()
}

fn tag(tag: &Tag) -> Value {
    let mut members = Object::default();
    members.text("term", tag.term.as_deref());
    members.text("scheme", tag.scheme.as_deref());
    members.text("label", tag.label.as_deref());
    members.into()
}

fn image(image: &Image) -> Value {
    let mut members = Object::default();
    members.text("url", image.address.as_deref());
    members.text("title", image.title.as_deref());
    members.text("link", image.link.as_deref());
    members.text("description", image.description.as_deref());
    members.some("width", image.width.map(Value::from));
    members.some("height", image.height.map(Value::from));
    members.into()
}

fn place(place: &Place) -> Value {
    match place {
        Place::Point(position) => json!({ "type": "Point", "coordinates": position }),
        Place::Line(positions) => json!({ "type": "LineString", "coordinates": positions }),
        Place::Polygon(ring) => json!({ "type": "Polygon", "coordinates": [ring] }),
        Place::Box(corners) => json!({ "type": "Box", "coordinates": corners }),
        Place::Unreadable => json!({}),
    }
}

fn media(media: &Media) -> Value {
    let objects = |list: &[Attributes]| list.iter().map(object_of).collect();
    let mut members = Object::default();
    members.list("thumbnails", objects(&media.thumbnails));
    members.list("contents", objects(&media.contents));
    members.list("credits", objects(&media.credits));
    members.attributes("license", &media.licence);
    members.attributes("player", &media.player);
    members.attributes("rating", &media.rating);
    if !media.restriction.is_empty() {
        let mut restriction = object_of(&media.restriction);
        if !media.countries.is_empty() {
            restriction["content"] = json!(media.countries);
        }
        members.put("restriction", restriction);
    }
    members.into()
}

fn podcast(podcast: &Podcast) -> Value {
    let mut members = Object::default();
    members.some("block", podcast.block.map(Value::from));
    // The two words that every reader of such feeds knows; that there is another is said by a null.
    let is_usual = |word: &&str| matches!(*word, "yes" | "clean");
    members.some("explicit", podcast.explicit.as_deref().map(|word| json!(Some(word).filter(is_usual))));
    members.text("duration", podcast.duration.as_deref());
    members.text("type", podcast.kind.as_deref());
    members.text("season", podcast.season.as_deref());
    members.text("episode", podcast.episode.as_deref());
    members.text("guid", podcast.guid.as_deref());
    members.list("transcripts", podcast.transcripts.iter().map(link).collect());
    members.text("chapters_url", podcast.chapters_address.as_deref());
    let part = |part: &Part| {
        let mut members = members_of(&part.person);
        members.text("role", part.role.as_deref());
        members.text("group", part.group.as_deref());
        members.into()
    };
    members.list("people", podcast.people.iter().map(part).collect());
    members.list("funding", podcast.funding.iter().map(link).collect());
    members.text("location", podcast.location.as_deref());
    members.into()
}

fn chapters(podcast: &Podcast) -> Option<Value> {
    let item = |chapter: &Chapter| {
        let mut members = Object::default();
        members.some("start", chapter.start.map(Value::from));
        members.text("title", chapter.title.as_deref());
        members.text("href", chapter.link.as_deref());
        members.text("image", chapter.image.as_deref());
        Value::from(members)
    };
    let has_chapters = !podcast.chapters.is_empty() || podcast.chapters_version.is_some();
    has_chapters.then(|| {
        let mut members = Object::default();
        members.text("version", podcast.chapters_version.as_deref());
        members.list("items", podcast.chapters.iter().map(item).collect());
        members.into()
    })
}

fn object_of(attributes: &Attributes) -> Value {
    Value::Object(attributes.iter().map(|(name, value)| (name.clone(), json!(value))).collect())
}

/// Extensions under their names; of several with one name, the first.
fn extensions(extensions: &[Extension]) -> Option<Value> {
    let mut members = Map::new();
    for extension in extensions {
        let name = match extension.prefix.as_str() {
            "" => extension.name.to_lowercase(),
            prefix => format!("{prefix}_{}", extension.name).to_lowercase(),
        };
        let value = match (extension.attributes.is_empty(), extension.text.as_str()) {
            (true, text) => json!(text),
            (false, _) => object_of(&extension.attributes),
        };
        members.entry(name).or_insert(value);
    }
    (!members.is_empty()).then_some(Value::Object(members))
}
