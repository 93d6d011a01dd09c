//! Makes the parts from the settings: the clock, the dice, the store and the door out.

use std::sync::Arc;

use anyhow::{Context, Result};
use axum::Router;
use crawl::Crawler;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use model::{Clock, Dice, Time};
use rand::Rng;
use store::Store;

use crate::settings::Settings;

/// The clock that runs. There is no other way to the time of day.
#[expect(clippy::disallowed_methods, reason = "the one place where the clock is made")]
pub fn clock() -> Clock {
    Clock::new(|| Time::from_timestamp(jiff::Timestamp::now()))
}

/// Dice that nobody can foresee. There is no other way to chance.
#[expect(clippy::disallowed_methods, reason = "the one place where the dice are made")]
pub fn dice() -> Dice {
    Dice::new(|| rand::rng().random())
}

/// Opens the store that the settings name, and brings its tables up to date.
pub async fn store(settings: &Settings, clock: &Clock) -> Result<Store> {
    if settings.database.is_none() {
        std::fs::create_dir_all(&settings.data).with_context(|| {
            let folder = settings.data.display();
            format!("cannot make the data folder {folder}; name one with “data” where this user may write")
        })?;
    }
    Ok(Store::open(&settings.database(), clock.now()).await?)
}

/// How many requests may be under way besides those of polling.
const AT_ONCE_BESIDES: usize = 16;

/// The door out, which may also reach the ranges in `also`.
pub fn net(settings: &Settings, also: &[net::Range]) -> Result<net::Client> {
    let mut allow = settings.net.allow.clone();
    allow.extend_from_slice(also);
    let about = settings.public_address().join("/about").ok();
    let agent = concat!("Watersmeet/", env!("CARGO_PKG_VERSION")).to_owned();
    let at_once = crawl::Settings::default().at_once_in_all + AT_ONCE_BESIDES;
    let readers = settings.readers;
    Ok(net::Client::new(net::Settings { agent, about, readers, allow, at_once, ..net::Settings::default() })?)
}

/// The crawler. Hubs are told where to find us only where an operator has said it: nobody reaches a guess.
pub fn crawler(settings: &Settings, store: Store, net: net::Client, clock: Clock) -> Crawler {
    let room_bytes = u64::from(settings.pictures.room) << 20;
    let pictures = settings.pictures.show.then_some(crawl::Pictures { usual: settings.show, room_bytes });
    let settings = crawl::Settings {
        site: settings.address.clone(),
        hub: settings.hub.clone(),
        pictures,
        ..crawl::Settings::default()
    };
    Crawler::new(store, net, clock, dice(), settings)
}

/// The search index over these posts. Each database has a folder of its own, so that none is searched for another's.
pub fn shelf(settings: &Settings, store: Store) -> Result<Arc<web::Shelf>> {
    let folder = match &settings.database {
        Some(address) => format!("index-{}", &model::key([address])[..8]),
        None => "index".to_owned(),
    };
    web::Shelf::open(store, &settings.data.join(folder)).context("opening the search index in the data folder")
}

/// The site, as a service.
pub fn site(
    settings: &Settings,
    store: Store,
    shelf: Arc<web::Shelf>,
    clock: Clock,
    metrics: PrometheusHandle,
) -> Router {
    web::site(web::Site {
        store,
        clock,
        dice: dice(),
        shelf,
        settings: web::Settings {
            name: settings.name.clone(),
            about: settings.about.clone(),
            contact: settings.contact.clone(),
            show: settings.show,
            hub: settings.address.as_ref().and(settings.hub.clone()),
            pictures: settings.pictures.show,
            zone: settings.zone.clone(),
            proxies: settings.proxies.clone(),
            ..web::Settings::at(settings.public_address())
        },
        metrics: Some(metrics),
    })
}

/// Starts counting, for `/metrics`.
pub fn metrics() -> Result<PrometheusHandle> {
    PrometheusBuilder::new().install_recorder().context("starting to count for /metrics")
}
