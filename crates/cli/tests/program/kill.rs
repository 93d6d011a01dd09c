//! A crawler that is killed in the middle of its work, again and again: no post is lost, and none is there twice.

use std::collections::HashMap;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::Duration;

use crate::support::{Answer, Farm, says, watersmeet};
use model::Time;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use store::{Database, Page, RiverFilter, Store};

const SOURCES: u32 = 24;
const KILLS: u32 = 60;

/// A feed that has one more entry each time round, newest first; long enough to keep the crawler busy.
fn feed(source: u32, round: u32) -> String {
    let items: String = (0..=round)
        .rev()
        .map(|number| {
            let words = format!("What team {source} learnt in round {number} about queues. ").repeat(40);
            format!(
                "<item><guid>post-{source}-{number}</guid><title>Team {source}, note {number}</title>\
                 <link>http://team{source}.localhost/notes/{number}</link><description>{words}</description></item>"
            )
        })
        .collect();
    format!("<rss version='2.0'><channel><title>Team {source}</title>{items}</channel></rss>")
}

/// Which round it is, how many feeds have been given out in it, and the source that never answers.
#[derive(Default)]
struct Stage {
    round: AtomicU32,
    served: AtomicU32,
    silent: AtomicU32,
}

impl Stage {
    fn answer(&self, host: &str) -> Answer {
        let Some(number) = host.strip_prefix("team").and_then(|rest| rest.strip_suffix(".localhost")) else {
            return Answer::status(404);
        };
        let source = number.parse().unwrap();
        if source == self.silent.load(Ordering::SeqCst) {
            sleep(Duration::from_secs(30));
        }
        self.served.fetch_add(1, Ordering::SeqCst);
        Answer::feed(feed(source, self.round.load(Ordering::SeqCst)))
    }

    /// Sets the next round: one source is silent, so that no poll can end before it is killed.
    fn begin(&self, round: u32, silent: u32) {
        self.round.store(round, Ordering::SeqCst);
        self.silent.store(silent, Ordering::SeqCst);
        self.served.store(0, Ordering::SeqCst);
    }

    fn wait_until_served(&self, feeds: u32) {
        while self.served.load(Ordering::SeqCst) < feeds {
            sleep(Duration::from_millis(1));
        }
    }
}

/// Where a story's data is: in its folder, or in a database of its own.
struct Place {
    folder: tempfile::TempDir,
    database: Option<String>,
}

impl Place {
    fn file() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), database: None }
    }

    fn server(name: &str) -> Self {
        let server = server();
        let name = format!("watersmeet_kill_{name}_{}", std::process::id());
        make(&server, &name);
        let (start, _) = server.rsplit_once('/').unwrap();
        Self { folder: tempfile::tempdir().unwrap(), database: Some(format!("{start}/{name}")) }
    }

    fn watersmeet(&self, arguments: &[&str]) -> Command {
        let mut command = watersmeet(self.folder.path());
        command.args(arguments);
        if let Some(database) = &self.database {
            command.env("WATERSMEET_DATABASE", database);
        }
        command
    }

    fn import(&self, list: &str) {
        std::fs::write(self.folder.path().join("list.txt"), list).unwrap();
        says(&mut self.watersmeet(&["import", "list.txt"]), 0);
    }

    /// Every one of these posts is there once, and no other.
    fn has_each_once(&self, posts: impl IntoIterator<Item = (u32, u32)>) {
        let database = match &self.database {
            Some(address) => Database::Postgres(address.clone()),
            None => Database::File(self.folder.path().join("data/watersmeet.db")),
        };
        let mut seen: HashMap<String, u32> = HashMap::new();
        for link in links(&database) {
            *seen.entry(link).or_default() += 1;
        }
        for (source, number) in posts {
            let link = format!("http://team{source}.localhost/notes/{number}");
            assert_eq!(seen.remove(&link), Some(1), "{link}");
        }
        assert!(seen.is_empty(), "{seen:?}");
        if let Some(database) = &self.database {
            drop_database(database);
        }
    }
}

fn farm(stage: &Arc<Stage>) -> Farm {
    let stage = stage.clone();
    Farm::start(move |host, _| stage.answer(host))
}

