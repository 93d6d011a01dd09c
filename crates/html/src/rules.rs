//! The allow list: which elements and attributes are shown, and which values they may have.

use std::borrow::Cow;

use model::Language;

use crate::address::{is_relative, is_safe};
use crate::attribute::{Attribute, DRAWS, INERT, LEADS, Name, SETS};
use crate::css;
use crate::gate::{Addresses, Dress};
use crate::tag::{DRAWING, FORMULA, Tag};

/// Attributes that every element may have in our dress.
pub(crate) const EVERYWHERE: &[Name] = &[Name::Lang, Name::Dir];

/// Attributes that some elements may have besides in our dress.
pub(crate) const BY_TAG: &[(Tag, &[Name])] = &[
    (Tag::A, &[Name::Href, Name::Hreflang]),
    (Tag::Abbr, &[Name::Title]),
    (Tag::Blockquote, &[Name::Cite]),
    (Tag::Col, &[Name::Span]),
    (Tag::Colgroup, &[Name::Span]),
    (Tag::Del, &[Name::Cite, Name::Datetime]),
    (Tag::Dfn, &[Name::Title]),
    (Tag::Img, &[Name::Src, Name::Alt, Name::Width, Name::Height]),
    (Tag::Ins, &[Name::Cite, Name::Datetime]),
    (Tag::Li, &[Name::Value]),
    (Tag::Ol, &[Name::Start, Name::Reversed]),
    (Tag::Q, &[Name::Cite]),
    (Tag::Td, &[Name::Colspan, Name::Rowspan]),
    (Tag::Th, &[Name::Colspan, Name::Rowspan, Name::Scope, Name::Abbr]),
    (Tag::Time, &[Name::Datetime]),
];

/// Longer descriptions are cut: nobody listens to more.
const LONGEST_WORDS: usize = 2_000;

/// Whether an element may have an attribute of that name.
pub(crate) fn may_have(tag: Tag, name: Name, dress: Dress) -> bool {
    match dress {
        Dress::Ours => match name {
            Name::Lang | Name::Dir => true,
            Name::Href | Name::Hreflang => tag == Tag::A,
            Name::Src | Name::Alt | Name::Width | Name::Height => tag == Tag::Img,
            _ => BY_TAG.iter().any(|(known, names)| *known == tag && names.contains(&name)),
        },
        Dress::Plain(_) if tag.is(DRAWING) => name.is(DRAWS) || (tag == Tag::DrawnA && is_link(name)),
        Dress::Plain(_) if tag.is(FORMULA) => name.is(SETS) || is_link(name),
        Dress::Plain(_) => name.is(INERT | LEADS) && name != Name::XlinkHref,
    }
}

/// Whether it is what leads from a part of a drawing or formula to another page.
fn is_link(name: Name) -> bool {
    matches!(name, Name::Href | Name::XlinkHref)
}

/// An attribute as it is printed: its name and value; `None` for what is not shown.
pub(crate) fn shown<'v>(tag: Tag, attribute: &'v Attribute<'_>, dress: Dress) -> Option<(Name, Cow<'v, str>)> {
    let name = if attribute.name == Name::XmlLang { Name::Lang } else { attribute.name };
    if !may_have(tag, name, dress) {
        return None;
    }
    let value = &*attribute.value;
    let shown = match dress {
        Dress::Ours => ours(name, value)?,
        // Here too they were made absolute before; the gate looks at them again.
        Dress::Plain(_) if name.is(LEADS) && !value.is_empty() => Cow::Borrowed(value),
        Dress::Plain(addresses) => plain(name, value, addresses)?,
    };
    Some((name, shown))
}

/// A value as our dress shows it.
fn ours(name: Name, value: &str) -> Option<Cow<'_, str>> {
    Some(match name {
        Name::Lang | Name::Hreflang => Cow::Owned(value.parse::<Language>().ok()?.into()),
        Name::Dir => Cow::Borrowed(one_of(value, &["ltr", "rtl", "auto"])?),
        Name::Scope => Cow::Borrowed(one_of(value, &["row", "col", "rowgroup", "colgroup"])?),
        Name::Width | Name::Height | Name::Colspan | Name::Rowspan | Name::Span => whole(value, 1)?,
        Name::Start | Name::Value => whole(value, 0)?,
        Name::Reversed => Cow::Borrowed(""),
        // Addresses were made absolute before, or taken out.
        Name::Href | Name::Src | Name::Cite => Cow::Borrowed(value),
        _ => Cow::Borrowed(cut(value)),
    })
}

/// A value as plain dress shows it. The gate asks this too, of whatever comes to it.
pub(crate) fn plain(name: Name, value: &str, addresses: Addresses) -> Option<Cow<'_, str>> {
    let leads_safely = || is_safe(value) || (addresses == Addresses::AsWritten && is_relative(value));
    match name {
        Name::Style => Some(css::safe(value)).filter(|style| !style.is_empty()),
        // A paint may be an address, too.
        Name::Fill | Name::Stroke => css::is_value(value).then_some(Cow::Borrowed(value)),
        // An empty address is one that ammonia does not know where to lead.
        Name::Href | Name::Src if value.is_empty() => None,
        Name::Usemap => (value.is_empty() || value.starts_with('#')).then_some(Cow::Borrowed(cut(value))),
        _ if name.is(LEADS) => (value.is_empty() || leads_safely()).then_some(Cow::Borrowed(value)),
        _ if name.is(DRAWS) && !name.is(INERT) => Some(Cow::Borrowed(value)),
        _ => Some(Cow::Borrowed(cut(value))),
    }
}

fn one_of<'k>(value: &str, known: &[&'k str]) -> Option<&'k str> {
    known.iter().find(|known| known.eq_ignore_ascii_case(value.trim())).copied()
}

fn whole(value: &str, least: u32) -> Option<Cow<'_, str>> {
    let value = value.trim();
    let number = value.strip_suffix("px").unwrap_or(value);
    let is_plain = !number.is_empty() && number.len() <= 5 && number.bytes().all(|byte| byte.is_ascii_digit());
    (is_plain && number.parse::<u32>().is_ok_and(|number| number >= least)).then_some(Cow::Borrowed(number))
}

/// As much of a description as is shown.
pub(crate) fn cut(value: &str) -> &str {
    &value[..value.floor_char_boundary(LONGEST_WORDS)]
}
