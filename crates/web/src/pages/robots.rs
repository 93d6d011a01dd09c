//! `/robots.txt`: rivers are for crawling; every combination of filters and every request is not.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Response};

use crate::drawing::Drawing;
use crate::newsroom::Newsroom;

const RULES: &str = "User-agent: *\nDisallow: /request/\nDisallow: /hub/\nDisallow: /*?*&\n";

pub(crate) async fn page(State(newsroom): State<Arc<Newsroom>>, headers: HeaderMap) -> Response<Body> {
    let draw = |_| async { Ok(Drawing::file("text/plain; charset=utf-8", RULES).fresh_for(86_400)) };
    newsroom.answer("/robots.txt", &headers, draw).await
}
