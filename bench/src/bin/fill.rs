//! Fills a store with posts, through its public door, so that pages can be measured at size.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use bench::Prose;
use clap::Parser;
use model::{Address, SourceId, Time};
use store::{
    Added, Body, BodyKind, Database, Intents, NewAuthor, NewPost, NewSource, PollState, PostKeys, SourceClaims,
    SourceKind, Store,
};

#[derive(Parser)]
#[command(about)]
struct Options {
    /// The data folder, as in WATERSMEET_DATA.
    #[arg(long, default_value = "bench-data")]
    data: PathBuf,
    /// A PostgreSQL server instead, as in WATERSMEET_DATABASE.
    #[arg(long)]
    database: Option<String>,
    /// How many posts.
    #[arg(long, default_value_t = 100_000)]
    posts: usize,
    /// How many sources they come from.
    #[arg(long, default_value_t = 400)]
    sources: usize,
    /// How long each post is, in bytes of markup.
    #[arg(long, default_value_t = 2_500)]
    bytes: usize,
    /// The time of the newest post; the others lie in the ten years before.
    #[arg(long, default_value = "2026-11-23T09:00:00Z")]
    newest: Time,
}

/// How far back the oldest post lies.
const SPAN: Duration = Duration::from_secs(10 * 365 * 86_400);

/// How many posts go into one transaction.
const AT_ONCE: usize = 2_000;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let database = match &options.database {
        Some(server) => Database::Postgres(server.clone()),
        None => {
            std::fs::create_dir_all(&options.data).context("making the data folder")?;
            Database::File(options.data.join("watersmeet.db"))
        }
    };
    let now = options.newest;
    let store = Store::open(&database, now).await?;
    let sources = add_sources(&store, options.sources.max(1), now).await?;
    let prose = Prose::new(1);
    for start in (0..options.posts).step_by(AT_ONCE) {
        let posts = start..(start + AT_ONCE).min(options.posts);
        let mut polls: Vec<Intents> =
            sources.iter().map(|source| Intents::quiet(*source, PollState::fresh(Time::MAX))).collect();
        for number in posts.clone() {
            let place = prose.number(polls.len());
            polls[place].add.push(write_post(&prose, number, &options));
        }
        polls.retain(|poll| !poll.add.is_empty());
        store.carry_out(&polls, now).await?;
        println!("{} posts", posts.end);
    }
    store.close().await;
    Ok(())
}

async fn add_sources(store: &Store, many: usize, now: Time) -> anyhow::Result<Vec<SourceId>> {
    let sources: Vec<NewSource> = (0..many)
        .map(|number| {
            let site = format!("https://blog{number}.riverton.example/");
            let claims =
                SourceClaims { said_name: format!("Blog {number}"), site: Some(site.clone()), ..Default::default() };
            NewSource {
                address: Address::parse(&format!("{site}feed")).expect("a good address"),
                kind: SourceKind::Feed,
                claims,
                listed_name: None,
                listed_attributes: Vec::new(),
                groups: vec![vec![format!("Group {}", number % 12)]],
                // Nobody shall poll them.
                next_poll: Time::MAX,
            }
        })
        .collect();
    let added = store.add_sources(&sources, now).await?;
    let number = |added| match added {
        Added::New(source) | Added::Known(source) | Added::Back(source) | Added::Left { source, .. } => source,
    };
    Ok(added.into_iter().map(number).collect())
}

fn write_post(prose: &Prose, number: usize, options: &Options) -> NewPost {
    // The newest come last, as they do in life.
    let share = (options.posts - number) as f64 / options.posts as f64;
    let at = options.newest - SPAN.mul_f64(share);
    let site = "https://blog.riverton.example";
    let link = format!("{site}/posts/{number}");
    let claimed = prose.markup(options.bytes, site);
    let cleaned = html::clean(&claimed, &html::Context::default());
    let key = |kind: u128| Some(format!("{:032x}", (kind << 64) | number as u128));
    NewPost {
        keys: PostKeys { id: key(1), link: key(2), text: key(3), title: key(4), body: format!("{number:032x}") },
        claimed_id: Some(link.clone()),
        link: Some(link),
        title: prose.words(7),
        authors: vec![NewAuthor { name: format!("Author {}", number % 7), address: None, mail_key: None }],
        author_line: None,
        language: if number.is_multiple_of(50) { "cy".parse().ok() } else { "en-GB".parse().ok() },
        claimed_date: Some(at.to_string()),
        claimed_at: Some(at),
        updated_at: None,
        place: at,
        excerpt: html::excerpt(&cleaned.text, 300),
        picture: None,
        words: u32::try_from(cleaned.text.split_whitespace().count()).unwrap_or(u32::MAX),
        licence: None,
        body: Body::new(&claimed, BodyKind::Html, None, cleaned.html.as_str(), html::CLEANER_VERSION),
        same_as: None,
    }
}
