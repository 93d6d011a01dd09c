//! A farm of sites on the loopback interface that say what a test puts into their mouths and remember who asked.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Response, StatusCode};
use model::Address;

/// What stands at an address.
#[derive(Clone, Debug)]
pub struct Page {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
    wait: Duration,
}

impl Page {
    pub fn status(status: u16) -> Self {
        Self { status, headers: vec![], body: vec![], wait: Duration::ZERO }
    }
    pub fn feed(body: impl Into<Vec<u8>>) -> Self {
        Self { body: body.into(), ..Self::status(200) }.with("content-type", "application/rss+xml")
    }
    pub fn html(body: impl Into<Vec<u8>>) -> Self {
        Self { body: body.into(), ..Self::status(200) }.with("content-type", "text/html; charset=utf-8")
    }
    pub fn text(body: impl Into<String>) -> Self {
        Self { body: body.into().into_bytes(), ..Self::status(200) }.with("content-type", "text/plain")
    }
    /// What its server calls a PNG, whatever it is.
    pub fn picture(body: impl Into<String>) -> Self {
        Self { body: body.into().into_bytes(), ..Self::status(200) }.with("content-type", "image/png")
    }
    pub fn moved(status: u16, to: &Address) -> Self {
        Self::status(status).with("location", to.as_str())
    }
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }
    /// Answers 304 to whoever has this version.
    pub fn version(self, etag: &str) -> Self {
        self.with("etag", etag)
    }
    pub fn slowly(self, wait: Duration) -> Self {
        Self { wait, ..self }
    }
}

/// One request that came.
#[derive(Clone, Debug)]
pub struct Asked {
    pub host: String,
    pub path: String,
    pub headers: HeaderMap,
    /// When it came.
    pub came: Instant,
    /// When it was answered, unless who asked has gone away.
    pub answered: Option<Instant>,
}

impl Asked {
    /// A header's value, where it is plain text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| std::str::from_utf8(value.as_bytes()).ok())
    }
}

#[derive(Default)]
struct Inner {
    pages: HashMap<(String, String), Page>,
    asked: Vec<Asked>,
}

/// The farm; it ends when it is dropped with the test's runtime.
#[derive(Clone)]
pub struct Farm {
    inner: Arc<Mutex<Inner>>,
    port: u16,
}

impl Farm {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let farm = Self { inner: Arc::default(), port: listener.local_addr().unwrap().port() };
        let site = Router::new().fallback(answer).with_state(farm.clone());
        tokio::spawn(async move { axum::serve(listener, site).await.unwrap() });
        farm
    }

    /// An address on one of the farm's hosts.
    pub fn address(&self, host: &str, path: &str) -> Address {
        Address::parse(&format!("http://{host}.localhost:{}{path}", self.port)).unwrap()
    }

    /// Puts a page, in place of the one before.
    pub fn put(&self, host: &str, path: &str, page: Page) -> Address {
        self.inner.lock().unwrap().pages.insert((host.to_owned(), path.to_owned()), page);
        self.address(host, path)
    }

    /// The requests since the last call.
    pub fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut self.inner.lock().unwrap().asked)
    }

    /// The paths that were asked since the last call.
    pub fn asked_paths(&self) -> Vec<String> {
        self.asked().into_iter().map(|asked| asked.path).collect()
    }
}

async fn answer(State(farm): State<Farm>, request: Request) -> Response<Body> {
    let headers = request.headers().clone();
    let host = headers.get("host").and_then(|host| host.to_str().ok()).unwrap_or_default();
    let host = host.split('.').next().unwrap_or_default().to_owned();
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let came = Instant::now();
    let page = {
        let mut inner = farm.inner.lock().unwrap();
        let asked = Asked { host: host.clone(), path: path.clone(), headers: headers.clone(), came, answered: None };
        inner.asked.push(asked);
        inner.pages.get(&(host, path)).cloned().unwrap_or(Page::status(404))
    };
    tokio::time::sleep(page.wait).await;
    if let Some(asked) = farm.inner.lock().unwrap().asked.iter_mut().find(|asked| asked.came == came) {
        asked.answered = Some(Instant::now());
    }
    let validators = [("if-none-match", "etag"), ("if-modified-since", "last-modified")];
    let is_known = validators.iter().any(|(asked, given)| {
        let given = page.headers.iter().find(|(name, _)| name == given).map(|(_, value)| value.as_str());
        given.is_some() && headers.get(*asked).and_then(|value| std::str::from_utf8(value.as_bytes()).ok()) == given
    });
    let status = if is_known { StatusCode::NOT_MODIFIED } else { StatusCode::from_u16(page.status).unwrap() };
    let mut response = Response::builder().status(status);
    for (name, value) in &page.headers {
        response = response.header(*name, value);
    }
    response.body(if is_known { Body::empty() } else { Body::from(page.body) }).unwrap()
}

/// An RSS feed of posts `(id, title, text, date)` on a host.
pub fn rss(host: &str, posts: &[(&str, &str, &str, &str)]) -> String {
    let items: String = posts
        .iter()
        .map(|(id, title, text, date)| {
            format!(
                "<item><guid isPermaLink='false'>{id}</guid><title>{title}</title><link>https://{host}.example/{id}</link>\
                 <description>{text}</description>{}</item>",
                if date.is_empty() { String::new() } else { format!("<pubDate>{date}</pubDate>") }
            )
        })
        .collect();
    format!(
        "<?xml version='1.0'?><rss version='2.0'><channel><title>{host} - Medium</title>\
         <link>https://{host}.example/</link><description>d</description>{items}</channel></rss>"
    )
}
