//! What nobody knows is kept under its name.

use crate::draft::Draft;
use crate::reader::{Reader, Scope};
use crate::shape::Extension;
use crate::xml::cursor::{Step, is_entry};
use crate::xml::{Element, Ns};

/// How deep the elements inside an unknown one are kept; what is deeper keeps its text.
const DEEPEST: usize = 8;
/// How many unknown elements one thing may have.
pub(crate) const MOST: usize = 500;

/// Keeps an element. Entries inside it are entries nevertheless.
pub(crate) fn keep<'a>(reader: &mut Reader<'a>, element: &Element<'a>, draft: &mut Draft, scope: Scope) {
    let extension = read(reader, element, scope, 0);
    push(draft, extension);
}

/// Keeps an element that holds an address.
pub(crate) fn keep_address<'a>(reader: &mut Reader<'a>, element: &Element<'a>, draft: &mut Draft) {
    let mut extension = named(reader, element);
    extension.text = reader.address(element).unwrap_or_default();
    push(draft, extension);
}

fn push(draft: &mut Draft, extension: Extension) {
    let says_something =
        !extension.text.is_empty() || !extension.attributes.is_empty() || !extension.children.is_empty();
    if says_something && draft.extensions.len() < MOST {
        draft.extensions.push(extension);
    }
}

fn named<'a>(reader: &mut Reader<'a>, element: &Element<'a>) -> Extension {
    let prefix = element.ns.usual_prefix().unwrap_or(element.prefix);
    Extension {
        prefix: prefix.to_owned(),
        name: element.name.to_owned(),
        attributes: reader.cursor.attributes(element),
        ..Extension::default()
    }
}

fn read<'a>(reader: &mut Reader<'a>, element: &Element<'a>, scope: Scope, depth: usize) -> Extension {
    let mut extension = named(reader, element);
    while let Some(step) = reader.cursor.step() {
        match step {
            Step::Text(raw) => extension.text.push_str(&reader.cursor.decode(raw)),
            Step::Data(text) => extension.text.push_str(text),
            Step::Open(child) if scope == Scope::Feed && child.ns == Ns::Feed && is_entry(child.name) => {
                reader.entry(&child);
            }
            Step::Open(child) if depth < DEEPEST => {
                let inside = read(reader, &child, scope, depth + 1);
                if extension.children.len() < MOST {
                    extension.children.push(inside);
                }
            }
            Step::Open(_) => {}
            Step::Close(_) if reader.cursor.is_open(element.level) => {}
            Step::Close(_) => break,
        }
    }
    let trimmed = extension.text.trim();
    if trimmed.len() != extension.text.len() {
        extension.text = trimmed.to_owned();
    }
    extension.text.shrink_to_fit();
    extension.children.shrink_to_fit();
    extension
}
