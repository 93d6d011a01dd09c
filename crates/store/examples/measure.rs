//! Measures the store: a batch of polls, then the river with a hundred thousand posts in it.
//!
//! `cargo run --release -p watersmeet-store --example measure -- FILE|postgres://… [POSTS]`

use std::error::Error;
use std::time::{Duration, Instant};

use model::{Address, SourceId, Time};
use store::*;

type Anything<T> = std::result::Result<T, Box<dyn Error>>;

const START: Time = Time::from_millis(1_790_000_000_000);

#[tokio::main]
async fn main() -> Anything<()> {
    let mut arguments = std::env::args().skip(1);
    let place = arguments.next().ok_or("which FILE or postgres:// address?")?;
    let posts: usize = arguments.next().map_or(Ok(100_000), |posts| posts.parse())?;
    let database = match place.starts_with("postgres") {
        true => Database::Postgres(place),
        false => Database::File(place.into()),
    };
    let store = Store::open(&database, START).await?;
    let sources = sources(&store).await?;
    let already = store.count(&RiverFilter::default()).await? as usize;
    for round in (already / 4_000)..(posts / 4_000) {
        let polls: Vec<Intents> = sources.iter().map(|source| poll(*source, round)).collect();
        let (wall, cpu) = (Instant::now(), cpu());
        store.carry_out(&polls, at(round + 1)).await?;
        if round < 3 {
            println!("200 polls with 20 posts each: {:?}, of which CPU {:?}", wall.elapsed(), self::cpu() - cpu);
        }
        if round == 0 {
            let polls: Vec<Intents> = sources.iter().map(|source| quiet(*source)).collect();
            let (wall, cpu) = (Instant::now(), self::cpu());
            store.carry_out(&polls, at(1)).await?;
            println!("200 polls with nothing new: {:?}, of which CPU {:?}", wall.elapsed(), self::cpu() - cpu);
        }
    }
    println!("posts: {}; memory at its most: {} kB", store.count(&RiverFilter::default()).await?, peak_kilobytes());
    rivers(&store, sources[7]).await?;
    pages(&store, sources[7]).await?;
    println!("memory at its most: {} kB", peak_kilobytes());
    store.close().await;
    Ok(())
}

async fn rivers(store: &Store, source: SourceId) -> Anything<()> {
    let all = RiverFilter::default();
    let groups = store.groups().await?;
    let author = store.authors_of(source, 20).await?[0].id;
    let middle = store.river(&all, Page::Newest, 1).await?.cards[0].place - Duration::from_secs(3_600 * 24 * 300);
    let language = |tag: &str| tag.parse().ok();
    let group = |slug: &str| groups.iter().find(|group| group.slug == slug).map(|group| group.id);
    let filters = [
        ("all", all.clone()),
        ("a source", RiverFilter { source: Some(source), ..all.clone() }),
        ("a group of 10", RiverFilter { group: group("small"), ..all.clone() }),
        ("a group of 150", RiverFilter { group: group("large"), ..all.clone() }),
        ("a small group in Welsh", RiverFilter { group: group("small"), language: language("cy"), ..all.clone() }),
        ("a large group in Welsh", RiverFilter { group: group("large"), language: language("cy"), ..all.clone() }),
        ("an author", RiverFilter { authors: vec![author], ..all.clone() }),
        ("in English", RiverFilter { language: language("en"), ..all.clone() }),
        ("in Welsh", RiverFilter { language: language("cy"), ..all.clone() }),
        ("in a language nobody writes", RiverFilter { language: language("ga"), ..all.clone() }),
        ("a period", RiverFilter { to: Some(middle), ..all.clone() }),
        (
            "a source in Welsh in a period",
            RiverFilter { source: Some(source), language: language("cy"), to: Some(middle), ..all.clone() },
        ),
    ];
    for (name, filter) in filters {
        let newest = time(async || store.river(&filter, Page::Newest, 30).await).await?;
        let cursor = Cursor { place: middle, id: model::PostId::new(1) };
        let older = time(async || store.river(&filter, Page::Before(cursor), 30).await).await?;
        let newer = time(async || store.river(&filter, Page::After(cursor), 30).await).await?;
        let count = time(async || store.count(&filter).await).await?;
        println!("{name:30} newest {newest} older {older} newer {newer} count {count}");
    }
    Ok(())
}

