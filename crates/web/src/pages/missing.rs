//! What is not here, or not here any more: a sentence that says so, and ways on.

use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, Uri, header};
use model::{PostState, SourceState};

use store::{Post, SourceRef};

use crate::days;
use crate::drawing::Drawing;
use crate::frame::{Frame, Way};
use crate::newsroom::{Moment, Newsroom};

#[derive(Template)]
#[template(path = "sentence.html")]
struct Page {
    frame: Frame,
    heading: String,
    sentences: Vec<String>,
    ways: Vec<Way>,
}

/// Names that people and programs try for a feed, and where it is.
const GUESSES: [(&str, &str); 13] = [
    ("/feed.atom", "/river.atom"),
    ("/feed.rss", "/river.rss"),
    ("/feed/atom", "/river.atom"),
    ("/feed", "/river.atom"),
    ("/atom", "/river.atom"),
    ("/atom.xml", "/river.atom"),
    ("/feed.xml", "/river.atom"),
    ("/index.xml", "/river.rss"),
    ("/rss", "/river.rss"),
    ("/rss.xml", "/river.rss"),
    ("/feed.json", "/river.json"),
    ("/opml", "/sources.opml"),
    ("/river", "/"),
];

/// Every address that nothing else answers.
pub(crate) async fn page(State(newsroom): State<Arc<Newsroom>>, uri: Uri) -> Response<Body> {
    let path = uri.path().trim_end_matches('/');
    if let Some((_, there)) = GUESSES.iter().find(|(guess, _)| *guess == path) {
        return moved(there);
    }
    match without_closing_slash(&uri) {
        Some(there) => moved(&there),
        None => not_found(&newsroom),
    }
}

/// No page of ours ends in a slash; who writes one means the page. The address stays on this site: a path
/// that browsers could take for another host's, such as `//elsewhere.example/`, is left alone.
fn without_closing_slash(uri: &Uri) -> Option<String> {
    let path = uri.path().strip_suffix('/')?.trim_end_matches('/');
    let is_ours = path.strip_prefix('/')?.starts_with(|c: char| c.is_ascii_alphanumeric()) && !path.contains('\\');
    is_ours.then(|| uri.query().map_or(path.to_owned(), |query| format!("{path}?{query}")))
}

/// A way of asking that the address does not take.
pub(crate) async fn method(State(newsroom): State<Arc<Newsroom>>) -> Response<Body> {
    let words =
        "This address cannot be asked in that way. Pages are read with GET; forms are sent from their own page.";
    sentence(&newsroom, StatusCode::METHOD_NOT_ALLOWED, "That does not work here", words)
}

/// Somewhere else for good.
pub(crate) fn moved(there: &str) -> Response<Body> {
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = StatusCode::PERMANENT_REDIRECT;
    if let Ok(there) = HeaderValue::from_str(there) {
        answer.headers_mut().insert(header::LOCATION, there);
    }
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600"));
    answer
}

/// The same river under its canonical address.
pub(crate) fn found_at(there: &str) -> Response<Body> {
    let mut answer = moved(there);
    *answer.status_mut() = StatusCode::SEE_OTHER;
    answer
}

/// 404 for an address that never was.
pub(crate) fn not_found(newsroom: &Newsroom) -> Response<Body> {
    send(drawing(
        newsroom,
        StatusCode::NOT_FOUND,
        "There is no such page",
        vec![
            "The address may have a slip in it, or what was here has another address now.".to_owned(),
            "Posts are found through the river and its filters, by month, or through their source.".to_owned(),
        ],
    ))
}

/// A feed whose filters cannot be followed: a program must not take it for an empty river.
pub(crate) fn no_feed(newsroom: &Newsroom, why: &str) -> Drawing {
    drawing(newsroom, StatusCode::NOT_FOUND, "There is no such feed", vec![why.to_owned()])
}

/// The same as [`not_found`], for a page that is being drawn.
pub(crate) fn nothing(newsroom: &Newsroom, what: &str) -> Drawing {
    let heading = format!("There is no such {what}");
    let slip = format!("There is no {what} at this address. It may have a slip in it.");
    let ways = match what {
        "project" => vec![Way::to("/who-else", "Who else works on a problem"), Way::to("/projects", "All projects")],
        "organisation" => vec![Way::to("/organisations", "All organisations"), Way::to("/projects", "All projects")],
        _ => {
            let how =
                "Posts are found through the river and its filters, by month, or through their source.".to_owned();
            return drawing(newsroom, StatusCode::NOT_FOUND, &heading, vec![slip, how]);
        }
    };
    let page = Page { frame: Frame::new(newsroom, &heading).unindexed(), heading, sentences: vec![slip], ways };
    Drawing::template(&page).with_status(StatusCode::NOT_FOUND)
}

