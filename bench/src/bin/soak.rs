//! Polls what `many-farm` plays for a day or more of a clock in our hands, and tells what the process holds at each hour.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use bench::process::{cpu_seconds, open_files, resident_mib};
use clap::Parser;
use crawl::{Crawler, Which};
use model::{Dice, HandClock, Time};
use store::{Database, Store};
use tokio::time::Instant;

#[derive(Parser)]
#[command(about)]
struct Options {
    /// The data folder that `fill-many` filled, as in WATERSMEET_DATA.
    #[arg(long, default_value = "bench-data")]
    data: PathBuf,
    /// How many hours go by.
    #[arg(long, default_value_t = 24)]
    hours: u32,
    /// How many minutes at a time.
    #[arg(long, default_value_t = 15)]
    minutes: u32,
    /// How long a server may take, in seconds that really go by.
    #[arg(long, default_value_t = 3)]
    whole_time: u64,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let began = Instant::now();
    let hands = HandClock::at(now());
    let store = Store::open(&Database::File(options.data.join("watersmeet.db")), hands.clock().now()).await?;
    let settings = crawl::Settings::default();
    let net = net::Client::new(net::Settings {
        allow: vec!["127.0.0.0/8".parse().context("a range")?],
        at_once: settings.at_once_in_all,
        whole_time: Duration::from_secs(options.whole_time),
        ..net::Settings::default()
    })?;
    let crawler = Crawler::new(store.clone(), net, hands.clock(), Dice::loaded(1), settings);
    let own = std::process::id();
    let step = Duration::from_secs(60 * u64::from(options.minutes.max(1)));
    let (mut polls, mut failed, mut posts) = (0, 0, 0);
    println!("hour    polls  failed   posts    MiB  files  tasks   CPU s  clock s");
    for round in 0..=options.hours * 60 / options.minutes.max(1) {
        if round > 0 {
            hands.advance(step);
            let summary = crawler.poll(Which::Due, &|_| {}).await?;
            polls += summary.looked_at;
            failed += summary.failed;
            posts += summary.new;
        }
        if (round * options.minutes).is_multiple_of(60) {
            println!(
                "{:4} {polls:8} {failed:7} {posts:7} {:6.1} {:6} {:6} {:7.1} {:8.1}",
                round * options.minutes / 60,
                resident_mib(own)?,
                open_files(own)?,
                tokio::runtime::Handle::current().metrics().num_alive_tasks(),
                cpu_seconds(own)?,
                began.elapsed().as_secs_f64(),
            );
        }
    }
    store.close().await;
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "the day begins when it is; from then on the hands are moved")]
fn now() -> Time {
    Time::from_timestamp(jiff::Timestamp::now())
}
