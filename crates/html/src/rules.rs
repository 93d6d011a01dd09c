//! The allow list: which elements and attributes are shown, and which values they may have.

use std::borrow::Cow;

use model::Language;

use crate::attribute::{Attribute, Name};
use crate::gate::Dress;
use crate::tag::Tag;

/// Attributes that every element may have.
pub(crate) const EVERYWHERE: &[Name] = &[Name::Lang, Name::Dir];

/// Attributes that some elements may have besides.
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

/// Whether an element may have an attribute of that name. In plain dress, every element keeps its title.
pub(crate) fn may_have(tag: Tag, name: Name, dress: Dress) -> bool {
    match name {
        Name::Title if dress == Dress::Plain => true,
        Name::Lang | Name::Dir => true,
        Name::Href | Name::Hreflang => tag == Tag::A,
        Name::Src | Name::Alt | Name::Width | Name::Height => tag == Tag::Img,
        _ => BY_TAG.iter().any(|(known, names)| *known == tag && names.contains(&name)),
    }
}

/// An attribute as it is printed: its name and value; `None` for what is not shown.
pub(crate) fn shown<'v>(tag: Tag, attribute: &'v Attribute<'_>, dress: Dress) -> Option<(Name, Cow<'v, str>)> {
    let name = if attribute.name == Name::XmlLang { Name::Lang } else { attribute.name };
    if !may_have(tag, name, dress) {
        return None;
    }
    let value = &*attribute.value;
    let shown = match name {
        Name::Lang | Name::Hreflang => Cow::Owned(value.parse::<Language>().ok()?.into()),
        Name::Dir => Cow::Borrowed(one_of(value, &["ltr", "rtl", "auto"])?),
        Name::Scope => Cow::Borrowed(one_of(value, &["row", "col", "rowgroup", "colgroup"])?),
        Name::Width | Name::Height | Name::Colspan | Name::Rowspan | Name::Span => whole(value, 1)?,
        Name::Start | Name::Value => whole(value, 0)?,
        Name::Reversed => Cow::Borrowed(""),
        // Addresses were made absolute before, or taken out.
        Name::Href | Name::Src | Name::Cite => Cow::Borrowed(value),
        _ => Cow::Borrowed(cut(value)),
    };
    Some((name, shown))
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
