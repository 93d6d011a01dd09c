//! `/request/{token}`: how a request stands, and how to show that the source is one's own.

use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{Response, StatusCode};
use model::{RequestId, Show};
use store::{Request, RequestKind, RequestState, StoreError, Waits};

use crate::days;
use crate::drawing::Drawing;
use crate::frame::{Frame, Way};
use crate::newsroom::{Moment, Newsroom};
use crate::pages::for_authors::see_other;
use crate::pages::missing;

#[derive(Template)]
#[template(path = "request.html")]
struct Page {
    frame: Frame,
    kind: &'static str,
    heading: String,
    standing: String,
    subject_kind: &'static str,
    subject: String,
    wishes: Vec<Wish>,
    number: RequestId,
    asked: String,
    proof: Option<Proof>,
}

struct Wish {
    name: &'static str,
    value: String,
}

struct Proof {
    line: String,
    effect: &'static str,
    places: Vec<Way>,
    checked: String,
    action: String,
}

/// `/request/{token}`.
pub(crate) async fn page(
    State(newsroom): State<Arc<Newsroom>>,
    token: Result<Path<String>, PathRejection>,
) -> Response<Body> {
    let Ok(Path(token)) = token else { return missing::not_found(&newsroom) };
    let drawing = draw(&newsroom, &token).await;
    newsroom.answer_once(drawing).await
}

/// Asks for the check; somebody else looks at the site, so this page does not wait for it.
pub(crate) async fn check(
    State(newsroom): State<Arc<Newsroom>>,
    token: Result<Path<String>, PathRejection>,
) -> Response<Body> {
    let Ok(Path(token)) = token else { return missing::not_found(&newsroom) };
    match newsroom.store().ask_for_proof(&token, newsroom.moment().now).await {
        Ok(true) => see_other(&format!("/request/{token}")),
        Ok(false) => missing::not_found(&newsroom),
        Err(why) => newsroom.sorry(&why),
    }
}

async fn draw(newsroom: &Newsroom, token: &str) -> Result<Drawing, StoreError> {
    let Some(request) = newsroom.store().request(token).await? else {
        return Ok(missing::nothing(newsroom, "request"));
    };
    let moment = newsroom.moment();
    let what = if request.post.is_some() { "post" } else { "source" };
    let heading = match (request.kind, request.state) {
        (RequestKind::TakeOut, RequestState::InForce) => format!("The {what} is hidden"),
        (RequestKind::TakeOut, RequestState::Waiting) => "Your request is waiting".to_owned(),
        (RequestKind::TakeOut, RequestState::Proved) => format!("The {what} is out for good"),
        (RequestKind::TakeOut, RequestState::Done) => format!("The {what} is out"),
        (RequestKind::TakeOut, RequestState::Undone) => format!("The {what} is back"),
        (RequestKind::Correct, RequestState::Waiting | RequestState::InForce) => {
            "Your correction is waiting".to_owned()
        }
        (RequestKind::Correct, RequestState::Proved | RequestState::Done) => "Your correction is in force".to_owned(),
        (RequestKind::Correct, RequestState::Undone) => "An editor turned the correction down".to_owned(),
    };
    let page = Page {
        frame: Frame::new(newsroom, &heading).unindexed(),
        kind: match request.kind {
            RequestKind::TakeOut => "Taking something out",
            RequestKind::Correct => "Correcting a source",
        },
        standing: standing(&request, &moment),
        heading,
        subject_kind: if request.post.is_some() { "Post" } else { "Source" },
        subject: request.post.as_ref().map_or(&request.source.name, |post| &post.title).clone(),
        wishes: wishes(&request),
        number: request.id,
        asked: days::date(request.made, &moment.zone),
        proof: is_open(&request).then(|| proof(&request, token, &moment)),
    };
    Ok(Drawing::template(&page).with_status(StatusCode::OK))
}

fn is_open(request: &Request) -> bool {
    matches!(request.state, RequestState::Waiting | RequestState::InForce)
}

fn standing(request: &Request, moment: &Moment) -> String {
    let settled = request.settled.map_or(String::new(), |at| format!(" on {}", days::date(at, &moment.zone)));
    match (request.kind, request.state) {
        (RequestKind::TakeOut, RequestState::Waiting) => match request.waits {
            Some(Waits::Crowd) => {
                "Very many such requests came within the hour, so nothing more is hidden at once. It goes as soon as you \
                 have shown that it is yours, or an editor agrees."
            }
            Some(Waits::BroughtBack) | None => {
                "An editor brought it back after an earlier request, so it stays until you have shown that it is yours."
            }
        }
        .to_owned(),
        (RequestKind::TakeOut, RequestState::InForce) => {
            "It is out of every page and every feed of this site. An editor may undo that until you have shown that it \
             is yours."
                .to_owned()
        }
        (RequestKind::TakeOut, RequestState::Proved) => {
            format!("You showed that it is yours{settled}. It stays out, and no list brings it back.")
        }
        (RequestKind::TakeOut, RequestState::Done) => {
            format!("An editor agreed{settled}. It is out of every page and every feed, and no list brings it back.")
        }
        (RequestKind::TakeOut, RequestState::Undone) => {
            format!("An editor undid the request{settled}. If it is yours, make a new one and show that it is.")
        }
        (RequestKind::Correct, RequestState::Waiting | RequestState::InForce) => {
            "It takes effect once you have shown that the source is yours, or once an editor agrees.".to_owned()
        }
        (RequestKind::Correct, RequestState::Proved | RequestState::Done) => {
            format!("It took effect{settled}, and it outlasts whatever the feed says.")
        }
        (RequestKind::Correct, RequestState::Undone) => {
            format!("That was{settled}. If the source is yours, make a new request and show that it is.")
        }
    }
}

fn wishes(request: &Request) -> Vec<Wish> {
    let wishes = &request.wishes;
    let shown = |show: Show| match show {
        Show::Full => "the whole text".to_owned(),
        Show::Excerpt => "the first sentences, and a link to the rest".to_owned(),
    };
    let all = [
        ("Name", wishes.name.clone()),
        ("Site", wishes.site.clone()),
        ("Shown", wishes.show.map(shown)),
        ("Licence", wishes.licence.as_ref().map(|licence| licence.name().to_owned())),
        ("Language", wishes.language.as_ref().map(|language| language.name().to_owned())),
    ];
    all.into_iter().filter_map(|(name, value)| Some(Wish { name, value: value? })).collect()
}

fn proof(request: &Request, token: &str, moment: &Moment) -> Proof {
    let mut places = Vec::new();
    if let Some(post) = &request.post
        && let Some(link) = &post.link
    {
        places.push(Way::to(link, "the post itself"));
    }
    if let Some(site) = &request.source.site {
        places.push(Way::to(site, "the site’s front page"));
    }
    places.push(Way::to(&request.source.address, "the feed"));
    let time = |at| format!("{} at {}", days::date(at, &moment.zone), days::clock(at, &moment.zone));
    let checked = match (request.proof_due, request.proof_checked) {
        (Some(_), _) => "A check has been asked for. Load this page again in a minute.".to_owned(),
        (None, Some(at)) => format!("We looked on {} and did not find the line.", time(at)),
        (None, None) => "We have not looked yet.".to_owned(),
    };
    Proof {
        line: request.proof_line.clone(),
        effect: match request.kind {
            RequestKind::TakeOut => "final and lasting",
            RequestKind::Correct => "take effect at once",
        },
        places,
        checked,
        action: format!("/request/{token}/check"),
    }
}
