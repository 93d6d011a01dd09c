//! Changes the river over and over, and tells what the first request after each change costs.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use axum::body::{Body, to_bytes};
use axum::http::Request;
use clap::Parser;
use model::{Address, Dice, HandClock, Time};
use store::{Body as Text, BodyKind, Database, Intents, NewPost, PollState, PostKeys, Store};
use tower::ServiceExt;

#[derive(Parser)]
#[command(about)]
struct Options {
    /// The data folder, as `fill` filled it.
    #[arg(long, default_value = "bench-data")]
    data: PathBuf,
    /// The page.
    #[arg(long, default_value = "/")]
    path: String,
    /// How often the river changes.
    #[arg(long, default_value_t = 60)]
    changes: usize,
    /// What the reader can unpack.
    #[arg(long, default_value = "gzip")]
    accept_encoding: String,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let start: Time = "2026-11-23T09:30:00Z".parse().context("reading our own date")?;
    let clock = HandClock::at(start);
    let store = Store::open(&Database::File(options.data.join("watersmeet.db")), start).await?;
    let source = store.polled_sources().await?.first().copied().context("there is no source: run `fill` first")?;
    let mut settings = web::Settings::at(Address::parse("http://127.0.0.1:8310/").context("reading our own address")?);
    settings.look_again_after = Duration::ZERO;
    let shelf = web::Shelf::open(store.clone(), &options.data.join("index"))?;
    let (clock_of_site, dice) = (clock.clock(), Dice::loaded(1));
    let site = web::Site { store: store.clone(), clock: clock_of_site, dice, shelf, settings, metrics: None };
    let site = web::site(site);

    let (mut cpu, mut wall) = (Vec::new(), Vec::new());
    for number in 0..=options.changes {
        clock.advance(Duration::from_secs(1));
        let now = clock.clock().now();
        let poll = Intents { add: vec![post(number, now)], ..Intents::quiet(source, PollState::fresh(Time::MAX)) };
        store.carry_out(&[poll], now).await?;
        let request = Request::get(&options.path).header("accept-encoding", &options.accept_encoding);
        let (before, asked) = (cpu_millis()?, Instant::now());
        let answer = site.clone().oneshot(request.body(Body::empty())?).await?;
        if !answer.status().is_success() {
            bail!("{} answers {}", options.path, answer.status());
        }
        let bytes = to_bytes(answer.into_body(), 64 << 20).await?.len();
        // The first of all gathers what the others only keep up with.
        if number == 0 {
            println!("the first of all: {:.2} ms of CPU, {bytes} bytes", cpu_millis()? - before);
            continue;
        }
        cpu.push(cpu_millis()? - before);
        wall.push(asked.elapsed().as_secs_f64() * 1_000.0);
    }
    for (name, mut all) in [("CPU", cpu), ("clock", wall)] {
        all.sort_by(f64::total_cmp);
        let share = |part: f64| all[((all.len() - 1) as f64 * part) as usize];
        println!("{name}: {:.2} ms in the middle ({:.2} to {:.2})", share(0.5), share(0.05), share(0.95));
    }
    Ok(())
}

/// A post that nobody has seen before.
fn post(number: usize, now: Time) -> NewPost {
    let key = |kind: &str| Some(format!("{kind}-{now}-{number}"));
    let text = "<p>What we learnt this week, in two sentences. This is the second.</p>";
    NewPost {
        keys: PostKeys {
            id: key("id"),
            link: key("link"),
            text: key("text"),
            title: key("title"),
            body: now.to_string(),
        },
        claimed_id: None,
        link: Some(format!("https://blog.riverton.example/changes/{number}")),
        title: format!("Weeknotes {number}"),
        authors: Vec::new(),
        author_line: None,
        language: "en-GB".parse().ok(),
        claimed_date: None,
        claimed_at: Some(now),
        updated_at: None,
        place: now,
        excerpt: "What we learnt this week, in two sentences.".to_owned(),
        picture: None,
        words: 12,
        licence: None,
        body: Text::new(text, BodyKind::Html, None, text, 1),
        same_as: None,
    }
}

/// The CPU time that all threads of this process have had, in milliseconds.
fn cpu_millis() -> anyhow::Result<f64> {
    let mut nanos = 0.0;
    for thread in std::fs::read_dir("/proc/self/task").context("finding our threads")? {
        let path = thread?.path().join("schedstat");
        // A thread may have ended since it was listed.
        let Ok(figures) = std::fs::read_to_string(&path) else { continue };
        let first = figures.split_whitespace().next().context("an empty schedstat")?;
        nanos += first.parse::<f64>().context("reading schedstat")?;
    }
    Ok(nanos / 1e6)
}
