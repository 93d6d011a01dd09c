//! Plays the servers of a million sources on the loopback interface, and keeps count of who was asked how.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context;
use bench::Prose;
use bench::many::{Layout, Manner, version};
use clap::Parser;
use model::Time;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;

#[derive(Parser)]
#[command(about)]
struct Options {
    #[command(flatten)]
    layout: Layout,
    /// How many entries a feed has.
    #[arg(long, default_value_t = 10)]
    entries: u64,
    /// How long each of them is, in bytes of markup.
    #[arg(long, default_value_t = 2_500)]
    bytes: usize,
    /// How many seconds lie between two posts of a source that has news.
    #[arg(long, default_value_t = 3_600)]
    news_every: u64,
    /// How long a silent server holds its tongue, in seconds.
    #[arg(long, default_value_t = 60)]
    silence: u64,
}

struct Farm {
    options: Options,
    /// The text of the posts; which one a post has follows from its number.
    texts: Vec<String>,
    seen: Mutex<Seen>,
    began: Instant,
    open: AtomicU64,
}

/// What the farm has seen since it began.
#[derive(Default)]
struct Seen {
    requests: u64,
    /// Requests for anything but a feed: the pages that name icons, the icons, robots.txt.
    others: u64,
    whole: u64,
    most_open: u64,
    hosts: HashMap<u64, Host>,
    sources: HashMap<u64, u32>,
    /// How many requests came while the same host was being asked, and how many sooner than a pause after it.
    at_once: u64,
    too_soon: u64,
}

#[derive(Default)]
struct Host {
    open: u32,
    ended: Option<Instant>,
}

/// What a polite guest leaves between two requests to a host, less what the network may swallow of it.
const PAUSE: Duration = Duration::from_millis(950);

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let prose = Prose::new(1);
    let texts = (0..64).map(|_| escape(&prose.markup(options.bytes, "http://riverton.example"))).collect();
    let layout = options.layout.clone();
    let farm =
        Arc::new(Farm { options, texts, seen: Mutex::default(), began: Instant::now(), open: AtomicU64::new(0) });
    for port in layout.port..layout.port + layout.ports {
        let listener =
            TcpListener::bind(("127.0.0.1", port)).await.with_context(|| format!("listening on port {port}"))?;
        tokio::spawn(accept(listener, farm.clone()));
    }
    println!("listening on {} ports of 127.0.0.1 from {} on; /counts tells what came", layout.ports, layout.port);
    tokio::signal::ctrl_c().await.context("waiting for the end")
}

async fn accept(listener: TcpListener, farm: Arc<Farm>) {
    loop {
        // Out of sockets for a moment: those who wait are taken a little later.
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        let farm = farm.clone();
        tokio::spawn(async move {
            // A guest that leaves early is no trouble of the farm's.
            let _ = farm.talk(stream).await;
        });
    }
}

