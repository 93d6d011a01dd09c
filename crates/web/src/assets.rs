//! The style sheet and the icon: fixed files, so each is kept by visitors for good.

use std::sync::{Arc, LazyLock};

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Response, Uri, header};
use model::Time;

use crate::answer::answer;
use crate::cache::Drawn;
use crate::drawing::Drawing;
use crate::newsroom::Newsroom;
use crate::pages::missing;

const SHEET: &str = include_str!("../assets/site.css");
const ICON: &str = include_str!("../assets/favicon.svg");
const YEAR_SECONDS: u32 = 31_536_000;
const DAY_SECONDS: u32 = 86_400;

struct Files {
    sheet_address: String,
    sheet: Drawn,
    icon: Drawn,
}

static FILES: LazyLock<Files> = LazyLock::new(|| {
    let file = |content_type, body: String, seconds| {
        Drawn::new(Drawing::file(content_type, body).fresh_for(seconds), 0, Time::from_millis(0))
    };
    let sheet = file("text/css; charset=utf-8", bare(SHEET), YEAR_SECONDS);
    let name: String = sheet.etag.chars().filter(char::is_ascii_hexdigit).take(12).collect();
    Files {
        sheet_address: format!("/assets/site-{name}.css"),
        sheet,
        icon: file("image/svg+xml", ICON.to_owned(), DAY_SECONDS),
    }
});

/// A style sheet without what only its authors read: comments, indentation and empty lines.
fn bare(sheet: &str) -> String {
    let mut bare = String::with_capacity(sheet.len());
    let mut rest = sheet;
    while let Some((before, after)) = rest.split_once("/*") {
        bare.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    bare.push_str(rest);
    bare.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

/// The style sheet's address, which changes with every change of the sheet.
pub(crate) fn sheet_address() -> &'static str {
    &FILES.sheet_address
}

/// `/assets/site-….css`.
pub(crate) async fn sheet(State(newsroom): State<Arc<Newsroom>>, uri: Uri, headers: HeaderMap) -> Response<Body> {
    if uri.path() != FILES.sheet_address {
        return missing::not_found(&newsroom);
    }
    let mut answer = answer(&FILES.sheet, &headers).await;
    let for_good = HeaderValue::from_static("public, max-age=31536000, immutable");
    answer.headers_mut().insert(header::CACHE_CONTROL, for_good);
    answer
}

/// `/favicon.svg`.
pub(crate) async fn favicon(headers: HeaderMap) -> Response<Body> {
    answer(&FILES.icon, &headers).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sheet_is_served_without_what_only_its_authors_read() {
        assert_eq!(
            bare("/* One\n two */\na { b: c; }\n\n@media x {\n  d { e: f; } /* g */\n}\n"),
            "a { b: c; }\n@media x {\nd { e: f; }\n}"
        );
        // Nothing in it is told apart by white space or by what looks like a comment.
        assert!(!SHEET.lines().any(|line| line.contains("\"/*") || line.contains("'/*") || line.contains("url(/*")));
    }
}
