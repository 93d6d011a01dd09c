//! `/post/{id}/{slug}`: one post, credited above and below, as much of it as may be shown.

use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Response, StatusCode};
use html::SafeHtml;
use model::{Language, PostId, PostState, Show};
use serde::Deserialize;
use store::{Post, StoreError};

use crate::alike::{self, Alike};
use crate::card::{Byline, IconView, LicenceView, Named, Outside, PictureView, bylines, post_href};
use crate::days;
use crate::drawing::Drawing;
use crate::frame::Frame;
use crate::gallery::Gallery;
use crate::newsroom::{Moment, Newsroom};
use crate::pages::missing;
use crate::pages::topic::AboutView;
use crate::shelf::words_of;
use crate::show::{Policy, licence_of};
use crate::tongue::{Markup, Tongue};
use crate::topics;

/// The most of a text that stands on a page, in bytes, so that no page is heavier than 60 kB.
const MOST_TEXT_BYTES: usize = 50_000;
/// Below so many words nobody needs to know how long it takes.
const SHORT_WORDS: u32 = 300;
const WORDS_A_MINUTE: u32 = 220;

#[derive(Template)]
#[template(path = "post.html")]
struct Page {
    frame: Frame,
    title: String,
    tongue: Tongue,
    source: Named,
    icon: IconView,
    authors: Vec<Byline>,
    at: String,
    date: String,
    changed: Option<String>,
    language: Option<String>,
    length: Option<String>,
    text: Text,
    why_excerpt: &'static str,
    /// Whether there is more of it at the original, as far as we know.
    is_all: bool,
    picture: Option<PictureView>,
    original: Option<Outside>,
    licence: Option<LicenceView>,
    also_at: Vec<Place>,
    ask_href: String,
    about: Vec<AboutView>,
    alike: Vec<Alike>,
}

/// What is shown of the text.
enum Text {
    Whole(Markup),
    Opening(Markup),
    Excerpt(Vec<String>),
}

/// How much the feed gives of a post, beside its excerpt.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Given {
    /// A title and nothing else.
    Nothing,
    /// Something that has no words, such as a picture.
    NoWords,
    /// The excerpt is all of it.
    AsMuch,
    /// There is more than the excerpt.
    More,
}

impl Text {
    fn is_whole(&self) -> bool {
        matches!(self, Self::Whole(_))
    }
}

/// Somewhere else where the same thing was published.
struct Place {
    name: String,
    href: Option<String>,
    at: String,
    date: String,
}

#[derive(Deserialize)]
pub(crate) struct Asked {
    id: String,
    slug: Option<String>,
}

/// `/post/{id}` and `/post/{id}/{slug}`.
pub(crate) async fn page(
    State(newsroom): State<Arc<Newsroom>>,
    path: Result<Path<Asked>, PathRejection>,
    headers: HeaderMap,
) -> Response<Body> {
    let Ok(Path(Asked { id, slug })) = path else { return missing::not_found(&newsroom) };
    let Ok(id) = id.parse::<PostId>() else { return missing::not_found(&newsroom) };
    let address = format!("/post/{id}/{}", slug.as_deref().unwrap_or_default());
    newsroom.answer(&address, &headers, |moment| draw(&newsroom, id, &address, moment)).await
}

async fn draw(newsroom: &Newsroom, id: PostId, address: &str, moment: Moment) -> Result<Drawing, StoreError> {
    let Some(post) = newsroom.store().post(id).await? else { return Ok(missing::nothing(newsroom, "post")) };
    let card = &post.card;
    if !card.source.state.is_shown() {
        return Ok(missing::source_out(newsroom, &card.source, post.source_state_reason.as_deref(), &moment));
    }
    if post.state != PostState::Shown {
        return Ok(missing::post_out(newsroom, &post, &moment));
    }
    if let Some(first) = post.also_at.iter().find(|other| other.in_river && !post.in_river) {
        return Ok(Drawing::elsewhere(StatusCode::FOUND, format!("/post/{}", first.id)));
    }
    let href = post_href(card);
    if href != address {
        return Ok(Drawing::elsewhere(StatusCode::PERMANENT_REDIRECT, href));
    }
    let gallery = gallery(newsroom, &post).await?;
    let (id, asks) = (post.card.id, alike::question(&post.card.title, &post.card.excerpt));
    let copies: Vec<PostId> = post.also_at.iter().map(|copy| copy.id).collect();
    let alike = alike::posts(newsroom, &asks, Some(id), &copies, &moment).await?;
    let said = topics::said_of_post(newsroom.store(), id).await?;
    let text = words_of(post.cleaned.as_deref().unwrap_or_default());
    let about = AboutView::all(topics::of_post(&post.card, &text, &said));
    let drawing = Drawing::template(&Page { about, ..view(newsroom, post, &gallery, alike, &moment) });
    Ok(if alike::is_unsettled(newsroom) { moment.for_this_minute(drawing) } else { drawing })
}

