//! Dublin Core and its terms.

use crate::dialects::atom::{put_summary, put_text};
use crate::dialects::people::in_words;
use crate::dialects::rss;
use crate::draft::{Draft, MOST_PARTS, Rank};
use crate::reader::{Reader, Scope};
use crate::shape::{Date, TextKind};
use crate::xml::Element;

/// Reads an element. Gives whether it is known.
pub(crate) fn element<'a>(reader: &mut Reader<'a>, element: &Element<'a>, draft: &mut Draft, scope: Scope) -> bool {
    const RANK: Rank = Rank::DublinCore;
    match element.name {
        "title" => {
            let title = reader.short_text(element);
            put_text(&mut draft.title, RANK, title);
        }
        "description" | "abstract" => {
            let text = reader.long_text(element, TextKind::Html);
            put_summary(draft, scope, RANK, text);
        }
        "creator" | "author" => {
            for person in reader.people(element) {
                draft.add_author(RANK, person);
            }
        }
        "contributor" => {
            if let Some(words) = reader.value(element) {
                reader.add(&mut draft.contributors, MOST_PARTS, in_words(&words), element);
            }
        }
        "publisher" => {
            if let Some(words) = reader.value(element) {
                draft.publisher.put(RANK, in_words(&words));
            }
        }
        "subject" => rss::category(reader, element, draft, None),
        "rights" => {
            let text = reader.long_text(element, TextKind::Plain);
            put_text(&mut draft.rights, RANK, text);
        }
        "license" => {
            let licence = reader.address_in(element, "rdf:resource").or_else(|| reader.value(element));
            if let Some(licence) = licence {
                draft.licence.put(RANK, licence);
            }
        }
        "language" => rss::language(reader, element, draft),
        "identifier" => {
            if let Some(id) = reader.value(element) {
                draft.id.put(Rank::Module, id);
            }
        }
        "date" | "modified" => {
            let date = reader.date(element);
            draft.updated.put_date(RANK, date);
        }
        "issued" | "available" => {
            let date = reader.date(element);
            draft.published.put_date(RANK, date);
        }
        "created" => {
            let date = reader.date(element);
            draft.created.put_date(RANK, date);
        }
        "valid" => {
            let period = reader.value(element).unwrap_or_default();
            for part in period.split(';') {
                match part.trim().split_once('=') {
                    Some(("start", raw)) => draft.valid_from = Some(Date::read(raw)),
                    Some(("end", raw)) => draft.valid_until = Some(Date::read(raw)),
                    _ => {}
                }
            }
        }
        _ => return false,
    }
    true
}
