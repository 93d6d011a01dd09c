//! `/healthz` and `/metrics`: for whoever watches over the site, not for readers.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{Response, StatusCode};

use crate::drawing::Drawing;
use crate::newsroom::Newsroom;
use crate::pages::missing;

const PLAIN: &str = "text/plain; charset=utf-8";

/// "well", if the store answers.
pub(crate) async fn page(State(newsroom): State<Arc<Newsroom>>) -> Response<Body> {
    let drawing = match newsroom.store().revision().await {
        Ok(_) => Drawing::file(PLAIN, "well\n"),
        Err(_) => Drawing::file(PLAIN, "the store does not answer\n").with_status(StatusCode::SERVICE_UNAVAILABLE),
    };
    newsroom.answer_once(Ok(drawing)).await
}

/// Figures for Prometheus.
pub(crate) async fn metrics(State(newsroom): State<Arc<Newsroom>>) -> Response<Body> {
    match &newsroom.site.metrics {
        Some(handle) => {
            let drawing = Drawing::file("text/plain; version=0.0.4; charset=utf-8", handle.render());
            newsroom.answer_once(Ok(drawing)).await
        }
        None => missing::not_found(&newsroom),
    }
}
