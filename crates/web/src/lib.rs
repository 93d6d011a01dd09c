//! The pages, the feeds out and the forms of a site: it reads `store`, and never waits for the outside world.

mod alike;
mod answer;
mod api;
mod asked;
mod assets;
mod cache;
mod card;
mod days;
mod directory;
mod drawing;
mod feeds;
mod files;
mod filter;
mod finding;
mod following;
mod frame;
mod gallery;
mod guard;
mod matching;
mod newsroom;
mod outgoing;
mod packing;
mod pages;
mod pipeline;
mod rising;
mod serve;
mod shelf;
mod show;
mod signature;
mod tiles;
mod timeline;
mod tongue;
mod topics;
mod trends;
mod visitor;
mod wanted;
mod words;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::{get, post};
use jiff::tz::TimeZone;
use metrics_exporter_prometheus::PrometheusHandle;
use model::{Address, Clock, Dice, Range, Show};
use store::Store;

pub use api::SearchJson;
pub use finding::{Findings, FoundPost, find};
use newsroom::Newsroom;
use pages::{about, archive, author, for_authors, healthz, hub, missing, request, river, robots, source, sources};
use pages::{organisation, organisations, project, projects, search, topic, who_else};
pub use serve::{Limits, serve};
pub use shelf::{Shelf, ShelfError, Standing};
pub use topics::{About, Subject, subject};

/// The largest form that is read, in bytes.
const LARGEST_FORM_BYTES: usize = 32 * 1_024;

/// Everything that a site is made of.
#[derive(Debug)]
pub struct Site {
    /// What it shows.
    pub store: Store,
    /// What tells it the time.
    pub clock: Clock,
    /// What its tokens come from.
    pub dice: Dice,
    /// The posts as search finds them. Whoever made it keeps it up to date.
    pub shelf: Arc<Shelf>,
    /// What its operator chose.
    pub settings: Settings,
    /// What `/metrics` prints; without it there is no such page.
    pub metrics: Option<PrometheusHandle>,
}

/// What an operator may choose about the pages.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The site's name.
    pub name: String,
    /// What it is, in a sentence or two of plain text.
    pub about: String,
    /// How people reach whoever runs it: a mail address or a web address.
    pub contact: Option<String>,
    /// Its public address.
    pub address: Address,
    /// How much of a post is shown where neither its owner nor its licence says.
    pub show: Show,
    /// Whether pictures are shown, from where the crawler keeps them. They never come from anywhere else.
    pub pictures: bool,
    /// The hub that feeds name: who follows a feed there learns of posts within seconds.
    pub hub: Option<Address>,
    /// The zone in which days begin and dates are shown.
    pub zone: TimeZone,
    /// How many bytes of drawn pages are kept.
    pub cache_bytes: usize,
    /// For how long the river is taken to be as it was when last looked at.
    pub look_again_after: Duration,
    /// Proxies of ours, which are believed when they say who asks.
    pub proxies: Vec<Range>,
    /// For how long an answer may be under way, with all that the visitor sends for it.
    pub answer_within: Duration,
}

impl Settings {
    /// The usual choices for a site at this address.
    pub fn at(address: Address) -> Self {
        Self {
            name: "Watersmeet".to_owned(),
            about: "What public-sector teams publish, in one place, with credit to every original source.".to_owned(),
            contact: None,
            address,
            show: Show::Excerpt,
            hub: None,
            pictures: true,
            zone: TimeZone::UTC,
            cache_bytes: 64 << 20,
            look_again_after: Duration::from_millis(700),
            proxies: Vec::new(),
            answer_within: Duration::from_secs(30),
        }
    }
}

/// The site as a service: every address that it answers.
///
/// [`serve`] puts it on a socket; another server has to tell where each request comes from, as axum's
/// `ConnectInfo<SocketAddr>`, so that the limit on forms can tell visitors apart.
pub fn site(site: Site) -> Router {
    let newsroom = Newsroom::open(site);
    Router::new()
        .route("/", get(river::page))
        .route("/{file}", get(river::feed))
        .route("/post/{id}", get(pages::post::page))
        .route("/post/{id}/{slug}", get(pages::post::page))
        .route("/pictures/{hash}", get(pages::picture::file))
        .route("/search", get(search::page))
        .route("/search.atom", get(search::feed))
        .route("/search.rss", get(search::feed))
        .route("/search.json", get(search::feed))
        .route("/search.csv", get(search::table))
        .route("/api/search", get(search::api))
        .route("/api/openapi.json", get(api::description))
        .route("/sources", get(sources::page))
        .route("/sources.opml", get(sources::opml))
        .route("/source/{slug}", get(source::page))
        .route("/author/{slug}", get(author::page))
        .route("/projects", get(projects::page))
        .route("/projects.json", get(projects::file))
        .route("/projects.csv", get(projects::file))
        .route("/projects.atom", get(projects::file))
        .route("/projects/{slug}", get(project::page))
        .route("/organisations", get(organisations::page))
        .route("/organisations.json", get(organisations::file))
        .route("/organisations.csv", get(organisations::file))
        .route("/organisations.atom", get(organisations::file))
        .route("/organisations/{slug}", get(organisation::page))
        .route("/topics", get(pages::topics::page))
        .route("/topics.atom", get(pages::topics::feed))
        .route("/topics.csv", get(pages::topics::table))
        .route("/topics.json", get(pages::topics::api))
        .route("/topics/{slug}", get(topic::page))
        .route("/api/topics", get(pages::topics::api))
        .route("/api/topics/{slug}", get(topic::api))
        .route("/api/projects", get(projects::file))
        .route("/api/projects/{id}", get(project::api))
        .route("/api/projects/{id}/matches", get(who_else::of_project))
        .route("/api/who-else", get(who_else::of_problem))
        .route("/who-else", get(who_else::page))
        .route("/who-else.atom", get(who_else::file))
        .route("/who-else.csv", get(who_else::file))
        .route("/who-else.json", get(who_else::file))
        .route("/archive", get(archive::page))
        .route("/archive/{year}/{month}", get(archive::month))
        .route("/about", get(about::page))
        .route("/for-authors", get(for_authors::page).post(for_authors::send))
        .route("/request/{token}", get(request::page))
        .route("/request/{token}/check", post(request::check))
        .route("/hub/{token}", get(hub::verify).post(hub::receive))
        .route("/healthz", get(healthz::page))
        .route("/metrics", get(healthz::metrics))
        .route("/robots.txt", get(robots::page))
        .route("/favicon.svg", get(assets::favicon))
        .route("/favicon.ico", get(assets::favicon))
        .route("/assets/{file}", get(assets::sheet))
        .fallback(missing::page)
        .method_not_allowed_fallback(missing::method)
        .layer(DefaultBodyLimit::max(LARGEST_FORM_BYTES))
        .layer(middleware::from_fn_with_state(newsroom.clone(), guard::guard))
        .with_state(newsroom)
}
