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
use store::{NewRequest, StoreError};
use tracing::info;

use crate::drawing::Drawing;
use crate::frame::Frame;
use crate::newsroom::Newsroom;
use crate::pages::{about, missing};
use crate::visitor::Visitor;
use answers::{Answers, Correct, TakeOut, Wrong};

/// How many requests one household may make in an hour.
const MOST_FROM_ONE: u64 = 6;
/// How many requests are taken in an hour from everybody, so that many hands cannot empty the river.
const MOST_FROM_ALL: u64 = 120;
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
        Ok(Taken::TooMany) => {
            let words = "Several requests came from where you are within the hour, or very many from everywhere. \
                         Please try again in an hour.";
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
    TooMany,
}

async fn take(newsroom: &Newsroom, visitor: Visitor, answers: &Answers) -> Result<Taken, StoreError> {
    let meant = match answers.meant(newsroom).await? {
        Ok(meant) => meant,
        Err(wrong) => return Ok(Taken::Wrong(answers.clone(), wrong)),
    };
    let now = newsroom.moment().now;
    let asker = newsroom.name_of(&visitor.household());
    let since = now - HOUR;
    if newsroom.store().requests_since(Some(&asker), since).await? >= MOST_FROM_ONE
        || newsroom.store().requests_since(None, since).await? >= MOST_FROM_ALL
    {
        return Ok(Taken::TooMany);
    }
    let token = newsroom.token();
    let request = NewRequest {
        kind: meant.kind,
        token: token.clone(),
        source: meant.source,
        post: meant.post,
        wishes: meant.wishes,
        message: meant.message,
        asker,
        proof_line: format!("watersmeet-{}", &newsroom.token()[..20]),
    };
    newsroom.store().add_request(&request, now).await?;
    newsroom.look_again();
    info!(source.id = %meant.source, kind = %meant.kind, "Somebody asked for a change to a source");
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
