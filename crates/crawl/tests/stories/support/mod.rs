//! What every story needs: a clock that stands still, a door out that opens to this machine, a farm, a store.

pub mod farm;
pub mod hub;

use std::cell::RefCell;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crawl::{Crawler, Settings, Summary, Which};
use model::{Address, Clock, Dice, HandClock, Outcome, SourceId, Time};
use sqlx::{Connection, PgConnection};
use store::{Card, Database, NewSource, Page, RiverFilter, SourceClaims, SourceKind, SourceRecord, Store};

use self::farm::Farm;

/// A Monday morning.
pub const NOW: &str = "2026-11-23T09:00:00Z";

pub fn now() -> Time {
    NOW.parse().unwrap()
}

pub fn clock() -> Clock {
    HandClock::at(now()).clock()
}

pub fn hours(count: u64) -> Duration {
    Duration::from_secs(count * 3_600)
}

pub fn days(count: u64) -> Duration {
    hours(count * 24)
}

/// Settings of a door out that may go to this machine and does not wait between requests.
pub fn door() -> net::Settings {
    net::Settings {
        allow: vec!["127.0.0.0/8".parse().unwrap()],
        pause: Duration::ZERO,
        whole_time: Duration::from_secs(2),
        at_once: Settings::default().at_once_in_all,
        ..net::Settings::default()
    }
}

/// That door.
pub fn client() -> net::Client {
    net::Client::new(door()).unwrap()
}

/// Where a story's data is, gone when the story ends.
enum Data {
    File(PathBuf),
    Postgres { server: String, name: String },
}

/// A story: a farm of sites, a store, a clock in our hands, and a crawler between them.
pub struct Story {
    pub farm: Farm,
    pub store: Store,
    pub hands: HandClock,
    crawler: RefCell<Crawler>,
    database: Database,
    data: Data,
}

impl Story {
    pub async fn on_sqlite() -> Self {
        let name = format!("watersmeet-crawl-{}-{:?}", std::process::id(), std::thread::current().id());
        let folder = std::env::temp_dir().join(name.replace(['(', ')'], ""));
        std::fs::create_dir_all(&folder).unwrap();
        let database = Database::File(folder.join("watersmeet.db"));
        Self::begin(database, Data::File(folder)).await
    }

    pub async fn on_postgres() -> Self {
        let server = std::env::var("WATERSMEET_TEST_POSTGRES")
            .expect("these stories need a PostgreSQL server in WATERSMEET_TEST_POSTGRES: run ./test, which starts one");
        let mut connection = PgConnection::connect(&server).await.unwrap();
        let thread = format!("{:?}", std::thread::current().id()).replace(|c: char| !c.is_ascii_digit(), "");
        let name = format!("watersmeet_crawl_{}_{thread}", std::process::id());
        let create = format!("CREATE DATABASE {name}");
        sqlx::query(sqlx::AssertSqlSafe(create)).execute(&mut connection).await.unwrap();
        let (start, _) = server.rsplit_once('/').unwrap();
        let database = Database::Postgres(format!("{start}/{name}"));
        Self::begin(database, Data::Postgres { server, name }).await
    }

    async fn begin(database: Database, data: Data) -> Self {
        let store = Store::open(&database, now()).await.unwrap();
        let hands = HandClock::at(now());
        let crawler = RefCell::new(new_crawler(&store, &hands, door()));
        Self { farm: Farm::start().await, store, hands, crawler, database, data }
    }

    /// Another connection to the story's data file, to do to it what a disk or an operator might.
    pub async fn open_file(&self) -> sqlx::SqliteConnection {
        let Data::File(folder) = &self.data else { panic!("only a file can be opened") };
        let file = folder.join("watersmeet.db");
        sqlx::SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.unwrap()
    }

    /// A crawler whose operator has not said where the site is.
    pub fn without_an_address(&self) -> Crawler {
        Crawler::new(self.store.clone(), client(), self.hands.clock(), Dice::loaded(1), Settings::default())
    }

    /// As if the program had been started again.
    pub fn restart(&self) {
        self.restart_with(door());
    }

    /// The same with another door out.
    pub fn restart_with(&self, door: net::Settings) {
        self.crawler.replace(new_crawler(&self.store, &self.hands, door));
    }

