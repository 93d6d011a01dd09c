//! Frames, films and sounds: each becomes a plain link whose text makes sense alone.
//!
//! To add a rule, add a line to [`PLAYERS`].

use std::borrow::Cow;

use url::Url;

use super::elements::Fate;
use super::links::is_blank;
use crate::address::{Use, absolute, spoken_host};
use crate::attribute::{Attribute, Name};
use crate::tag::Tag;
use crate::tree::{Id, Tree};

/// How to get from a frame's address to one for people.
enum Way {
    /// What follows the beginning is put behind this.
    Onto(&'static str),
    /// The named parameter holds the address.
    Parameter(&'static str),
    /// The frame's own address is fine.
    Same,
    /// It is no part of the post.
    Goes,
}

use Way::{Goes, Onto, Parameter, Same};

/// Beginnings of frames' addresses (without scheme and `www.`; `*` for one label), the way out, and the link's text.
const PLAYERS: &[(&str, Way, &str)] = &[
    ("youtube.com/embed/videoseries", Same, "Watch on YouTube"),
    ("youtube.com/embed/", Onto("https://www.youtube.com/watch?v="), "Watch on YouTube"),
    ("youtube-nocookie.com/embed/", Onto("https://www.youtube.com/watch?v="), "Watch on YouTube"),
    ("youtube.com/v/", Onto("https://www.youtube.com/watch?v="), "Watch on YouTube"),
    ("player.vimeo.com/video/", Onto("https://vimeo.com/"), "Watch on Vimeo"),
    ("dailymotion.com/embed/video/", Onto("https://www.dailymotion.com/video/"), "Watch on Dailymotion"),
    ("embed.ted.com/talks/", Onto("https://www.ted.com/talks/"), "Watch on TED"),
    ("fast.wistia.net/embed/", Same, "Watch the video (wistia.net)"),
    ("loom.com/embed/", Onto("https://www.loom.com/share/"), "Watch on Loom"),
    ("open.spotify.com/embed/", Onto("https://open.spotify.com/"), "Listen on Spotify"),
    ("open.spotify.com/embed-podcast/", Onto("https://open.spotify.com/"), "Listen on Spotify"),
    ("w.soundcloud.com/player/", Parameter("url"), "Listen on SoundCloud"),
    ("bandcamp.com/EmbeddedPlayer/", Same, "Listen on Bandcamp"),
    ("embed.podcasts.apple.com/", Onto("https://podcasts.apple.com/"), "Listen on Apple Podcasts"),
    ("podcasters.spotify.com/", Same, "Listen on Spotify"),
    ("buzzsprout.com/", Same, "Listen on Buzzsprout"),
    ("player.captivate.fm/", Same, "Listen to the episode (captivate.fm)"),
    ("share.transistor.fm/e/", Onto("https://share.transistor.fm/s/"), "Listen to the episode (transistor.fm)"),
    ("google.com/maps", Same, "See the map on Google Maps"),
    ("openstreetmap.org/export/embed", Same, "See the map on OpenStreetMap"),
    ("docs.google.com/forms/", Same, "Open the form on Google Forms"),
    ("docs.google.com/presentation/", Same, "See the slides on Google Slides"),
    ("docs.google.com/spreadsheets/", Same, "See the table on Google Sheets"),
    ("forms.office.com/", Same, "Open the form on Microsoft Forms"),
    ("app.powerbi.com/", Same, "See the dashboard on Power BI"),
    ("public.tableau.com/", Same, "See the chart on Tableau Public"),
    ("datawrapper.dwcdn.net/", Same, "See the chart on Datawrapper"),
    ("flo.uri.sh/", Same, "See the chart on Flourish"),
    ("slideshare.net/", Same, "See the slides on SlideShare"),
    ("speakerdeck.com/player/", Same, "See the slides on Speaker Deck"),
    ("miro.com/app/live-embed/", Onto("https://miro.com/app/board/"), "See the board on Miro"),
    ("padlet.com/embed/", Onto("https://padlet.com/"), "See the board on Padlet"),
    ("codepen.io/", Same, "See the code on CodePen"),
    ("gist.github.com/", Same, "See the code on GitHub"),
    ("*.substack.com/embed", Goes, ""),
    ("facebook.com/plugins/like", Goes, ""),
    ("facebook.com/plugins/share_button", Goes, ""),
    ("platform.twitter.com/widgets", Goes, ""),
    ("widgets.wp.com/likes", Goes, ""),
    ("googletagmanager.com/", Goes, ""),
    ("googleads.g.doubleclick.net/", Goes, ""),
    ("rcm-eu.amazon-adsystem.com/", Goes, ""),
];

/// Titles that platforms give all their frames.
const EMPTY_TITLES: &[&str] = &[
    "youtube video player",
    "vimeo video player",
    "spotify embed",
    "embedded post",
    "embedded content",
    "video",
    "iframe",
    "map",
];

/// A frame, a film or a sound.
pub(crate) fn media(tree: &mut Tree<'_>, id: Id, tag: Tag, base: Option<&Url>) -> Fate {
    let names: &[Name] =
        if tag == Tag::Object { &[Name::Data] } else { &[Name::Src, Name::DataSrc, Name::DataLazySrc] };
    let own = names.iter().filter_map(|name| tree.attribute(id, *name));
    let inner = tree
        .within(id)
        .skip(1)
        .filter(|at| matches!(tree.tag(*at), Some(Tag::Source | Tag::Embed | Tag::Iframe)))
        .filter_map(|at| tree.attribute(at, Name::Src));
    let Some(address) = own.chain(inner).find_map(|written| absolute(written, base, Use::Load)) else {
        // A film without an address has, at best, words for those who cannot see it.
        return if tag == Tag::Object { Fate::Unwrap } else { Fate::Go };
    };
    // A frame in a link is a preview of where the link leads.
    let in_link = tree.has_ancestor(id, |around| around == Tag::A);
    if in_link
        || is_unseen(tree, id)
        || tree.attribute(id, Name::Class).is_some_and(|class| class.contains("wp-embedded-content"))
    {
        return Fate::Go;
    }
    let Some((address, mut text)) = link_for(&address, tag) else { return Fate::Go };
    if let Some(title) = tree.attribute(id, Name::Title).filter(|title| says_something(title)) {
        text = format!("{text}: {}", title.split_whitespace().collect::<Vec<_>>().join(" "));
    }
    let poster = tree.attribute(id, Name::Poster).and_then(|poster| absolute(poster, base, Use::Load));
    let poster = poster.map(Cow::into_owned);
    Fate::Become(link(tree, address, text, poster))
}

/// A script that writes code into the page.
pub(crate) fn script(tree: &mut Tree<'_>, id: Id, base: Option<&Url>) -> Fate {
    let source = tree.attribute(id, Name::Src).and_then(|source| absolute(source, base, Use::Load));
    let gist = source.as_deref().and_then(|source| {
        let path = source.strip_prefix("https://gist.github.com/")?;
        Some(format!("https://gist.github.com/{}", path.split(".js").next()?))
    });
    match gist {
        Some(address) => Fate::Become(link(tree, address, "See the code on GitHub".to_owned(), None)),
        None => Fate::Go,
    }
}

/// A link on a line of its own, whatever stands around.
fn link(tree: &mut Tree<'_>, address: String, text: String, poster: Option<String>) -> Id {
    let own_line = tree.element(Tag::Div);
    let a = tree.element_with(Tag::A, [Attribute { name: Name::Href, value: Cow::Owned(address) }]);
    if let Some(poster) = poster {
        let src = Attribute { name: Name::Src, value: Cow::Owned(poster) };
        let alt = Attribute { name: Name::Alt, value: Cow::Borrowed("") };
        let picture = tree.element_with(Tag::Img, [src, alt]);
        tree.append(a, picture);
    }
    let text = tree.text(text);
    tree.append(a, text);
    tree.append(own_line, a);
    own_line
}

/// The address for people and the text; `None` for what is no part of the post.
fn link_for(address: &str, tag: Tag) -> Option<(String, String)> {
    let bare = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://")).unwrap_or(address);
    let bare = bare.strip_prefix("www.").unwrap_or(bare);
    let after = |beginning: &str| match beginning.strip_prefix("*.") {
        Some(beginning) => bare.split_once('.')?.1.strip_prefix(beginning),
        None => bare.strip_prefix(beginning),
    };
    let known = PLAYERS.iter().find_map(|(beginning, way, text)| Some((after(beginning)?, way, *text)));
    if let Some((rest, way, text)) = known {
        let address = match way {
            Goes => return None,
            Same => address.to_owned(),
            Onto(front) => {
                let name: &str = rest.split(['?', '&', '#']).next().unwrap_or_default();
                format!("{front}{name}")
            }
            Parameter(name) => parameter(address, name).unwrap_or_else(|| address.to_owned()),
        };
        return Some((address, text.to_owned()));
    }
    let host = spoken_host(address)?;
    let text = match tag {
        Tag::Video => format!("Watch the video ({host})"),
        Tag::Audio => format!("Listen to the recording ({host})"),
        _ => format!("Open what is embedded here ({host})"),
    };
    Some((address.to_owned(), text))
}

fn parameter(address: &str, name: &str) -> Option<String> {
    let url = Url::parse(address).ok()?;
    let (_, value) = url.query_pairs().find(|(key, _)| key == name)?;
    absolute(&value, None, Use::Load).map(Cow::into_owned)
}

/// A frame of no size is there to count.
fn is_unseen(tree: &Tree<'_>, id: Id) -> bool {
    [Name::Width, Name::Height]
        .iter()
        .filter_map(|name| super::pictures::pixels(tree.attribute(id, *name)?))
        .any(|side| side <= 2)
}

fn says_something(title: &str) -> bool {
    !is_blank(title) && title.len() < 200 && !EMPTY_TITLES.contains(&title.trim().to_ascii_lowercase().as_str())
}