/// 404 with what may have been meant.
pub(crate) fn with_ways(newsroom: &Newsroom, heading: &str, words: &str, ways: Vec<Way>) -> Response<Body> {
    let page = Page {
        frame: Frame::new(newsroom, heading).unindexed(),
        heading: heading.to_owned(),
        sentences: vec![words.to_owned()],
        ways,
    };
    send(Drawing::template(&page).with_status(StatusCode::NOT_FOUND))
}

/// Any status, said in a sentence.
pub(crate) fn sentence(newsroom: &Newsroom, status: StatusCode, heading: &str, words: &str) -> Response<Body> {
    send(drawing(newsroom, status, heading, vec![words.to_owned()]))
}

/// A source that is not shown: what happened to it, since when, and why.
pub(crate) fn source_out(newsroom: &Newsroom, source: &SourceRef, reason: Option<&str>, moment: &Moment) -> Drawing {
    let name = &source.name;
    let since = days::date(source.state_since, &moment.zone);
    let because = because(reason);
    let (status, heading, why) = match source.state {
        SourceState::Left => (
            StatusCode::GONE,
            format!("{name} has left"),
            format!(
                "Its owner took it out on {since}. It is not read any more, and its posts are not shown here again."
            ),
        ),
        SourceState::Removed => (
            StatusCode::GONE,
            format!("{name} was removed"),
            format!("An editor removed it on {since}{because}. Its posts are not shown here."),
        ),
        _ => (
            StatusCode::NOT_FOUND,
            format!("{name} is not shown at the moment"),
            format!("It was hidden on {since}{because}. An editor can undo that."),
        ),
    };
    drawing(newsroom, status, &heading, vec![why])
}

/// A post that is not shown, though its source is.
pub(crate) fn post_out(newsroom: &Newsroom, post: &Post, moment: &Moment) -> Drawing {
    let source = &post.card.source.name;
    let since = days::date(post.state_since, &moment.zone);
    let because = because(post.state_reason.as_deref());
    let (status, heading, why) = match post.state {
        PostState::Left => (
            StatusCode::GONE,
            "This post was taken out",
            format!("Its author at {source} took it out on {since}. It is not shown here again."),
        ),
        _ => (
            StatusCode::NOT_FOUND,
            "This post is not shown at the moment",
            format!("This post from {source} was hidden on {since}{because}. An editor can undo that."),
        ),
    };
    drawing(newsroom, status, heading, vec![why])
}

fn because(reason: Option<&str>) -> String {
    reason.map_or(String::new(), |reason| format!(", because {reason}"))
}

fn drawing(newsroom: &Newsroom, status: StatusCode, heading: &str, sentences: Vec<String>) -> Drawing {
    let page = Page {
        frame: Frame::new(newsroom, heading).unindexed(),
        heading: heading.to_owned(),
        sentences,
        ways: vec![
            Way::to("/", "The river: all posts, newest first"),
            Way::to("/archive", "The archive, by month"),
            Way::to("/sources", "All sources"),
        ],
    };
    Drawing::template(&page).with_status(status)
}

/// Sends what is not worth keeping or packing.
fn send(drawing: Drawing) -> Response<Body> {
    let mut answer = Response::new(Body::from(drawing.body));
    *answer.status_mut() = drawing.status;
    let headers: &mut HeaderMap = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(drawing.content_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if drawing.status == StatusCode::SERVICE_UNAVAILABLE {
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static("30"));
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &str, there: Option<&str>) {
        assert_eq!(without_closing_slash(&written.parse().unwrap()).as_deref(), there, "{written}");
    }

    #[test]
    fn a_closing_slash_is_taken_away() {
        check("/sources/", Some("/sources"));
        check("/sources//", Some("/sources"));
        check("/sources/?name=a&page=2", Some("/sources?name=a&page=2"));
        check("/archive/2026/11/", Some("/archive/2026/11"));
        check("/sources", None);
        check("/", None);
        check("//", None);
        check("//elsewhere.example/", None);
        check("/\\elsewhere.example/", None);
        check("/a\\b/", None);
    }
}