/// The picture that a post leads with, and those in its text.
async fn gallery(newsroom: &Newsroom, post: &Post) -> Result<Gallery, StoreError> {
    let mut addresses: Vec<String> = post.card.picture.iter().map(|picture| picture.address.clone()).collect();
    if let Some(cleaned) = &post.cleaned {
        addresses.extend(SafeHtml::from_store(cleaned.clone()).pictures().into_iter().map(|picture| picture.address));
    }
    let addresses: Vec<&str> = addresses.iter().map(String::as_str).collect();
    Gallery::of(newsroom, &addresses).await
}

fn view(newsroom: &Newsroom, post: Post, gallery: &Gallery, alike: Vec<Alike>, moment: &Moment) -> Page {
    let card = &post.card;
    let source = &card.source;
    let licence = licence_of(card.licence.as_ref(), source);
    let policy = Policy::of(source, licence.as_ref(), newsroom.settings().show);
    let text = text(&post, policy, gallery);
    let original = card.link.as_deref().and_then(Outside::at);
    let frame = Frame::new(newsroom, &card.title).describing(card.excerpt.clone()).unindexed();
    let frame = match &original {
        Some(original) => frame.canonical(&original.href),
        None => frame,
    };
    let (at, date) = days::dated(card, &moment.zone);
    let is_english = |language: &&Language| language.primary() == "en";
    Page {
        frame: frame.with_feeds(&source.name, |format| format!("/source/{}.{}", source.slug, format.ending())),
        title: card.title.clone(),
        tongue: Tongue::of(card.language.as_ref()),
        source: Named { name: source.name.clone(), href: format!("/source/{}", source.slug) },
        authors: bylines(card),
        at: at.to_string(),
        date,
        changed: (post.revisions > 1).then(|| format!("changed {}", days::date(card.revised_at, &moment.zone))),
        language: card.language.as_ref().filter(|language| !is_english(language)).map(|one| one.name().to_owned()),
        length: (card.words >= SHORT_WORDS)
            .then(|| format!("{} minutes to read", card.words.div_ceil(WORDS_A_MINUTE).max(2))),
        about: Vec::new(),
        alike,
        why_excerpt: why_excerpt(policy, given(&post)),
        is_all: text.is_whole() || given(&post) != Given::More,
        text,
        icon: IconView::of(source),
        picture: gallery.lead(card),
        original,
        licence: licence.as_ref().map(LicenceView::new),
        also_at: post
            .also_at
            .iter()
            .map(|copy| Place {
                name: copy.source.name.clone(),
                href: copy.link.as_deref().and_then(Outside::at).map(|outside| outside.href),
                at: copy.place.to_string(),
                date: days::date(copy.place, &moment.zone),
            })
            .collect(),
        ask_href: format!("/for-authors?thing=/post/{}&source={}#take-out", card.id, source.slug),
    }
}

fn given(post: &Post) -> Given {
    let excerpt_words = post.card.excerpt.split_whitespace().count();
    match (excerpt_words, post.cleaned.as_deref().unwrap_or_default()) {
        (0, "") => Given::Nothing,
        (0, _) => Given::NoWords,
        (some, _) if some >= post.card.words as usize => Given::AsMuch,
        _ => Given::More,
    }
}

/// Why no more than an excerpt is shown.
fn why_excerpt(policy: Policy, given: Given) -> &'static str {
    match (policy, given) {
        (_, Given::Nothing) => "Its feed gives a title and no text.",
        (_, Given::NoWords) => "Its feed gives no words of it. What it shows is where it was published.",
        (_, Given::AsMuch) => "This is all the text that its feed gives.",
        (Policy::Chosen(Show::Excerpt), Given::More) => {
            "These are its first sentences. Its author wants the rest read where it was published."
        }
        (Policy::Usual(Show::Excerpt), Given::More) => {
            "These are its first sentences. Neither its author nor its licence says that we may show the rest."
        }
        (_, Given::More) => "The rest of it could not be shown here.",
    }
}

fn text(post: &Post, policy: Policy, gallery: &Gallery) -> Text {
    let excerpt = || Text::Excerpt(post.card.excerpt.lines().map(str::to_owned).collect());
    match (policy.show(), &post.cleaned) {
        (Show::Full, Some(cleaned)) if !cleaned.is_empty() => {
            let cleaned = SafeHtml::from_store(cleaned.clone());
            if cleaned.as_str().len() <= MOST_TEXT_BYTES {
                return Text::Whole(Markup(gallery.hang(&cleaned)));
            }
            let opening: Option<SafeHtml> = cleaned.opening(MOST_TEXT_BYTES);
            opening.map_or_else(excerpt, |opening| Text::Opening(Markup(gallery.hang(&opening))))
        }
        _ => excerpt(),
    }
}
