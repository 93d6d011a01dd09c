//! `/about`: what the site is, in its own words, and how it works.

use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Response};
use model::Show;
use store::StoreError;

use crate::drawing::Drawing;
use crate::frame::{Frame, Way};
use crate::newsroom::{Moment, Newsroom};
use crate::words::counted;

#[derive(Template)]
#[template(path = "about.html")]
struct Page {
    frame: Frame,
    about: Vec<String>,
    figures: String,
    shown: &'static str,
    has_pictures: bool,
    contact: Option<Way>,
}

/// What is shown of a post where nobody says otherwise.
pub(crate) fn shown(usual: Show) -> &'static str {
    match usual {
        Show::Full => "The whole text is shown, unless you say that only its first sentences may be.",
        Show::Excerpt => {
            "Only its first sentences are shown, unless you or an open licence say that the whole text may be."
        }
    }
}

pub(crate) async fn page(State(newsroom): State<Arc<Newsroom>>, headers: HeaderMap) -> Response<Body> {
    newsroom.answer("/about", &headers, |moment| draw(&newsroom, moment)).await
}

async fn draw(newsroom: &Newsroom, moment: Moment) -> Result<Drawing, StoreError> {
    let settings = newsroom.settings();
    let directory = newsroom.directory(&moment).await?;
    let contact = settings.contact.as_ref().map(|contact| match contact.contains("://") {
        true => Way::to(contact, contact),
        false => Way::to(format!("mailto:{}", contact.trim_start_matches("mailto:")), contact),
    });
    let page = Page {
        frame: Frame::new(newsroom, "About").at("/about").canonical(newsroom.absolute("/about")),
        about: settings.about.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect(),
        figures: format!(
            "At the moment it holds {} from {}.",
            counted(directory.posts(), "post"),
            counted(directory.counts.shown, "source")
        ),
        shown: match settings.show {
            Show::Full => "The whole text, unless its author or an editor chose to show its first sentences only.",
            Show::Excerpt => {
                "The whole text where its author, an editor or an open licence allows it; else its first \
                 sentences, and a clear way to the original."
            }
        },
        has_pictures: settings.pictures,
        contact,
    };
    Ok(Drawing::template(&page))
}
