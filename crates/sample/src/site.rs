//! One source's site as it is served at one port: its posts with their addresses and their text.

use model::Time;

use crate::post::{day, day_at_work};
use crate::words::{date_path, hex_id, long_date};
use crate::{Platform, Post, Sector, Source};

/// A source at a port. Only here does a post get an address.
#[derive(Clone, Copy)]
pub(crate) struct Site<'a> {
    pub sector: &'a Sector,
    pub source: &'static Source,
    /// `:8001`, or nothing for the port that needs no saying.
    pub port: &'a str,
}

impl<'a> Site<'a> {
    /// Its root, without a slash at the end.
    pub fn root(&self) -> String {
        format!("http://{}{}", self.source.host, self.port)
    }

    /// The absolute address of a path of its own.
    pub fn address(&self, path: &str) -> String {
        format!("{}{path}", self.root())
    }

    /// The address of its feed, or of the page that stands in for it.
    pub fn feed_address(&self) -> String {
        self.address(self.source.feed_path())
    }

    /// Its posts, as its pages list them: newest first, undated ones last.
    pub fn posts(&self) -> impl Iterator<Item = &'a Post> + use<'a> {
        let key = self.source.key;
        self.sector.posts().iter().filter(move |post| post.source == key)
    }

    /// When a post was published, if its source says so.
    pub fn published(&self, post: &Post) -> Option<Time> {
        post.when.at(self.sector.anchor())
    }

    /// When the newest post came that isn't from the future.
    pub fn changed(&self) -> Time {
        let anchor = self.sector.anchor();
        self.posts().filter_map(|post| self.published(post)).filter(|at| *at <= anchor).max().unwrap_or(anchor)
    }

    /// Where a post lives, in the way of the platform.
    pub fn post_path(&self, post: &Post) -> String {
        let dated = || date_path(self.published(post).unwrap_or_else(|| day(self.sector.anchor(), -30)));
        let slug = post.slug;
        match self.source.platform {
            Platform::WordPress | Platform::Gone => format!("/{}/{slug}/", &dated()[..7]),
            Platform::GovernmentBlog => format!("/{}/{slug}/", dated()),
            Platform::Medium => format!("/{slug}-{}", hex_id(&post.name(), 12)),
            Platform::Blogger => format!("/{}/{slug}.html", &dated()[..7]),
            Platform::Ghost => format!("/{slug}/"),
            Platform::Jekyll => format!("/{}/{slug}.html", dated()),
            Platform::Hugo => format!("/posts/{slug}/"),
            Platform::JsonFeed => format!("/blog/{slug}"),
            Platform::Squarespace => format!("/blog/{slug}"),
            Platform::Rdf => format!("/news/{:03}.html", 140 + post.number),
            Platform::Substack => format!("/p/{slug}"),
            Platform::HFeed => format!("/notes/{slug}"),
        }
    }

    /// A post's own absolute address.
    pub fn post_address(&self, post: &Post) -> String {
        self.address(&self.post_path(post))
    }

    /// The post whose text this one repeats, where it does.
    pub fn original(&self, post: &Post) -> Option<&'a Post> {
        post.copy_of.and_then(|name| self.sector.post(name))
    }

    /// The site, at the same port, that a post belongs to.
    pub fn for_post(&self, post: &Post) -> Site<'a> {
        Site { source: Source::with_key(post.source).expect("tests look for every post's source"), ..*self }
    }

    /// A post's title; a copy has its original's.
    pub fn title(&self, post: &Post) -> &'static str {
        match self.original(post) {
            Some(original) if post.title.is_empty() => original.title,
            _ => post.title,
        }
    }

    /// A post's language.
    pub fn language(&self, post: &Post) -> &'static str {
        post.language.unwrap_or(self.source.language)
    }

    /// A post's text with every address absolute, its lead picture not included.
    pub fn body(&self, post: &Post) -> String {
        let root = self.root();
        self.body_relative(post)
            .replace("src=\"/", &format!("src=\"{root}/"))
            .replace("href=\"/", &format!("href=\"{root}/"))
    }

    /// A post's text as its author typed it: pictures and links on the same site start with a slash.
    pub fn body_relative(&self, post: &Post) -> String {
        let whose = self.original(post).unwrap_or(post);
        let mut text = String::with_capacity(whose.body.len() + 256);
        let mut rest = whose.body;
        while let Some((before, after)) = rest.split_once("{{") {
            let (asked, after) = after.split_once("}}").expect("tests read every post");
            text.push_str(before);
            text.push_str(&self.fill(asked));
            rest = after;
        }
        text.push_str(rest);
        if let Some(original) = self.original(post) {
            let site = self.for_post(original);
            let (address, name) = (site.post_address(original), site.source.organisation);
            text +=
                &format!("\n<p><em>This post was originally published on <a href=\"{address}\">{name}</a>.</em></p>");
        }
        text
    }

    /// What `{{post source/NN-slug}}`, `{{site source}}`, `{{date +9}}` and `{{day +9}}` stand for.
    fn fill(&self, asked: &str) -> String {
        let (what, which) = asked.split_once(' ').expect("tests read every post");
        match what {
            "post" => {
                let post = self.sector.post(which).expect("tests read every post");
                self.for_post(post).post_address(post)
            }
            "site" => {
                let source = Source::with_key(which).expect("tests read every post");
                Site { source, ..*self }.address("/")
            }
            "date" => long_date(day_at_work(self.sector.anchor(), which.parse().expect("tests read every post"))),
            "day" => date_path(day_at_work(self.sector.anchor(), which.parse().expect("tests read every post")))
                .replace('/', "-"),
            other => unreachable!("tests read every post, so there is no {other}"),
        }
    }

    /// The lead picture's absolute address and alternative text.
    pub fn lead(&self, post: &Post) -> Option<(String, &'static str)> {
        let (name, alternative) = self.original(post).unwrap_or(post).picture?;
        Some((self.address(&format!("/pictures/{name}.png")), alternative))
    }
}