async fn pages(store: &Store, source: SourceId) -> Anything<()> {
    let all = RiverFilter::default();
    let cards = store.river(&all, Page::Newest, 30).await?.cards;
    let ids: Vec<_> = cards.iter().map(|card| card.id).collect();
    let months: Vec<Time> = (0..48).map(|month| at(0) + Duration::from_secs(month * 86_400 * 30)).collect();
    println!("revision {}", time(async || store.revision().await).await?);
    println!("a post {}", time(async || store.post(ids[0]).await).await?);
    println!("30 bodies {}", time(async || store.bodies(&ids).await).await?);
    println!("sources {}", time(async || store.sources().await).await?);
    println!("a source {}", time(async || store.source_by_slug(&cards[0].source.slug).await).await?);
    println!("authors of a source {}", time(async || store.authors_of(source, 20).await).await?);
    println!("48 months {}", time(async || store.count_between(&all, &months).await).await?);
    println!("extent {}", time(async || store.extent().await).await?);
    println!("languages {}", time(async || store.languages().await).await?);
    println!("groups {}", time(async || store.groups().await).await?);
    let keys: Vec<PostKeys> = (0..20).map(|post| keys(source, 3, post)).collect();
    println!("20 known posts {}", time(async || store.known_posts(source, &keys).await).await?);
    println!("20 posts elsewhere {}", time(async || store.posts_elsewhere(source, &keys, START).await).await?);
    println!("next due {}", time(async || store.next_due().await).await?);
    Ok(())
}

/// The CPU time of one call, as the mean of some, after one that warms up.
async fn time<T>(call: impl AsyncFn() -> store::Result<T>) -> Anything<String> {
    call().await?;
    let start = cpu();
    let mut calls = 0_u32;
    while calls < 50 && (calls == 0 || cpu() - start < Duration::from_millis(300)) {
        call().await?;
        calls += 1;
    }
    Ok(format!("{:>7.3} ms", (cpu() - start).as_secs_f64() * 1_000.0 / f64::from(calls)))
}

async fn sources(store: &Store) -> Anything<Vec<SourceId>> {
    let mut sources = vec![];
    for number in 0..200 {
        let mut groups = vec![];
        if number < 10 {
            groups.push(vec!["Small".to_owned()]);
        }
        if number < 150 {
            groups.push(vec!["Large".to_owned()]);
        }
        sources.push(NewSource {
            address: Address::typed(&format!("s{number}.example/feed"))?,
            kind: SourceKind::Feed,
            claims: SourceClaims { said_name: format!("Source {number}"), ..SourceClaims::default() },
            listed_name: None,
            listed_attributes: vec![],
            groups,
            next_poll: START,
        });
    }
    let added = store.add_sources(&sources, START).await?;
    let ids = added.into_iter().filter_map(|added| match added {
        Added::New(id) | Added::Known(id) | Added::Back(id) => Some(id),
        Added::Left { .. } => None,
    });
    Ok(ids.collect())
}

fn at(round: usize) -> Time {
    START + Duration::from_secs(86_400 * 60 * round as u64)
}

fn quiet(source: SourceId) -> Intents {
    Intents::quiet(source, PollState { etag: Some("\"1\"".to_owned()), ..PollState::fresh(START) })
}

fn keys(source: SourceId, round: usize, post: usize) -> PostKeys {
    let key = |kind: &str| Some(format!("{kind}{:0>4}{round:0>8}{post:0>8}{:0>11}", source.get(), 7));
    PostKeys { id: key("0"), link: key("1"), text: key("2"), title: key("3"), body: format!("{round:0>16}{post:0>16}") }
}

fn poll(source: SourceId, round: usize) -> Intents {
    let text = "Most councils keep the forms that people fill in apart from what happens next. ";
    let add = (0..20).map(|post| {
        let cleaned = format!("<p>{source} {round} {post}</p>{}", format!("<p>{}</p>", text.repeat(5)).repeat(9));
        NewPost {
            keys: keys(source, round, post),
            claimed_id: Some(format!("tag:s{source}.example,2026:{round}/{post}")),
            link: Some(format!("https://s{source}.example/{round}/{post}")),
            title: format!("What we learnt about forms, number {post} of round {round}"),
            authors: vec![NewAuthor { name: format!("Ann {}", post % 4), address: None, mail_key: None }],
            author_line: None,
            language: if post % 10 == 0 { "cy" } else { "en-GB" }.parse().ok(),
            claimed_date: None,
            claimed_at: None,
            updated_at: None,
            place: at(round) + Duration::from_secs(86_400 * post as u64 + 60 * source.get().unsigned_abs()),
            excerpt: text.repeat(4),
            picture: None,
            words: 600,
            licence: None,
            body: Body::new(
                &format!("{cleaned}<img src='https://x.example/p.gif'>"),
                BodyKind::Html,
                None,
                &cleaned,
                1,
            ),
            same_as: None,
        }
    });
    Intents { add: add.collect(), ..quiet(source) }
}

/// What all threads have used so far, to the nanosecond.
fn cpu() -> Duration {
    let threads = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let used = |thread: std::fs::DirEntry| std::fs::read_to_string(thread.path().join("schedstat")).ok();
    let nanos = threads.filter_map(used).filter_map(|line| line.split(' ').next()?.parse::<u64>().ok()).sum();
    Duration::from_nanos(nanos)
}

fn peak_kilobytes() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    peak.map(|peak| peak.trim().trim_end_matches(" kB").to_owned()).unwrap_or_default()
}
