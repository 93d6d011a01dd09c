//! `serve`: the site and the crawler in one process, until it is told to stop.

use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use catalogue::Format;
use crawl::{Crawler, take_in_organisations, take_in_projects};
use model::{Clock, Time};
use net::Range;
use store::Store;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tracing::info;

use crate::settings::Settings;
use crate::wiring;

/// Run the site, and poll the sources while it runs.
#[derive(clap::Args)]
pub struct Arguments {
    /// Fill an empty site with a bundled fictional sector, served by this process: no network is needed
    #[arg(long)]
    sample: bool,
}

/// Where the sample's server listens when nothing else says.
const SAMPLE_PORT: u16 = 8001;
/// The setting in the store that remembers the sample: "PORT ANCHOR", so that its addresses and dates stay.
const SAMPLE_KEY: &str = "sample";

pub async fn run(settings: &Settings, arguments: &Arguments) -> Result<ExitCode> {
    let clock = wiring::clock();
    let listener = TcpListener::bind(settings.listen).await.with_context(|| {
        format!("listening on {}; is another Watersmeet running? “listen” sets another port", settings.listen)
    })?;
    let store = wiring::store(settings, &clock).await?;
    let sample = if arguments.sample { Some(start_sample(&store, &clock).await?) } else { None };
    let loopback: Range = "127.0.0.0/8".parse().expect("it is a range");
    let also: &[Range] = if sample.is_some() { &[loopback] } else { &[] };
    let crawler = wiring::crawler(settings, store.clone(), wiring::net(settings, also)?, clock.clone());
    if let Some(sample) = &sample {
        fill(&crawler, &store, sample, clock.now()).await?;
    }

    let (stop, stopped) = watch::channel(false);
    tokio::spawn(async move {
        told_to_stop().await;
        info!("Stopping: finishing what is under way");
        // Nobody listens any more only if everything has ended already.
        let _ = stop.send(true);
    });
    let shelf = wiring::shelf(settings, store.clone())?;
    if !shelf.is_kept_here() {
        info!("Another process keeps the search index in this data folder; this one only reads it");
    }
    let site = wiring::site(settings, store, shelf.clone(), clock, wiring::metrics()?);
    eprintln!("{} is on http://{}", settings.name, listener.local_addr().context("reading our own port")?);
    let until = |mut stopped: watch::Receiver<bool>| async move {
        // An error means that the sender is gone, which is a reason to stop too.
        let _ = stopped.wait_for(|stop| *stop).await;
    };
    let limits = web::Limits { proxies: settings.proxies.clone(), ..web::Limits::default() };
    let (served, (), (), ()) = tokio::join!(
        web::serve(listener, site, limits, until(stopped.clone())),
        crawler.run(until(stopped.clone())),
        crawler.run_errands(until(stopped.clone())),
        shelf.run(until(stopped)),
    );
    served.context("serving the site")?;
    Ok(ExitCode::SUCCESS)
}

/// Starts the sample's server, where it was when this store was filled.
async fn start_sample(store: &Store, clock: &Clock) -> Result<sample::Running> {
    let (port, anchor) = match store.setting(SAMPLE_KEY).await? {
        Some(kept) => read_sample(&kept).with_context(|| format!("reading the setting “{SAMPLE_KEY}”: “{kept}”"))?,
        None if store.sources().await?.is_empty() => (SAMPLE_PORT, clock.now()),
        None => bail!(
            "--sample fills an empty site, and this one has sources; give it a folder of its own: WATERSMEET_DATA=sample-data"
        ),
    };
    let sample = match sample::start(anchor, port).await {
        Ok(sample) => sample,
        // Its addresses contain the port, so only a sample that nobody has read yet may choose another.
        Err(_) if store.setting(SAMPLE_KEY).await?.is_none() => {
            sample::start(anchor, 0).await.context("starting the sample's server")?
        }
        Err(why) => {
            return Err(why).with_context(|| {
                format!("starting the sample's server on its port {port}; is another Watersmeet showing it?")
            });
        }
    };
    store.put_setting(SAMPLE_KEY, &format!("{} {anchor}", sample.port())).await?;
    Ok(sample)
}

/// The port and the anchor that were kept.
fn read_sample(kept: &str) -> Option<(u16, Time)> {
    let (port, anchor) = kept.split_once(' ')?;
    Some((port.parse().ok()?, anchor.parse().ok()?))
}

/// Takes in the sample's list, unless that has been done, and its organisations and projects, which changes nothing the
/// second time.
async fn fill(crawler: &Crawler, store: &Store, sample: &sample::Running, now: Time) -> Result<()> {
    if store.sources().await?.is_empty() {
        crawler.import(sample.opml().as_bytes(), &|_, _| {}).await.context("taking in the sample's list")?;
    }
    let organisations = sample.organisations();
    take_in_organisations(store, organisations.as_bytes(), Format::Csv, now, &mut |_| {})
        .await
        .context("taking in the sample's organisations")?;
    take_in_projects(store, sample.projects().as_bytes(), Format::JsonLines, now, &mut |_| {})
        .await
        .context("taking in the sample's projects")?;
    Ok(())
}

/// Waits for Ctrl-C, or for what a service manager sends.
pub(super) async fn told_to_stop() {
    let mut terminate = signal(SignalKind::terminate()).expect("a runtime with signals is running");
    tokio::select! {
        // Without a handler for it Ctrl-C still ends the program at once.
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}