    /// Where the store is.
    pub fn database(&self) -> Database {
        self.database.clone()
    }

    pub fn crawler(&self) -> Crawler {
        self.crawler.borrow().clone()
    }

    /// The search index of a site over the story's posts.
    pub fn shelf(&self) -> Arc<web::Shelf> {
        web::Shelf::open(self.store.clone(), &self.index()).unwrap()
    }

    fn index(&self) -> PathBuf {
        match &self.data {
            Data::File(folder) => folder.join("index"),
            Data::Postgres { name, .. } => std::env::temp_dir().join(format!("{name}-index")),
        }
    }

    pub async fn end(self) {
        self.store.close().await;
        let index = self.index();
        if index.exists() {
            std::fs::remove_dir_all(index).unwrap();
        }
        match self.data {
            Data::File(folder) => std::fs::remove_dir_all(folder).unwrap(),
            Data::Postgres { server, name } => {
                let mut connection = PgConnection::connect(&server).await.unwrap();
                let drop = format!("DROP DATABASE {name} WITH (FORCE)");
                sqlx::query(sqlx::AssertSqlSafe(drop)).execute(&mut connection).await.unwrap();
            }
        }
    }

    /// Makes an address a source without asking it anything.
    pub async fn list(&self, address: &Address) -> SourceId {
        let new = NewSource {
            address: address.clone(),
            kind: SourceKind::Feed,
            claims: SourceClaims { said_name: address.spoken_host().to_owned(), ..SourceClaims::default() },
            listed_name: None,
            listed_attributes: vec![],
            groups: vec![],
            next_poll: self.hands.clock().now(),
        };
        match self.store.add_sources(&[new], self.hands.clock().now()).await.unwrap().remove(0) {
            store::Added::New(id) => id,
            other => panic!("{other:?}"),
        }
    }

    /// Looks at what is due.
    pub async fn poll(&self) -> Summary {
        self.crawler().poll(Which::Due, &|_| {}).await.unwrap()
    }

    /// Does what is due beside polling.
    pub async fn errands(&self) {
        self.crawler().errands().await.unwrap();
    }

    /// Looks at what is due when this much time has gone by.
    pub async fn poll_after(&self, wait: Duration) -> Summary {
        self.hands.advance(wait);
        self.poll().await
    }

    /// Moves the clock to when a source is due, and looks.
    pub async fn poll_when_due(&self, id: SourceId) -> Outcome {
        self.hands.set(self.source(id).await.poll.next_poll);
        self.poll().await;
        self.outcome(id).await
    }

    pub async fn source(&self, id: SourceId) -> SourceRecord {
        self.store.source(id).await.unwrap().unwrap()
    }

    pub async fn outcome(&self, id: SourceId) -> Outcome {
        self.source(id).await.poll.last_answer.unwrap()
    }

    /// How long until a source is asked again.
    pub async fn wait(&self, id: SourceId) -> Duration {
        self.source(id).await.poll.next_poll.since(self.hands.clock().now())
    }

    pub async fn river(&self) -> Vec<Card> {
        self.store.river(&RiverFilter::default(), Page::Newest, 1_000).await.unwrap().cards
    }

    /// The titles in the river, newest first.
    pub async fn titles(&self) -> Vec<String> {
        self.river().await.into_iter().map(|card| card.title).collect()
    }
}

fn new_crawler(store: &Store, hands: &HandClock, door: net::Settings) -> Crawler {
    let net = net::Client::new(door).unwrap();
    let site = Some(Address::parse(hub::SITE).unwrap());
    let settings = Settings { site, ..Settings::default() };
    Crawler::new(store.clone(), net, hands.clock(), Dice::loaded(1), settings)
}

/// Tells a story once and runs it on both engines.
macro_rules! story {
    ($(async fn $name:ident($story:ident) $body:block)+) => {$(
        mod $name {
            use super::*;

            async fn tell($story: $crate::support::Story) {
                $body
                $story.end().await;
            }
            #[tokio::test]
            async fn on_sqlite() {
                tell($crate::support::Story::on_sqlite().await).await;
            }
            #[tokio::test]
            async fn on_postgres() {
                tell($crate::support::Story::on_postgres().await).await;
            }
        }
    )+};
}
