//! Each platform's feed, with the habits that a reader has to cope with.

mod blogger;
mod ghost;
mod government;
mod hugo;
mod jekyll;
mod json_feed;
mod medium;
mod rdf;
mod squarespace;
mod substack;
mod wordpress;

use crate::page;
use crate::reply::{Reply, Request, Validators};
use crate::site::Site;
use crate::source::Platform;

pub(crate) use blogger::number_in_redirect as blogger_redirect;

/// The feed of a source, with the headers and validators that its platform sends.
pub(crate) fn feed(site: &Site<'_>, asked: &Request<'_>) -> Reply {
    let xml = "text/xml; charset=UTF-8";
    let rss = "application/rss+xml; charset=utf-8";
    let (reply, by) = match site.source.platform {
        Platform::WordPress => {
            (Reply::found("application/rss+xml; charset=UTF-8", wordpress::feed(site)), Validators::Both)
        }
        Platform::GovernmentBlog => (
            Reply::found("application/atom+xml; charset=UTF-8", government::feed(site))
                .with_header("cache-control", "public, max-age=300"),
            Validators::Both,
        ),
        Platform::Medium => (Reply::found(xml, medium::feed(site)), Validators::WeakEtag),
        Platform::Blogger => (Reply::found(xml, blogger::feed(site)), Validators::Both),
        Platform::Ghost => (
            Reply::found(rss, ghost::feed(site)).with_header("cache-control", "public, max-age=0"),
            Validators::WeakEtag,
        ),
        Platform::Jekyll => (
            Reply::found("application/xml", jekyll::feed(site)).with_header("cache-control", "max-age=600"),
            Validators::Both,
        ),
        Platform::Hugo => (Reply::found("application/xml", hugo::feed(site)), Validators::Etag),
        Platform::JsonFeed => (Reply::found("application/feed+json", json_feed::feed(site)), Validators::Date),
        Platform::Squarespace => (Reply::found(rss, squarespace::feed(site)), Validators::Etag),
        // No charset here: the document says it.
        Platform::Rdf => (Reply::found("application/rdf+xml", rdf::feed(site)), Validators::None),
        Platform::Substack => {
            (Reply::found("application/xml; charset=utf-8", substack::feed(site)), Validators::WeakEtag)
        }
        Platform::HFeed => (Reply::page(page::h_feed(site)), Validators::Date),
        Platform::Gone => (Reply::page(page::gone(site.source)).with_status(404), Validators::None),
    };
    reply.validated(by, site.changed(), asked)
}

/// Whether a path only counts who reads: the platforms' tracking pictures and buttons.
pub(crate) fn is_counter(path: &str) -> bool {
    ["/_/stat", "/~ff/", "/~r/", "/stats/pixel.gif"].iter().any(|start| path.starts_with(start))
}

/// A lead picture as a paragraph or figure at the start of the text.
fn with_lead(site: &Site<'_>, post: &crate::Post, figure: fn(&str, &str) -> String) -> String {
    let lead = site.lead(post).map_or(String::new(), |(address, alternative)| figure(&address, alternative));
    lead + &site.body(post)
}
