//! Links and citations: absolute addresses, or plain text where they lead nowhere.

use std::borrow::Cow;

use url::Url;

use super::elements::Fate;
use super::phrase;
use super::pictures::is_file_name;
use crate::address::{Use, absolute, absolute_as_written, is_plain, spoken_host};
use crate::attribute::{Attribute, LEADS, Name};
use crate::tag::{HEADING, REPLACED, Tag};
use crate::tree::{Id, Tree};

/// A link: its address is made absolute; one that leads nowhere is only its text.
pub(crate) fn a(tree: &mut Tree<'_>, id: Id, base: Option<&Url>) -> Fate {
    let Some(href) = tree.attribute(id, Name::Href) else { return Fate::Unwrap };
    // A table in a link may hold links, as long as it is a table.
    if tree.has_ancestor(id, |around| around == Tag::A) {
        return Fate::Unwrap;
    }
    // A sign after a heading that links to the heading itself is of use only on the page it comes from.
    if href.starts_with('#') && tree.parent(id).is_some_and(|around| tree.is(around, HEADING)) && is_sign(tree, id) {
        return Fate::Go;
    }
    if goes_nowhere_here(href) {
        return Fate::Go;
    }
    match absolute(href, base, Use::Link) {
        Some(Cow::Borrowed(_)) => Fate::Stay,
        // The address may be another than it looked: in other letters, or without a scheme.
        Some(Cow::Owned(address)) if goes_nowhere_here(&address) => Fate::Go,
        Some(Cow::Owned(address)) => {
            tree.set_attribute(id, Name::Href, address);
            Fate::Stay
        }
        None => Fate::Unwrap,
    }
}

fn is_sign(tree: &Tree<'_>, id: Id) -> bool {
    tree.within(id).skip(1).all(|at| match tree.text_of(at) {
        Some(text) => text.chars().all(|c| !c.is_alphanumeric()),
        None => !tree.is(at, REPLACED),
    })
}

/// Beginnings of addresses, without scheme and `www.`, that subscribe, share or count, whatever the link says.
const SHARES: &[&str] = &[
    "feeds.wordpress.com/1.0/go",
    "feeds.feedburner.com/~ff/",
    "addtoany.com/add_to/",
    "addtoany.com/share",
    "addthis.com/bookmark",
    "facebook.com/sharer",
    "facebook.com/share.php",
    "twitter.com/intent/tweet",
    "twitter.com/share",
    "twitter.com/home?status=",
    "x.com/intent/",
    "linkedin.com/shareArticle",
    "linkedin.com/sharing/share-offsite",
    "reddit.com/submit",
    "pinterest.com/pin/create/",
    "api.whatsapp.com/send?",
    "wa.me/?text=",
    "t.me/share/",
    "getpocket.com/save",
    "bsky.app/intent/compose",
    "tumblr.com/share",
    "stumbleupon.com/submit",
    "digg.com/submit",
    "del.icio.us/post",
];

fn goes_nowhere_here(href: &str) -> bool {
    let rest = href.split_once("://").map_or(href, |(_, rest)| rest);
    let rest = rest.strip_prefix("www.").unwrap_or(rest);
    let Some(first) = rest.as_bytes().first() else { return false };
    SHARES.iter().any(|share| share.as_bytes()[0] == *first && rest.starts_with(share)) || is_substack_button(rest)
}

/// What buttons say that ask for something and lead to nothing to read.
const ASKS: &[&str] = &[
    "subscribe",
    "subscribe now",
    "subscribe for free",
    "upgrade to paid",
    "get more from * in the substack app",
    "share",
    "share this post",
    "share *",
    "leave a comment",
    "refer a friend",
    "give a gift subscription",
    "start writing today",
    "sign up",
    "sign up now",
];

/// Whether all that an element says is to ask the reader for something.
pub(crate) fn only_asks(tree: &Tree<'_>, id: Id) -> bool {
    phrase::plain_if_short(tree, id).is_some_and(|words| ASKS.iter().any(|pattern| phrase::matches(pattern, &words)))
}

/// Substack's buttons: "Subscribe now", "Share", "Leave a comment".
fn is_substack_button(href: &str) -> bool {
    let is_there = href.split_once('/').is_some_and(|(host, _)| host.ends_with(".substack.com"));
    is_there
        && ["/subscribe?", "action=share", "utm_campaign=CTA", "/comments?utm_"].iter().any(|mark| href.contains(mark))
}

/// Makes all addresses of an element absolute, as far as they are not yet; one that leads nowhere safe goes.
pub(crate) fn make_absolute(tree: &mut Tree<'_>, id: Id, base: Option<&Url>) {
    let is_done = |attribute: &&Attribute<'_>| !attribute.name.is(LEADS) || is_plain(&attribute.value);
    let leading: Vec<Name> =
        tree.attributes(id).iter().filter(|attribute| !is_done(attribute)).map(|attribute| attribute.name).collect();
    for name in leading {
        let purpose = if matches!(name, Name::Src | Name::Background) { Use::Load } else { Use::Link };
        let written = tree.attribute(id, name).unwrap_or_default();
        match absolute_as_written(written, base, purpose)
            .map(|address| (address != written).then(|| address.into_owned()))
        {
            Some(None) => {}
            Some(Some(address)) => tree.set_attribute(id, name, address),
            None => tree.keep_attributes(id, |known| known != name),
        }
    }
}

/// A quote's source, or a change's reason.
pub(crate) fn cite(tree: &mut Tree<'_>, id: Id, base: Option<&Url>) -> Fate {
    if let Some(written) = tree.attribute(id, Name::Cite) {
        match absolute(written, base, Use::Link) {
            Some(Cow::Borrowed(_)) => {}
            Some(Cow::Owned(address)) => tree.set_attribute(id, Name::Cite, address),
            None => tree.keep_attributes(id, |known| known != Name::Cite),
        }
    }
    Fate::Stay
}

/// Gives a link without any text one that makes sense alone, or takes it away around a picture that needs none.
pub(crate) fn name(tree: &mut Tree<'_>, id: Id) {
    let mut picture = None;
    for at in tree.within(id).skip(1) {
        match tree.tag(at) {
            None if tree.text_of(at).is_some_and(|text| !is_blank(text)) => return,
            Some(Tag::Img) if tree.attribute(at, Name::Alt).is_some_and(|alt| !alt.is_empty()) => return,
            Some(Tag::Img) => picture = picture.or(Some(at)),
            _ => {}
        }
    }
    let href = tree.attribute(id, Name::Href).unwrap_or_default();
    let Some(picture) = picture.filter(|_| !is_picture(href)) else {
        tree.unwrap(id);
        return;
    };
    let spoken = [Name::Title, Name::AriaLabel].iter().find_map(|name| tree.attribute(id, *name));
    let name =
        spoken.filter(|text| !is_blank(text) && !is_file_name(text)).map(str::to_owned).or_else(|| spoken_host(href));
    match name {
        Some(name) => tree.set_attribute(picture, Name::Alt, name),
        None => tree.unwrap(id),
    }
}

fn is_picture(address: &str) -> bool {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let ending = path.rsplit('.').next().unwrap_or_default();
    ["jpg", "jpeg", "png", "gif", "webp", "avif", "svg"].iter().any(|known| ending.eq_ignore_ascii_case(known))
}

/// Whether a text shows nothing.
pub(crate) fn is_blank(text: &str) -> bool {
    text.chars()
        .all(|c| c.is_whitespace() || matches!(c, '\u{200b}' | '\u{200c}' | '\u{200d}' | '\u{feff}' | '\u{2060}'))
}
