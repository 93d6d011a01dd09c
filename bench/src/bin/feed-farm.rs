//! Serves many feeds on the loopback interface, each from a host of its own, and writes their list.

use std::collections::HashMap;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bench::Prose;
use clap::{Parser, ValueEnum};
use model::Time;

#[derive(Parser)]
#[command(about)]
struct Options {
    /// How many feeds there are.
    #[arg(long, default_value_t = 200)]
    feeds: usize,
    /// How many entries each has.
    #[arg(long, default_value_t = 20)]
    entries: usize,
    /// How large each feed is, in bytes.
    #[arg(long, default_value_t = 73_000)]
    bytes: usize,
    /// What the answers say about their version.
    #[arg(long, value_enum, default_value_t = Validators::Both)]
    validators: Validators,
    /// On how many addresses from 127.0.1.1 on the feeds are spread.
    #[arg(long, default_value_t = 200)]
    hosts: usize,
    /// The port, on each of them.
    #[arg(long, default_value_t = 8_300)]
    port: u16,
    /// The time of the newest entry.
    #[arg(long, default_value = "2026-11-01T09:00:00Z")]
    newest: Time,
    /// Where the list of the feeds is written, as OPML.
    #[arg(long, default_value = "farm.opml")]
    opml: PathBuf,
    /// Where the bare addresses are written, one a line.
    #[arg(long, default_value = "farm.txt")]
    list: PathBuf,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Validators {
    /// `ETag` and `Last-Modified`.
    Both,
    /// Neither, so that every answer is whole.
    None,
}

struct Served {
    body: Bytes,
    media_type: &'static str,
    etag: Option<HeaderValue>,
}

type Farm = Arc<HashMap<usize, Served>>;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let hosts = options.hosts.clamp(1, options.feeds.max(1));
    let address = |feed: usize| format!("http://{}:{}/{feed}/feed", host(feed % hosts), options.port);

    let mut farm = HashMap::new();
    let mut outlines = Vec::new();
    let mut list = String::new();
    for feed in 0..options.feeds {
        let (body, media_type) = write_feed(feed, &address(feed), &options);
        let etag = (options.validators == Validators::Both)
            .then(|| HeaderValue::from_str(&format!("\"{feed}-{}\"", body.len())).expect("digits"));
        farm.insert(feed, Served { body: Bytes::from(body), media_type, etag });
        let text = format!("Blog {feed}");
        outlines.push(feed::opml::Outline { text, feed: Some(address(feed)), ..Default::default() });
        list.push_str(&address(feed));
        list.push('\n');
    }
    let opml = feed::opml::List { title: Some("A farm of feeds".to_owned()), outlines, ..Default::default() };
    std::fs::write(&options.opml, feed::opml::write(&opml)).context("writing the list as OPML")?;
    std::fs::write(&options.list, list).context("writing the bare list")?;

    let farm: Farm = Arc::new(farm);
    println!("{} feeds, {} bytes in all", farm.len(), farm.values().map(|served| served.body.len()).sum::<usize>());
    let router = Router::new().route("/{feed}/feed", get(serve)).with_state(farm);
    let mut servers = tokio::task::JoinSet::new();
    for place in 0..hosts {
        let to = (host(place), options.port);
        let listener =
            tokio::net::TcpListener::bind(to).await.with_context(|| format!("listening on {}:{}", to.0, to.1))?;
        let router = router.clone();
        servers.spawn(async move { axum::serve(listener, router).await });
    }
    println!("listening on {hosts} addresses from {}:{} on", host(0), options.port);
    tokio::signal::ctrl_c().await.context("waiting for the end")
}

fn host(place: usize) -> Ipv4Addr {
    let first = u32::from(Ipv4Addr::new(127, 0, 1, 1));
    Ipv4Addr::from(first + u32::try_from(place).expect("a few hundred hosts"))
}

async fn serve(State(farm): State<Farm>, Path(feed): Path<usize>, asked: HeaderMap) -> Response {
    let Some(served) = farm.get(&feed) else { return StatusCode::NOT_FOUND.into_response() };
    let Some(etag) = &served.etag else {
        return ([(header::CONTENT_TYPE, served.media_type)], served.body.clone()).into_response();
    };
    let version = [
        (header::ETAG, etag.clone()),
        (header::LAST_MODIFIED, HeaderValue::from_static("Sun, 01 Nov 2026 09:00:00 GMT")),
    ];
    if asked.get(header::IF_NONE_MATCH) == Some(etag) {
        return (StatusCode::NOT_MODIFIED, version).into_response();
    }
    (version, [(header::CONTENT_TYPE, served.media_type)], served.body.clone()).into_response()
}

/// A feed of the wanted size: every second one Atom, the others RSS, with the whole posts in them.
fn write_feed(feed: usize, address: &str, options: &Options) -> (String, &'static str) {
    let prose = Prose::new(feed as u64);
    let site = address.trim_end_matches("/feed");
    let is_atom = feed.is_multiple_of(2);
    // Escaping makes markup about a tenth longer, and each entry has a frame.
    let body_bytes = (options.bytes / options.entries.max(1)).saturating_sub(1_000);
    let entries: String = (0..options.entries)
        .map(|entry| {
            let title = prose.words(7);
            let at = (options.newest - std::time::Duration::from_secs((entry * 86_400 + feed * 400) as u64)).timestamp();
            let body = escape(&prose.markup(body_bytes, site));
            let summary = prose.sentence();
            if is_atom {
                format!(
                    "<entry><id>{site}/posts/{entry}</id><title>{title}</title><link href=\"{site}/posts/{entry}\"/>\
                     <published>{at}</published><updated>{at}</updated><author><name>{}</name></author>\
                     <category term=\"{}\"/><summary>{summary}</summary><content type=\"html\">{body}</content></entry>\n",
                    prose.words(2),
                    prose.word()
                )
            } else {
                let date = at.strftime("%a, %d %b %Y %H:%M:%S GMT");
                format!(
                    "<item><title>{title}</title><link>{site}/posts/{entry}</link><guid isPermaLink=\"false\">{site}/?p={entry}\
                     </guid><pubDate>{date}</pubDate><dc:creator>{}</dc:creator><category>{}</category>\
                     <description>{summary}</description><content:encoded>{body}</content:encoded></item>\n",
                    prose.words(2),
                    prose.word()
                )
            }
        })
        .collect();
    let title = prose.words(3);
    let newest = options.newest;
    if is_atom {
        let head = format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"en-GB\">\
             <id>{site}/</id><title>{title}</title><link href=\"{site}/\"/><link rel=\"self\" href=\"{address}\"/>\
             <updated>{newest}</updated>\n"
        );
        return (format!("{head}{entries}</feed>\n"), "application/atom+xml; charset=utf-8");
    }
    let head = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel><title>{title}</title><link>{site}/</link>\
         <description>{}</description><language>en-GB</language>\n",
        prose.sentence()
    );
    (format!("{head}{entries}</channel></rss>\n"), "application/rss+xml; charset=UTF-8")
}

fn escape(markup: &str) -> String {
    markup.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
