//! Pictures: the address that a reader's browser should load, a fair alternative text, and no counting pixels.

use std::borrow::Cow;

use url::Url;

use super::elements::Fate;
use super::links::is_blank;
use crate::address::{Use, absolute, best_of_srcset};
use crate::attribute::Name;
use crate::rules::cut;
use crate::tag::Tag;
use crate::tree::{Id, Tree};

/// Hosts (with those below them) and beginnings of paths of pictures that count readers.
const COUNTERS: &[(&str, &str)] = &[
    ("feeds.feedburner.com", "/~"),
    ("feedproxy.google.com", "/~"),
    ("feeds.wordpress.com", "/1.0/"),
    ("stats.wordpress.com", "/"),
    ("pixel.wp.com", "/"),
    ("stats.wp.com", "/"),
    ("medium.com", "/_/stat"),
    ("blogger.googleusercontent.com", "/tracker/"),
    ("google-analytics.com", "/"),
    ("googletagmanager.com", "/"),
    ("doubleclick.net", "/"),
    ("scorecardresearch.com", "/"),
    ("quantserve.com", "/"),
    ("statcounter.com", "/"),
    ("feedsportal.com", "/"),
    ("feeds.feedblitz.com", "/~/i/"),
    ("feedpress.me", "/"),
    ("pheedo.com", "/"),
    ("list-manage.com", "/track/"),
    ("facebook.com", "/tr"),
    ("track.hubspot.com", "/"),
    ("ct.pinterest.com", "/"),
    ("px.ads.linkedin.com", "/"),
    ("analytics.twitter.com", "/"),
    ("rss.buysellads.com", "/"),
    ("counter.theconversation.com", "/"),
    ("visitor-badge.laobi.icu", "/"),
    ("emltrk.com", "/"),
    ("goatcounter.com", "/count"),
];

/// Ends of paths of pictures that count readers, wherever they are.
const COUNTING_PATHS: &[&str] =
    &["/piwik.php", "/matomo.php", "/republication-tracker-tool", "/b.gif", "/pixel.gif", "/open.gif"];

/// Where scripts find the picture that they load later: this is the real one.
const LATER: &[Name] = &[Name::DataSrc, Name::DataLazySrc, Name::DataOriginal];
const LATER_SETS: &[Name] = &[Name::DataSrcset, Name::DataLazySrcset];
/// Where some platforms leave a larger one: for when nothing else works.
const LARGER: &[Name] = &[Name::DataLargeFile, Name::DataOrigFile];
/// Parts of the names of pictures that hold the place of another.
const PLACEHOLDERS: &[&str] = &["blank.gif", "placeholder", "spacer.", "transparent.", "lazy_"];

/// A picture: chosen, absolute, with an alternative text; or none.
pub(crate) fn img(tree: &mut Tree<'_>, id: Id, base: Option<&Url>) -> Fate {
    if is_tiny(tree, id) {
        return Fate::Go;
    }
    let alt = fair_alt(tree, id);
    if is_emoji(tree, id, &alt) {
        return Fate::Become(tree.text(alt));
    }
    let own = tree.attribute(id, Name::Src);
    let Some(address) = choose(tree, id, base).filter(|address| !counts(address)) else {
        // The words of a picture that cannot be shown are still the author's.
        return if is_blank(&alt) { Fate::Go } else { Fate::Become(tree.text(format!(" {alt} "))) };
    };
    if own != Some(&*address) {
        let address = address.into_owned();
        tree.set_attribute(id, Name::Src, address);
    }
    if tree.attribute(id, Name::Alt) != Some(&alt) {
        tree.set_attribute(id, Name::Alt, alt);
    }
    Fate::Stay
}

/// The address to load.
fn choose<'t>(tree: &'t Tree<'_>, id: Id, base: Option<&Url>) -> Option<Cow<'t, str>> {
    let read = |written: &'t str| absolute(written, base, Use::Load);
    let named = |names: &'static [Name]| names.iter().filter_map(|name| tree.attribute(id, *name));
    let later = named(LATER).chain(named(LATER_SETS).filter_map(best_of_srcset));
    let set = tree.attribute(id, Name::Srcset).and_then(best_of_srcset);
    let own = tree.attribute(id, Name::Src);
    later.chain(own).chain(set).chain(named(LARGER)).filter(|written| !is_placeholder(written)).find_map(read)
}

/// A `picture`: its sources serve an `img` that has no set of its own.
pub(crate) fn picture(tree: &mut Tree<'_>, id: Id) -> Fate {
    let img = tree.children(id).find(|at| tree.has_tag(*at, Tag::Img));
    let set = tree.children(id).filter(|at| tree.has_tag(*at, Tag::Source)).find_map(|source| {
        let set = tree.attribute(source, Name::Srcset).or_else(|| tree.attribute(source, Name::DataSrcset));
        set.map(str::to_owned)
    });
    if let (Some(img), Some(set)) = (img, set)
        && tree.attribute(img, Name::Srcset).is_none()
    {
        tree.set_attribute(img, Name::Srcset, set);
    }
    Fate::Unwrap
}

