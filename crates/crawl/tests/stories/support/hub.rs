//! A hub of our own on the loopback interface, which does what a test tells it to; and our site, as it finds it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Request, Response, StatusCode};
use model::{Address, Dice};
use ring::hmac;
use tower::ServiceExt;

use super::Story;

/// The site's public address in stories.
pub const SITE: &str = "https://river.example/";

/// What the hub was asked.
#[derive(Clone, Debug)]
pub struct Wish(HashMap<String, String>);

impl Wish {
    #[track_caller]
    pub fn get(&self, name: &str) -> &str {
        self.0.get(&format!("hub.{name}")).unwrap_or_else(|| panic!("no hub.{name} in {self:?}"))
    }

    /// The path of our address for the hub.
    pub fn callback(&self) -> String {
        self.get("callback").strip_prefix("https://river.example").expect("it is on our site").to_owned()
    }
}

/// The hub. It only answers requests; the rest it does when it is told to.
#[derive(Clone)]
pub struct Hub {
    inner: Arc<Mutex<(Vec<Wish>, StatusCode, HeaderMap)>>,
    port: u16,
}

impl Hub {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let inner = Arc::new(Mutex::new((vec![], StatusCode::ACCEPTED, HeaderMap::new())));
        let hub = Self { inner, port: listener.local_addr().unwrap().port() };
        let site = Router::new().fallback(take).with_state(hub.clone());
        tokio::spawn(async move { axum::serve(listener, site).await.unwrap() });
        hub
    }

    pub fn address(&self) -> Address {
        Address::parse(&format!("http://hub.localhost:{}/", self.port)).unwrap()
    }

    /// What it answers from now on.
    pub fn answers(&self, status: u16, headers: &[(&'static str, &str)]) {
        let mut inner = self.inner.lock().unwrap();
        inner.1 = StatusCode::from_u16(status).unwrap();
        inner.2 = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
    }

    /// What it was asked since the last call.
    pub fn asked(&self) -> Vec<Wish> {
        std::mem::take(&mut self.inner.lock().unwrap().0)
    }

    /// The one thing that it was asked since the last call.
    #[track_caller]
    pub fn wish(&self) -> Wish {
        let mut asked = self.asked();
        assert_eq!(asked.len(), 1, "{asked:?}");
        asked.remove(0)
    }
}

async fn take(State(hub): State<Hub>, request: Request<Body>) -> Response<Body> {
    assert_eq!(request.method(), "POST");
    let body = to_bytes(request.into_body(), 1 << 16).await.unwrap();
    let fields = url::form_urlencoded::parse(&body).into_owned().collect();
    let mut inner = hub.inner.lock().unwrap();
    inner.0.push(Wish(fields));
    let mut answer = Response::new(Body::from("a hub's words\n"));
    *answer.status_mut() = inner.1;
    answer.headers_mut().extend(inner.2.clone());
    answer
}

/// Our site, with the hub on its other end.
pub struct Site(Router);

impl Site {
    pub fn over(s: &Story) -> Self {
        let site = web::Site {
            store: s.store.clone(),
            clock: s.hands.clock(),
            dice: Dice::loaded(5),
            shelf: s.shelf(),
            settings: web::Settings {
                look_again_after: Duration::ZERO,
                ..web::Settings::at(Address::parse(SITE).unwrap())
            },
            metrics: None,
        };
        Self(web::site(site))
    }

    async fn send(&self, request: Request<Body>) -> (u16, String) {
        let answer = self.0.clone().oneshot(request).await.unwrap();
        assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
        let status = answer.status().as_u16();
        let body = to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    /// Asks back, as a hub does after it was asked.
    pub async fn asks_back(&self, wish: &Wish, lease: &str) -> (u16, String) {
        let topic = wish.get("topic");
        let fields = [("mode", wish.get("mode")), ("topic", topic), ("challenge", "c-1"), ("lease_seconds", lease)];
        self.asks(&wish.callback(), &fields).await
    }

    /// Asks anything at all.
    pub async fn asks(&self, path: &str, fields: &[(&str, &str)]) -> (u16, String) {
        let named = fields.iter().map(|(name, value)| (format!("hub.{name}"), *value));
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(named).finish();
        self.send(Request::get(format!("{path}?{query}")).body(Body::empty()).unwrap()).await
    }

    /// Brings a document, signed as a hub signs.
    pub async fn brings(&self, wish: &Wish, document: &str) -> u16 {
        self.brings_with(wish, document, &signature(wish, document), &[]).await
    }

    /// Brings a document with any signature and these headers.
    pub async fn brings_with(&self, wish: &Wish, document: &str, signed: &str, headers: &[(&str, &str)]) -> u16 {
        let mut request = Request::post(wish.callback()).header("content-type", "application/atom+xml");
        if !signed.is_empty() {
            request = request.header("x-hub-signature", signed);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::from(document.to_owned())).unwrap()).await.0
    }
}

/// The signature of a document with the secret that came with a wish.
pub fn signature(wish: &Wish, document: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, wish.get("secret").as_bytes());
    let tag = hmac::sign(&key, document.as_bytes());
    tag.as_ref().iter().fold("sha256=".to_owned(), |hex, byte| format!("{hex}{byte:02x}"))
}
