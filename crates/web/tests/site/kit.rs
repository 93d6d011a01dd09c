//! A site of its own for each test: a database in a temporary folder, a stopped clock, invented sources.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, StatusCode, header};
use model::{Address, Dice, HandClock, Licence, Outcome, Show, SourceId, Time};
use store::{
    Added, Body as Text, BodyKind, Database, Intents, NewAuthor, NewPost, NewSource, Picture, PollState, PostKeys,
    SourceClaims, SourceKind, Store,
};
use tower::ServiceExt;

/// Half past two on a Monday.
pub const NOW: &str = "2026-11-23T14:30:00Z";

pub struct TestSite {
    pub store: Store,
    pub clock: HandClock,
    /// Nobody keeps it up to date but the test itself.
    pub shelf: Arc<web::Shelf>,
    settings: web::Settings,
    router: Router,
    pub folder: PathBuf,
    keys: AtomicU32,
}

/// What a visitor got.
pub struct Got {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

/// A post to be published.
#[derive(Clone, Debug)]
pub struct Written {
    pub title: String,
    pub author: Option<String>,
    pub author_page: Option<String>,
    pub language: Option<String>,
    pub at: String,
    pub excerpt: String,
    pub text: String,
    pub licence: Option<String>,
    pub picture: Option<String>,
}

/// A post by its title, published some hours ago.
pub fn post(title: &str, hours_ago: i64) -> Written {
    let now: Time = NOW.parse().unwrap();
    Written {
        title: title.into(),
        author: None,
        author_page: None,
        language: Some("en-GB".into()),
        at: Time::from_millis(now.millis() - hours_ago * 3_600_000).to_string(),
        excerpt: format!("{title}, in a few words."),
        text: format!("<p>{title}, in a few words.</p><p>And then at length.</p>"),
        licence: None,
        picture: None,
    }
}

impl Written {
    pub fn by(self, author: &str) -> Self {
        Self { author: Some(author.into()), ..self }
    }
    /// Signed by somebody who gives a page as their own.
    pub fn by_whose_page_is(self, author: &str, page: &str) -> Self {
        Self { author_page: Some(page.into()), ..self.by(author) }
    }
    pub fn in_language(self, language: &str) -> Self {
        Self { language: (!language.is_empty()).then(|| language.into()), ..self }
    }
    pub fn at(self, at: &str) -> Self {
        Self { at: at.into(), ..self }
    }
    pub fn saying(self, text: &str) -> Self {
        Self { text: text.into(), ..self }
    }
    pub fn under(self, licence: &str) -> Self {
        Self { licence: Some(licence.into()), ..self }
    }
}

impl Drop for TestSite {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl TestSite {
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// A site whose operator chose something else.
    pub async fn with(choose: impl FnOnce(&mut web::Settings)) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("watersmeet-web-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let clock = HandClock::at(NOW.parse().unwrap());
        let store = Store::open(&Database::File(folder.join("site.db")), clock.clock().now()).await.unwrap();
        let mut settings = web::Settings::at(Address::parse("https://watersmeet.example/").unwrap());
        settings.zone = jiff::tz::TimeZone::get("Europe/London").unwrap();
        settings.look_again_after = Duration::ZERO;
        settings.proxies = vec!["127.0.0.1".parse().unwrap()];
        choose(&mut settings);
        let shelf = web::Shelf::open(store.clone(), &folder.join("index")).unwrap();
        let router = Self::router_over(&store, &clock, &shelf, &settings);
        Self { store, clock, shelf, settings, router, folder, keys: AtomicU32::new(0) }
    }

    fn router_over(store: &Store, clock: &HandClock, shelf: &Arc<web::Shelf>, settings: &web::Settings) -> Router {
        web::site(web::Site {
            store: store.clone(),
            clock: clock.clock(),
            dice: Dice::loaded(5),
            shelf: shelf.clone(),
            settings: settings.clone(),
            metrics: None,
        })
    }

    /// Ends the process and begins another on the same folder, as far as searching goes.
    pub fn begin_anew(&mut self) -> Result<(), web::ShelfError> {
        let nothing = std::env::temp_dir().join(self.folder.file_name().unwrap()).join("nothing");
        for folder in [nothing, self.folder.join("index")] {
            self.shelf = web::Shelf::open(self.store.clone(), &folder)?;
            self.router = Self::router_over(&self.store, &self.clock, &self.shelf, &self.settings);
        }
        Ok(())
    }

    /// The site as a service.
    pub fn router(&self) -> Router {
        self.router.clone()
    }

    pub fn now(&self) -> Time {
        self.clock.clock().now()
    }

    /// A source that is well: "Riverton Digital" at riverton-digital.example.
    pub async fn source(&self, name: &str) -> SourceId {
        let host: String = name.to_lowercase().chars().filter(char::is_ascii).collect();
        let host = host.trim().replace([' ', '&'], "-").replace("---", "-");
        let address = Address::parse(&format!("https://{host}.example/feed")).unwrap();
        let site = Some(format!("https://{host}.example/"));
        let new = NewSource {
            address,
            kind: SourceKind::Feed,
            claims: SourceClaims { said_name: name.to_owned(), site, ..SourceClaims::default() },
            listed_name: None,
            listed_attributes: vec![],
            groups: vec![],
            next_poll: self.now(),
        };
        match self.store.add_sources(&[new], self.now()).await.unwrap().remove(0) {
            Added::New(id) => id,
            other => panic!("{other:?}"),
        }
    }