impl Farm {
    /// One request and its answer. Knows just as much HTTP as the guest that is measured.
    async fn talk(&self, mut stream: TcpStream) -> std::io::Result<()> {
        let mut head = Vec::with_capacity(1_024);
        while !head.windows(4).any(|window| window == b"\r\n\r\n") {
            if head.len() > 16_384 || stream.read_buf(&mut head).await? == 0 {
                return Ok(());
            }
        }
        let head = String::from_utf8_lossy(&head);
        let path = head.split(' ').nth(1).unwrap_or_default();
        if path == "/counts" {
            let counts = self.counts();
            return stream.write_all(plain(200, &counts).as_bytes()).await;
        }
        let Some(number) = polled(path) else {
            self.seen.lock().unwrap_or_else(PoisonError::into_inner).others += 1;
            return stream.write_all(plain(404, "").as_bytes()).await;
        };
        let known = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("if-none-match").then(|| value.trim().to_owned())
        });
        self.begins(number);
        let said = self.answer(&mut stream, number, known.as_deref()).await;
        self.ends(number);
        said
    }

    async fn answer(&self, stream: &mut TcpStream, number: u64, known: Option<&str>) -> std::io::Result<()> {
        let manner = self.options.layout.manner(number);
        match manner {
            Manner::Quiet | Manner::Lively => {}
            Manner::Slow(wait) => tokio::time::sleep(wait).await,
            Manner::Silent | Manner::Closed => {
                // Until it lets go or the silence is over, whichever comes first.
                let mut rest = [0; 64];
                let silence = Duration::from_secs(self.options.silence);
                let _ = tokio::time::timeout(silence, stream.read(&mut rest)).await;
                return Ok(());
            }
            Manner::Status(429) => {
                let answer = "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 7200\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
                return stream.write_all(answer.as_bytes()).await;
            }
            Manner::Status(status) => return stream.write_all(plain(status, "").as_bytes()).await,
        }
        let posts = now_seconds() / self.options.news_every.max(1);
        let etag = version(number, manner, posts);
        if known == Some(etag.as_str()) {
            let answer = format!("HTTP/1.1 304 Not Modified\r\nETag: {etag}\r\nConnection: close\r\n\r\n");
            return stream.write_all(answer.as_bytes()).await;
        }
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).whole += 1;
        let feed = self.feed(number, posts);
        let head = format!(
            "HTTP/1.1 200 OK\r\nETag: {etag}\r\nContent-Type: application/rss+xml; charset=utf-8\r\nContent-Length: {}\r\n\
             Connection: close\r\n\r\n",
            feed.len()
        );
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(feed.as_bytes()).await
    }

    fn begins(&self, number: u64) {
        let open = self.open.fetch_add(1, Ordering::Relaxed) + 1;
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.requests += 1;
        seen.most_open = seen.most_open.max(open);
        *seen.sources.entry(number).or_default() += 1;
        let host = seen.hosts.entry(self.host(number)).or_default();
        host.open += 1;
        let is_at_once = host.open > 1;
        let is_too_soon = host.ended.is_some_and(|ended| ended.elapsed() < PAUSE);
        seen.at_once += u64::from(is_at_once);
        seen.too_soon += u64::from(is_too_soon && !is_at_once);
    }

    fn ends(&self, number: u64) {
        self.open.fetch_sub(1, Ordering::Relaxed);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(host) = seen.hosts.get_mut(&self.host(number)) {
            host.open -= 1;
            host.ended = Some(Instant::now());
        }
    }

    /// Which host a source is on: those that share one have the number of the first.
    fn host(&self, number: u64) -> u64 {
        if number < self.options.layout.shared { 0 } else { number }
    }

    fn counts(&self) -> String {
        let open = self.open.load(Ordering::Relaxed);
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let shared = seen.sources.iter().filter(|(number, _)| **number < self.options.layout.shared);
        format!(
            "seconds {:.1}\nrequests {}\nothers {}\nwhole {}\nsources {}\nasked-again {}\nshared-requests {}\nopen {open}\nmost-open {}\n\
             same-host-at-once {}\nsame-host-too-soon {}\n",
            self.began.elapsed().as_secs_f64(),
            seen.requests,
            seen.others,
            seen.whole,
            seen.sources.len(),
            seen.sources.values().filter(|times| **times > 1).count(),
            shared.map(|(_, times)| u64::from(*times)).sum::<u64>(),
            seen.most_open,
            seen.at_once,
            seen.too_soon,
        )
    }

    /// A feed of the last posts, when there have been so many.
    fn feed(&self, number: u64, posts: u64) -> String {
        let site = format!("http://{}", self.options.layout.host(number));
        let items: String = (0..self.options.entries)
            .map(|back| {
                let post = posts.saturating_sub(back);
                let seconds = post * self.options.news_every.max(1);
                let at = Time::from_millis(i64::try_from(seconds * 1_000).expect("a time of our age")).timestamp();
                let text = &self.texts[usize::try_from((number + post) % 64).expect("below 64")];
                format!(
                    "<item><title>Note {post} of blog {number}</title><link>{site}/{number}/{post}</link>\
                     <guid isPermaLink=\"false\">{number}-{post}</guid><pubDate>{}</pubDate>\
                     <description>Note {post} of blog {number}: {text}</description></item>\n",
                    at.strftime("%a, %d %b %Y %H:%M:%S GMT")
                )
            })
            .collect();
        format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\"><channel><title>Blog {number}</title>\
             <link>{site}/{number}/</link><description>Notes.</description><language>en-GB</language>\n{items}</channel></rss>\n"
        )
    }
}

/// The source whose feed is at this path.
fn polled(path: &str) -> Option<u64> {
    path.strip_prefix('/')?.strip_suffix("/feed")?.parse().ok()
}

fn plain(status: u16, body: &str) -> String {
    format!("HTTP/1.1 {status} As Asked\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
}

#[expect(clippy::disallowed_methods, reason = "the farm plays the outside world, whose clock runs by itself")]
fn now_seconds() -> u64 {
    u64::try_from(jiff::Timestamp::now().as_second()).unwrap_or_default()
}

fn escape(markup: &str) -> String {
    markup.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
