//! Fills a store with the sources that `many-farm` plays, through the store's own door, as if each had been read once.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use bench::many::{Layout, Manner, scatter, version};
use clap::Parser;
use model::{Address, Outcome, SourceId, Time};
use store::{Added, Database, Intents, NewSource, PollState, SourceClaims, SourceKind, Store};

#[derive(Parser)]
#[command(about)]
struct Options {
    #[command(flatten)]
    layout: Layout,
    /// The data folder, as in WATERSMEET_DATA.
    #[arg(long, default_value = "bench-data")]
    data: PathBuf,
    /// A PostgreSQL server instead, as in WATERSMEET_DATABASE.
    #[arg(long)]
    database: Option<String>,
    /// When the first source is due; now, if it is not said.
    #[arg(long)]
    due: Option<Time>,
    /// Over how many seconds from then the times spread at which the sources are due.
    #[arg(long, default_value_t = 3_000)]
    over: u64,
}

/// How many sources go into one transaction.
const AT_ONCE: u64 = 5_000;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let database = match &options.database {
        Some(server) => Database::Postgres(server.clone()),
        None => {
            std::fs::create_dir_all(&options.data).context("making the data folder")?;
            Database::File(options.data.join("watersmeet.db"))
        }
    };
    let now = now();
    let due = options.due.unwrap_or(now);
    let store = Store::open(&database, now).await?;
    let layout = &options.layout;
    for first in (0..layout.sources).step_by(AT_ONCE as usize) {
        let numbers = first..(first + AT_ONCE).min(layout.sources);
        let new: Vec<NewSource> = numbers.clone().map(|number| source(layout, number, due)).collect();
        let added = store.add_sources(&new, now).await?;
        let polls: Vec<Intents> = numbers
            .clone()
            .zip(added)
            .filter_map(|(number, added)| {
                let Added::New(id) = added else { return None };
                let wait = Duration::from_millis(scatter(number ^ 0x5EED) % (options.over.max(1) * 1_000));
                Some(read_once(layout, number, id, due + wait))
            })
            .collect();
        store.carry_out(&polls, now).await?;
        if numbers.end % (AT_ONCE * 20) == 0 || numbers.end == layout.sources {
            println!("{} sources", numbers.end);
        }
    }
    store.close().await;
    Ok(())
}

fn source(layout: &Layout, number: u64, due: Time) -> NewSource {
    let claims = SourceClaims {
        title: Some(format!("Blog {number}")),
        said_name: format!("Blog {number}"),
        site: Some(format!("http://{}/{number}/", layout.host(number))),
        about: Some("Notes.".to_owned()),
        language: "en-GB".parse().ok(),
        ..SourceClaims::default()
    };
    NewSource {
        address: Address::parse(&layout.address(number)).expect("a good address"),
        kind: SourceKind::Feed,
        claims,
        listed_name: None,
        listed_attributes: Vec::new(),
        groups: Vec::new(),
        next_poll: due,
    }
}

/// How polling goes of a source that was read an hour before it is due.
fn read_once(layout: &Layout, number: u64, id: SourceId, due: Time) -> Intents {
    let before = due - Duration::from_secs(3_600);
    let manner = layout.manner(number);
    let answers = matches!(manner, Manner::Quiet | Manner::Lively | Manner::Slow(_));
    let poll = PollState {
        etag: answers.then(|| version(number, Manner::Quiet, 0)),
        validators_for: answers.then(|| layout.address(number)),
        body_hash: answers.then(|| format!("{:064x}", scatter(number))),
        last_polled: Some(before),
        last_answer: Some(Outcome::Unchanged),
        last_status: Some(304),
        last_ok: Some(before),
        ..PollState::fresh(due)
    };
    Intents::quiet(id, poll)
}

#[expect(clippy::disallowed_methods, reason = "it plays an operator, whose clock runs by itself")]
fn now() -> Time {
    Time::from_timestamp(jiff::Timestamp::now())
}