/// When a round of polls is: each two days after the one before, so that every source is due.
fn then(round: u32) -> String {
    (Time::from_millis(4_000_000_000_000) + Duration::from_secs(2 * 86_400) * round).to_string()
}

/// Polls are killed, each at another moment; then one comes to its end.
fn kill_polls(place: &Place, kills: u32) {
    let stage = Arc::new(Stage::default());
    let farm = farm(&stage);
    place.import(&(0..SOURCES).map(|n| format!("http://team{n}.localhost:{}/feed\n", farm.port)).collect::<String>());
    for number in 0..kills {
        stage.begin(number, number % SOURCES);
        let mut poll = place.watersmeet(&["poll", "--at", &then(number)]).spawn().unwrap();
        stage.wait_until_served(number * 7 % SOURCES);
        sleep(Duration::from_millis(u64::from(number) * 37 % 300));
        assert!(poll.try_wait().unwrap().is_none(), "it waits for the silent source when it is killed");
        poll.kill().unwrap();
        poll.wait().unwrap();
    }
    stage.begin(kills, SOURCES);
    says(&mut place.watersmeet(&["poll", "--at", &then(kills)]), 0);
    place.has_each_once((0..SOURCES).flat_map(|source| (0..=kills).map(move |number| (source, number))));
}

/// Sites are killed while they poll what has just been added, each at another moment; then a poll looks at everything.
fn kill_sites(place: &Place, kills: u32) {
    const ADDED: u32 = 6;
    let stage = Arc::new(Stage::default());
    let farm = farm(&stage);
    for number in 0..kills {
        let first = number * ADDED;
        let added = (first..first + ADDED).map(|n| format!("http://team{n}.localhost:{}/feed\n", farm.port));
        place.import(&added.collect::<String>());
        stage.begin(0, first + number % ADDED);
        let mut site = place.watersmeet(&["serve"]).env("WATERSMEET_LISTEN", "127.0.0.1:0").spawn().unwrap();
        stage.wait_until_served(number % ADDED);
        sleep(Duration::from_millis(u64::from(number) * 97 % 400));
        assert!(site.try_wait().unwrap().is_none(), "a site runs until it is stopped");
        site.kill().unwrap();
        site.wait().unwrap();
    }
    stage.begin(1, kills * ADDED);
    says(&mut place.watersmeet(&["poll", "--at", &then(0)]), 0);
    place.has_each_once((0..kills * ADDED).flat_map(|source| [(source, 0), (source, 1)]));
}

#[test]
fn sixty_kills_lose_no_post_and_store_none_twice() {
    kill_polls(&Place::file(), KILLS);
}

#[test]
fn killed_polls_on_a_server_lose_no_post_and_store_none_twice() {
    kill_polls(&Place::server("polls"), 12);
}

#[test]
fn killed_sites_lose_no_post_and_store_none_twice() {
    kill_sites(&Place::file(), 8);
}

#[test]
fn killed_sites_on_a_server_lose_no_post_and_store_none_twice() {
    kill_sites(&Place::server("sites"), 8);
}

fn server() -> String {
    std::env::var("WATERSMEET_TEST_POSTGRES")
        .expect("these stories need a PostgreSQL server in WATERSMEET_TEST_POSTGRES: run ./test, which starts one")
}

#[tokio::main(flavor = "current_thread")]
async fn make(server: &str, name: &str) {
    let mut connection = PgConnection::connect(server).await.unwrap();
    sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut connection).await.unwrap();
}

#[tokio::main(flavor = "current_thread")]
async fn drop_database(address: &str) {
    let (_, name) = address.rsplit_once('/').unwrap();
    let mut connection = PgConnection::connect(&server()).await.unwrap();
    let sql = format!("DROP DATABASE {name} WITH (FORCE)");
    sqlx::query(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
}

/// The links of all posts in the river.
#[tokio::main(flavor = "current_thread")]
async fn links(database: &Database) -> Vec<String> {
    let store = Store::open(database, Time::from_millis(0)).await.unwrap();
    let mut links = vec![];
    let mut page = Page::Newest;
    loop {
        let river = store.river(&RiverFilter::default(), page, 100).await.unwrap();
        links.extend(river.cards.into_iter().filter_map(|card| card.link));
        match river.older {
            Some(older) => page = Page::Before(older),
            None => break,
        }
    }
    store.close().await;
    links
}