    /// One more poll of a source, which brings these posts.
    pub async fn publish(&self, source: SourceId, posts: &[Written]) {
        let add = posts.iter().map(|post| self.read(post)).collect();
        let poll = PollState {
            last_polled: Some(self.now()),
            last_answer: Some(Outcome::New),
            last_status: Some(200),
            last_ok: Some(self.now()),
            last_new: Some(self.now()),
            ..PollState::fresh(self.now() + Duration::from_secs(3_600))
        };
        let polled = Intents { add, ..Intents::quiet(source, poll) };
        self.store.carry_out(&[polled], self.now()).await.unwrap();
    }

    fn read(&self, post: &Written) -> NewPost {
        let key = self.keys.fetch_add(1, Ordering::Relaxed);
        let key = format!("{key:032x}");
        let link = format!("https://original.example/{}", key.trim_start_matches('0'));
        NewPost {
            keys: PostKeys {
                id: Some(key.clone()),
                link: model::link_key(&link),
                body: key.clone(),
                ..PostKeys::default()
            },
            claimed_id: Some(key.clone()),
            link: Some(link),
            title: post.title.clone(),
            authors: post
                .author
                .iter()
                .map(|name| NewAuthor { name: name.clone(), address: post.author_page.clone(), mail_key: None })
                .collect(),
            author_line: None,
            language: post.language.as_ref().map(|language| language.parse().unwrap()),
            claimed_date: Some(post.at.clone()),
            claimed_at: post.at.parse().ok(),
            updated_at: None,
            place: post.at.parse().unwrap(),
            excerpt: post.excerpt.clone(),
            picture: post.picture.as_ref().map(|address| Picture {
                address: address.clone(),
                alternative: "A bend in a river".into(),
                width: None,
                height: None,
            }),
            words: 40,
            licence: post.licence.as_deref().and_then(Licence::named),
            body: Text::new(&post.text, BodyKind::Html, None, &post.text, 1),
            same_as: None,
        }
    }

    pub async fn get(&self, address: &str) -> Got {
        self.ask(address, &[]).await
    }

    pub async fn ask(&self, address: &str, headers: &[(&str, &str)]) -> Got {
        let mut request = Request::get(address);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// What comes as it is on the way, packed or not.
    pub async fn bytes(&self, address: &str, headers: &[(&str, &str)]) -> (HeaderMap, Vec<u8>) {
        let mut request = Request::get(address);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = self.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let (parts, body) = answer.into_parts();
        (parts.headers, to_bytes(body, 8 << 20).await.unwrap().to_vec())
    }

    /// Sends a form as a browser does from one of our own pages.
    pub async fn fill_in(&self, address: &str, fields: &[(&str, &str)]) -> Got {
        let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.post(address, &[("sec-fetch-site", "same-origin")], form.into()).await
    }

    pub async fn post(&self, address: &str, headers: &[(&str, &str)], body: Body) -> Got {
        let mut request = Request::post(address).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(body).unwrap()).await
    }

    /// Sends a request as it comes through a proxy on this machine.
    pub async fn send(&self, mut request: Request<Body>) -> Got {
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 4_711))));
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = answer.into_parts();
        let bytes = to_bytes(body, 8 << 20).await.unwrap();
        Got { status: parts.status, headers: parts.headers, body: String::from_utf8_lossy(&bytes).into_owned() }
    }
}

impl Got {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The words of the one `h1`.
    pub fn heading(&self) -> String {
        assert_eq!(self.body.matches("<h1").count(), 1, "one h1: {}", self.body);
        words(self.between("<h1", "</h1>").split_once('>').unwrap().1)
    }

    /// The titles of the posts in a list, in order.
    pub fn titles(&self) -> Vec<String> {
        self.all("<h3", "</h3>").map(|title| words(title.split_once('>').unwrap().1)).collect()
    }

    /// The words of the headings of days.
    pub fn days(&self) -> Vec<String> {
        self.all("<h2 class=\"day-name\"", "</h2>").map(|day| words(day.split_once('>').unwrap().1)).collect()
    }

    #[track_caller]
    pub fn between(&self, start: &str, end: &str) -> &str {
        let (_, rest) = self.body.split_once(start).unwrap_or_else(|| panic!("no {start} in {}", self.body));
        rest.split_once(end).unwrap().0
    }

    /// The address that a link with these words leads to.
    #[track_caller]
    pub fn link(&self, said: &str) -> String {
        let found = self.all("<a ", "</a>").find(|link| words(link.split_once('>').unwrap().1) == said);
        let link = found.unwrap_or_else(|| panic!("no link “{said}” in {}", self.body));
        let (_, rest) = link.split_once("href=\"").unwrap();
        rest.split_once('"').unwrap().0.replace("&#38;", "&").replace("&amp;", "&")
    }

    pub fn all<'a>(&'a self, start: &'a str, end: &'a str) -> impl Iterator<Item = &'a str> {
        self.body.split(start).skip(1).map(move |rest| rest.split_once(end).map_or("", |(within, _)| within))
    }

    #[track_caller]
    pub fn says(&self, said: &str) -> &Self {
        assert!(words(&self.body).contains(said), "“{said}” is not in: {}", words(&self.body));
        self
    }

    #[track_caller]
    pub fn is_silent_on(&self, said: &str) -> &Self {
        assert!(!self.body.contains(said), "“{said}” is in: {}", words(&self.body));
        self
    }
}

/// Markup without its tags, spaces folded.
pub fn words(markup: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for c in markup.chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            c if !inside => text.push(c),
            _ => {}
        }
    }
    let text = text.replace("&#38;", "&").replace("&#39;", "'").replace("&#34;", "\"").replace("&#60;", "<");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What an owner or an editor chose for a source.
pub async fn choose(site: &TestSite, source: SourceId, show: Show) {
    let set = store::SetSource { show: Some(show), ..store::SetSource::default() };
    site.store.set_source(source, &set, site.now()).await.unwrap();
}