fn is_placeholder(written: &str) -> bool {
    let written = written.trim_ascii_start();
    let name = written.rsplit('/').next().unwrap_or_default();
    written.is_empty()
        || written.starts_with("data:")
        || written.starts_with("about:")
        || PLACEHOLDERS.iter().any(|part| name.contains(part))
}

/// Whether an absolute address is that of a picture that counts readers.
fn counts(address: &str) -> bool {
    let Some((host, path)) = address.split_once("://").and_then(|(_, rest)| rest.split_at_checked(rest.find('/')?))
    else {
        return false;
    };
    let is_at = |known: &str| host.strip_suffix(known).is_some_and(|below| below.is_empty() || below.ends_with('.'));
    COUNTERS.iter().any(|(known, beginning)| is_at(known) && path.starts_with(beginning)) || {
        let path = path.split(['?', '#']).next().unwrap_or_default();
        COUNTING_PATHS.iter().any(|end| path.ends_with(end))
    }
}

/// Whether it is too small to be seen: a pixel that counts, or a spacer.
fn is_tiny(tree: &Tree<'_>, id: Id) -> bool {
    let side = |name| pixels(tree.attribute(id, name)?);
    let tiny = |side: Option<u32>| side.is_some_and(|side| side <= 2);
    match (side(Name::Width), side(Name::Height)) {
        (None, None) => tree.attribute(id, Name::Style).is_some_and(|style| {
            let style: String = style.split_whitespace().collect();
            ["width:1px", "width:0", "height:1px"].iter().any(|tiny| {
                style.split(';').any(|declaration| declaration == *tiny || declaration == format!("{tiny}px"))
            })
        }),
        (width, height) => tiny(width) || tiny(height),
    }
}

/// A length in pixels, as attributes write it.
pub(crate) fn pixels(written: &str) -> Option<u32> {
    let written = written.trim();
    let number = written.strip_suffix("px").unwrap_or(written);
    if number.len() > 5 { None } else { number.parse().ok() }
}

/// A character that a platform has drawn as a picture.
fn is_emoji(tree: &Tree<'_>, id: Id, alt: &str) -> bool {
    let drawn = tree
        .attribute(id, Name::Class)
        .is_some_and(|class| class.split_ascii_whitespace().any(|word| matches!(word, "emoji" | "wp-smiley")));
    drawn && !alt.is_empty() && alt.chars().count() <= 12
}

/// The alternative text; none where it is the name of a file, for that helps nobody.
fn fair_alt(tree: &Tree<'_>, id: Id) -> String {
    let alt = cut(tree.attribute(id, Name::Alt).unwrap_or_default());
    let folded = if alt.contains(['\n', '\t']) || alt.contains("  ") || alt.starts_with(' ') || alt.ends_with(' ') {
        alt.split_whitespace().collect::<Vec<_>>().join(" ")
    } else {
        alt.to_owned()
    };
    if is_file_name(&folded) { String::new() } else { folded }
}

pub(super) fn is_file_name(text: &str) -> bool {
    const ENDINGS: &[&str] = &[".jpg", ".jpeg", ".png", ".gif", ".webp", ".svg", ".heic", ".avif"];
    const CAMERAS: &[&str] =
        &["IMG_", "DSC_", "DSC0", "DSCN", "Screenshot 20", "Screen Shot 20", "PXL_20", "image-asset"];
    let lower = text.to_ascii_lowercase();
    let is_named = ENDINGS.iter().any(|ending| lower.ends_with(ending));
    let is_numbered = CAMERAS.iter().any(|camera| text.starts_with(camera));
    (is_named || is_numbered) && text.split_whitespace().count() <= 4
}

/// What is shown where no script runs: most often the picture that a script would have loaded. Either is enough.
pub(crate) fn noscript(tree: &mut Tree<'_>, id: Id) -> Fate {
    let holds_picture = tree.within(id).any(|at| tree.has_tag(at, Tag::Img));
    let previous = std::iter::successors(tree.previous(id), |at| tree.previous(*at))
        .find(|at| !tree.text_of(*at).is_some_and(is_blank));
    let shown_before = previous.is_some_and(|before| tree.within(before).any(|at| tree.has_tag(at, Tag::Img)));
    if holds_picture && shown_before { Fate::Go } else { Fate::Unwrap }
}

/// A table of one picture and one caption, as Blogger writes it, is a figure.
pub(crate) fn captioned_table(tree: &mut Tree<'_>, id: Id) -> Fate {
    let marked = tree.attribute(id, Name::Class).is_some_and(|class| class.contains("tr-caption-container"));
    if !marked {
        return Fate::Stay;
    }
    let cells: Vec<Id> = tree.within(id).filter(|at| tree.has_tag(*at, Tag::Td)).collect();
    let figure = tree.element(Tag::Figure);
    for cell in cells {
        let captions = tree.attribute(cell, Name::Class).is_some_and(|class| class.contains("tr-caption"));
        if captions {
            let caption = tree.element(Tag::Figcaption);
            tree.move_children(cell, caption);
            tree.append(figure, caption);
        } else {
            tree.move_children(cell, figure);
        }
    }
    Fate::Become(figure)
}
