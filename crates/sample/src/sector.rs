//! The whole sector: every source's host, as a pure function from a request to a reply.

use model::Time;

use crate::posts::FILES;
use crate::reply::{Reply, Request, Validators};
use crate::site::Site;
use crate::{Platform, Post, SOURCES, Source, opml, page, pictures, platform};

/// The fictional sector as it stood at one moment: its anchor. All dates count back from that.
#[derive(Debug)]
pub struct Sector {
    anchor: Time,
    posts: Vec<Post>,
}

impl Sector {
    /// The sector whose newest post is some hours older than `anchor`.
    pub fn new(anchor: Time) -> Self {
        let read = |(path, text): &(&'static str, &'static str)| Post::read(path, text).expect("tests read every post");
        let mut posts: Vec<Post> = FILES.iter().map(read).collect();
        posts.sort_by_key(|post| (std::cmp::Reverse(post.when.at(anchor)), post.name()));
        Sector { anchor, posts }
    }

    /// The moment that all dates count back from.
    pub fn anchor(&self) -> Time {
        self.anchor
    }

    /// Every post of every source, newest first.
    pub fn posts(&self) -> &[Post] {
        &self.posts
    }

    /// The post called `source/NN-slug`.
    pub fn post(&self, name: &str) -> Option<&Post> {
        self.posts.iter().find(|post| post.name() == name)
    }

    /// Where a post lives when the sector is served at this port.
    pub fn address_of(&self, post: &Post, port: u16) -> Option<String> {
        let source = Source::with_key(post.source)?;
        Some(Site { sector: self, source, port: &format!(":{port}") }.post_address(post))
    }

    /// The list of sources, with groups, when the sector is served at this port.
    pub fn opml(&self, port: u16) -> String {
        opml::list(self, &format!(":{port}"))
    }

    /// Answers a request as the source would that lives at this host.
    pub fn reply(&self, asked: &Request<'_>) -> Reply {
        let (host, port) = match asked.host.rfind(':') {
            Some(colon) => asked.host.split_at(colon),
            None => (asked.host, ""),
        };
        let path = asked.path.split_once('?').map_or(asked.path, |(path, _)| path);
        if let Some(picture) = path.strip_prefix("/pictures/").and_then(|name| name.strip_suffix(".png")) {
            return picture_reply(self, picture, asked);
        }
        let moved = |source: &&'static Source| source.former.as_ref().is_some_and(|former| former.host == host);
        if let Some(source) = SOURCES.iter().find(moved) {
            return left_behind(&Site { sector: self, source, port }, path);
        }
        match Source::at_host(host) {
            Some(source) if source.platform == Platform::Gone => Reply::page(page::gone(source)).with_status(404),
            Some(source) => Site { sector: self, source, port }.reply(path, asked),
            None if path == "/" => Reply::page(page::directory(self, port)),
            None => Reply::page(page::nothing_here()).with_status(404),
        }
    }
}

impl Site<'_> {
    fn reply(&self, path: &str, asked: &Request<'_>) -> Reply {
        let is_feed = match self.source.platform {
            Platform::Squarespace => asked.path == self.source.feed_path(),
            _ => path == self.source.feed_path(),
        };
        if is_feed {
            return platform::feed(self, asked);
        }
        if path == "/" || (self.source.platform == Platform::Squarespace && path == "/blog") {
            return Reply::page(page::home(self)).validated(Validators::Date, self.changed(), asked);
        }
        if let Some(post) = self.posts().find(|post| self.post_path(post) == path) {
            return Reply::page(page::post(self, post)).validated(Validators::Date, self.changed(), asked);
        }
        if let Some(number) = platform::blogger_redirect(path)
            && let Some(post) = self.posts().find(|post| post.number == number)
        {
            return Reply::moved(302, &self.post_address(post));
        }
        if path == "/favicon.ico"
            && let Some(icon) = pictures::icon(self.source.key)
        {
            return Reply::found("image/png", icon).with_header("cache-control", "public, max-age=86400");
        }
        if platform::is_counter(path) {
            return Reply::found("image/gif", pictures::DOT).with_header("cache-control", "no-store");
        }
        Reply::page(page::not_found(self)).with_status(404)
    }
}

fn picture_reply(sector: &Sector, name: &str, asked: &Request<'_>) -> Reply {
    match pictures::picture(name) {
        Some(bytes) => Reply::found("image/png", bytes)
            .with_header("cache-control", "public, max-age=86400")
            .validated(Validators::Etag, sector.anchor, asked),
        None => Reply::page(page::nothing_here()).with_status(404),
    }
}

/// What the old host of a source that moved still says: for good, over there.
fn left_behind(site: &Site<'_>, path: &str) -> Reply {
    let feed = site.source.former.as_ref().is_some_and(|former| former.path == path);
    Reply::moved(301, &if feed { site.feed_address() } else { site.address("/") })
}
