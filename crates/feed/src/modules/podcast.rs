//! Podcasts: Apple's and Google's modules, Podcasting 2.0, and simple chapters.

use crate::complaint::ComplaintKind;
use crate::dialects::atom::put_text;
use crate::draft::{Draft, MOST_LISTED, MOST_PARTS, Rank};
use crate::modules::geo;
use crate::reader::{Reader, Scope};
use crate::shape::{Chapter, Image, Link, Part, Person, Tag, TextKind};
use crate::xml::{Element, Ns};

const SCHEME: &str = "http://www.itunes.com/";

/// Reads an element. Gives whether it is known.
pub(crate) fn element<'a>(reader: &mut Reader<'a>, element: &Element<'a>, draft: &mut Draft, scope: Scope) -> bool {
    match element.ns {
        Ns::Podcast => index(reader, element, draft),
        Ns::Psc => chapters(reader, element, draft),
        _ => apple(reader, element, draft, scope),
    }
}

fn apple<'a>(reader: &mut Reader<'a>, element: &Element<'a>, draft: &mut Draft, scope: Scope) -> bool {
    const RANK: Rank = Rank::Module;
    match element.name.to_ascii_lowercase().as_str() {
        "title" => {
            let title = reader.short_text(element);
            put_text(&mut draft.title, RANK, title);
        }
        "author" => {
            for person in reader.people(element) {
                draft.add_author(RANK, person);
            }
        }
        "owner" => {
            let person = reader.person(element);
            draft.publisher.put(Rank::Own, person);
        }
        "subtitle" => {
            let text = reader.long_text(element, TextKind::Plain);
            put_text(&mut draft.subtitle, RANK, text);
        }
        "summary" | "description" => {
            let text = reader.long_text(element, TextKind::Plain);
            put_text(&mut draft.module_summary, RANK, text);
        }
        "category" => category(reader, element, draft),
        "keywords" => {
            for term in reader.value(element).unwrap_or_default().split(',').map(str::trim) {
                if !term.is_empty() {
                    draft.add_tag(apple_tag(term.to_owned()));
                }
            }
        }
        "image" | "link" => {
            let address = reader.address_in(element, "href").or_else(|| reader.address_in(element, "url"));
            if let Some(address) = address.or_else(|| reader.address(element)) {
                draft.image.put_last(RANK, Image { address: Some(address), ..Image::default() });
            }
        }
        // Apple's directory, which these two are written to, knows its words only as they stand: any other value is
        // none, and white space around a word makes it another.
        "block" => {
            let is_yes = reader.literal(element).is_some_and(|word| word == "yes" || word == "Yes");
            draft.podcast().block = Some(is_yes);
        }
        "explicit" => draft.podcast().explicit = reader.literal(element),
        "duration" => draft.podcast().duration = reader.value(element),
        "episodetype" | "type" => draft.podcast().kind = reader.value(element),
        "season" => draft.podcast().season = reader.value(element),
        "episode" => draft.podcast().episode = reader.value(element),
        "new-feed-url" if scope == Scope::Feed => draft.new_address = reader.address(element),
        _ => return false,
    }
    true
}

/// A tag, and those inside it.
fn category<'a>(reader: &mut Reader<'a>, element: &Element<'a>, draft: &mut Draft) {
    if let Some(term) = reader.cursor.attribute_text(element, "text") {
        draft.add_tag(apple_tag(term));
    }
    while let Some(child) = reader.cursor.child(element.level) {
        if let Some(term) = reader.cursor.attribute_text(&child, "text") {
            draft.add_tag(apple_tag(term));
        }
    }
}

fn apple_tag(term: String) -> Tag {
    Tag { term: Some(term), scheme: Some(SCHEME.to_owned()), label: None }
}

fn index<'a>(reader: &mut Reader<'a>, element: &Element<'a>, draft: &mut Draft) -> bool {
    match element.name {
        "guid" => draft.podcast().guid = reader.value(element),
        "season" => draft.podcast().season = reader.value(element),
        "episode" => draft.podcast().episode = reader.value(element),
        "transcript" => {
            if let Some(href) = reader.address_in(element, "url") {
                let rel = reader.cursor.attribute_text(element, "rel").unwrap_or_else(|| "transcript".to_owned());
                let media_type = reader.cursor.attribute_text(element, "type");
                let hreflang = reader.cursor.attribute_text(element, "language");
                let link = Link { href, rel, media_type, hreflang, ..Link::default() };
                reader.add(&mut draft.podcast().transcripts, MOST_PARTS, link, element);
            }
        }
        "chapters" => draft.podcast().chapters_address = reader.address_in(element, "url"),
        "person" => {
            let (address, avatar) = (reader.address_in(element, "href"), reader.address_in(element, "img"));
            let role = reader.cursor.attribute_text(element, "role");
            let group = reader.cursor.attribute_text(element, "group");
            if let Some(name) = reader.value(element) {
                let person = Person { name: Some(name), address, avatar, email: None };
                let part = Part { person, role, group };
                reader.add(&mut draft.podcast().people, MOST_PARTS, part, element);
            }
        }
        "funding" => {
            if let Some(href) = reader.address_in(element, "url") {
                let title = reader.value(element);
                let link = Link { href, rel: "payment".to_owned(), title, ..Link::default() };
                reader.add(&mut draft.podcast().funding, MOST_PARTS, link, element);
            }
        }
        "location" => {
            let geo = reader.cursor.attribute_text(element, "geo");
            draft.place = geo.and_then(|geo| geo::of_address(&geo)).or(draft.place.take());
            draft.podcast().location = reader.value(element);
        }
        "license" => {
            let address = reader.address_in(element, "url");
            if let Some(licence) = address.or_else(|| reader.value(element)) {
                draft.licence.put(Rank::Module, licence);
            }
        }
        _ => return false,
    }
    true
}

fn chapters<'a>(reader: &mut Reader<'a>, element: &Element<'a>, draft: &mut Draft) -> bool {
    if !element.is("chapters") {
        return false;
    }
    if draft.podcast.as_ref().is_some_and(|podcast| !podcast.chapters.is_empty()) {
        return true;
    }
    draft.podcast().chapters_version = reader.cursor.attribute_text(element, "version");
    while let Some(child) = reader.cursor.child(element.level) {
        if draft.podcast().chapters.len() >= MOST_LISTED {
            reader.cursor.complain(ComplaintKind::TooMany, child.name);
            reader.cursor.skip(element.level);
            break;
        }
        let chapter = Chapter {
            start: reader.cursor.attribute_text(&child, "start").and_then(|start| seconds(&start)),
            title: reader.cursor.attribute_text(&child, "title"),
            link: reader.cursor.attribute_text(&child, "href"),
            image: reader.cursor.attribute_text(&child, "image"),
        };
        draft.podcast().chapters.push(chapter);
    }
    true
}

/// Seconds of a time such as `1:02:03.5`, `02:03` or `123`.
fn seconds(written: &str) -> Option<f64> {
    let mut total = 0.0;
    for (count, part) in written.split(':').enumerate() {
        let number: f64 = part.parse().ok().filter(|number: &f64| number.is_finite() && *number >= 0.0)?;
        if count > 2 {
            return None;
        }
        total = total * 60.0 + number;
    }
    Some(total)
}
