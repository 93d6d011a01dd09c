//! `/for-authors`: what authors may expect, and the forms that put things right without an account.

mod answers;
mod subject;

use std::sync::Arc;
use std::time::Duration;

use askama::Template;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, Uri, header};
use store::{Asked, NewRequest, RequestLimits, StoreError};
use tracing::info;

use crate::drawing::Drawing;
use crate::frame::Frame;
use crate::newsroom::Newsroom;
use crate::pages::{about, missing};
use crate::visitor::Visitor;
use answers::{Answers, Correct, TakeOut, Wrong};

/// How many requests one household may make in an hour.
const MOST_FROM_HOUSEHOLD: u64 = 6;
/// How many all households of one network may make together, which is what one person may have to choose from.
const MOST_FROM_NETWORK: u64 = 30;
/// How many are taken from everybody, which only bounds the store: it takes hundreds of networks to reach it.
const MOST_FROM_ALL: u64 = 10_000;
/// How many things of one source, and of all, are hidden in an hour before anybody has proved anything.
/// Whoever asks after that is heard all the same, and waits for the proof: so nobody can empty the river,
/// and nobody can keep an author from leaving.
const MOST_HIDES_OF_SOURCE: u64 = 10;
const MOST_HIDES: u64 = 120;
const HOUR: Duration = Duration::from_secs(3_600);

#[derive(Template)]
#[template(path = "for-authors.html")]
struct Page<'a> {
    frame: Frame,
    shown: &'static str,
    errors: &'a [Wrong],
    correct: Correct,
    take_out: TakeOut,
}

/// `/for-authors`; `source` and `thing` in the address fill in the forms.
pub(crate) async fn page(State(newsroom): State<Arc<Newsroom>>, uri: Uri, headers: HeaderMap) -> Response<Body> {
    match uri.query() {
        None => {
            newsroom.answer("/for-authors", &headers, |_| async { Ok(draw(&newsroom, &Answers::default(), &[])) }).await
        }
        Some(query) => {
            let mut answers = Answers::read(query.as_bytes());
            answers.absolute("thing", |path| newsroom.absolute(path));
            newsroom.answer_once(Ok(draw(&newsroom, &answers, &[]))).await
        }
    }
}

/// A form that was sent.
pub(crate) async fn send(
    State(newsroom): State<Arc<Newsroom>>,
    visitor: Visitor,
    body: Result<Bytes, BytesRejection>,
) -> Response<Body> {
    let Ok(body) = body else {
        let words = "What was sent is larger than this form can hold. Please say it in fewer words.";
        return missing::sentence(&newsroom, StatusCode::PAYLOAD_TOO_LARGE, "That is too much", words);
    };
    match take(&newsroom, visitor, &Answers::read(&body)).await {
        Ok(Taken::Request(token)) => see_other(&format!("/request/{token}")),
        Ok(Taken::Wrong(answers, wrong)) => {
            let again = draw(&newsroom, &answers, &wrong).with_status(StatusCode::UNPROCESSABLE_ENTITY);
            newsroom.answer_once(Ok(again)).await
        }
        Ok(Taken::TooMany(words)) => {
            let mut answer = missing::sentence(&newsroom, StatusCode::TOO_MANY_REQUESTS, "Please wait a little", words);
            answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("3600"));
            answer
        }
        Err(why) => newsroom.sorry(&why),
    }
}

/// What became of a form.
enum Taken {
    Request(String),
    Wrong(Answers, Vec<Wrong>),
    /// Why it was not taken, in words.
    TooMany(&'static str),
}

async fn take(newsroom: &Newsroom, visitor: Visitor, answers: &Answers) -> Result<Taken, StoreError> {
    let meant = match answers.meant(newsroom).await? {
        Ok(meant) => meant,
        Err(wrong) => return Ok(Taken::Wrong(answers.clone(), wrong)),
    };
    let now = newsroom.moment().now;
    let token = newsroom.token();
    let request = NewRequest {
        kind: meant.kind,
        token: token.clone(),
        source: meant.source,
        post: meant.post,
        wishes: meant.wishes,
        message: meant.message,
        asker: newsroom.name_of(&visitor.household()),
        network: newsroom.name_of(&visitor.network()),
        proof_line: format!("watersmeet-{}", &newsroom.token()[..20]),
    };
    let limits = RequestLimits {
        since: now - HOUR,
        household: MOST_FROM_HOUSEHOLD,
        network: MOST_FROM_NETWORK,
        all: MOST_FROM_ALL,
        hides_of_source: MOST_HIDES_OF_SOURCE,
        hides: MOST_HIDES,
    };
    let number = match newsroom.store().add_request(&request, &limits, now).await? {
        Asked::Made(number) => number,
        Asked::TooManyFromOne => {
            return Ok(Taken::TooMany(
                "Several requests came from where you are within the hour. Please try again in an hour. What you asked \
                 before is not lost.",
            ));
        }
        Asked::TooManyFromAll => {
            return Ok(Taken::TooMany(
                "Thousands of requests came from everywhere within the hour, so no more are taken for now. Please try \
                 again in an hour.",
            ));
        }
    };
    newsroom.look_again();
    info!(
        request.id = %number, source.id = %meant.source, kind = %meant.kind,
        "Request {number}: somebody asked for a change to source {}", meant.source
    );
    Ok(Taken::Request(token))
}

fn draw(newsroom: &Newsroom, answers: &Answers, wrong: &[Wrong]) -> Drawing {
    let title = if wrong.is_empty() { "For authors" } else { "Please look again: for authors" };
    let page = Page {
        frame: Frame::new(newsroom, title).at("/for-authors").canonical(newsroom.absolute("/for-authors")),
        shown: about::shown(newsroom.settings().show),
        errors: wrong,
        correct: Correct::new(answers, wrong),
        take_out: TakeOut::new(answers, wrong),
    };
    Drawing::template(&page)
}

/// On to a page after a form, so that a reload does not send it again.
pub(crate) fn see_other(address: &str) -> Response<Body> {
    let mut answer = missing::found_at(address);
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}
