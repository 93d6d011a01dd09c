//! Where stories take place: a fresh database on one engine, and short words to fill it.

use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use futures_util::FutureExt;
use model::{Address, PostId, SourceId, Time};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use crate::*;

/// Tells each story on SQLite and on PostgreSQL.
macro_rules! stories {
    ($(async fn $name:ident($world:ident) $body:block)*) => {$(
        async fn $name($world: &$crate::stories::world::World) $body

        mod $name {
            use $crate::stories::world::{Engine, tell};

            #[test]
            fn on_sqlite() {
                tell(Engine::Sqlite, async |world| super::$name(world).await);
            }

            #[test]
            fn on_postgres() {
                tell(Engine::Postgres, async |world| super::$name(world).await);
            }
        }
    )*};
}
pub(super) use stories;

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Engine {
    Sqlite,
    Postgres,
}

pub(super) struct World {
    pub(super) store: Store,
    pub(super) database: Database,
}

/// When stories begin.
pub(super) const START: Time = Time::from_millis(1_790_000_000_000);

/// So many minutes after they begin.
pub(super) fn minute(minutes: u64) -> Time {
    START + Duration::from_secs(60 * minutes)
}

pub(super) fn tell(engine: Engine, story: impl AsyncFnOnce(&World)) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let place = Place::make(engine).await;
        let store = Store::open(&place.database, START).await.unwrap();
        let world = World { store, database: place.database.clone() };
        let ended = AssertUnwindSafe(story(&world)).catch_unwind().await;
        world.store.close().await;
        place.clear().await;
        if let Err(failure) = ended {
            std::panic::resume_unwind(failure);
        }
    });
}

/// An empty database that is there for one test.
pub(super) struct Place {
    pub(super) database: Database,
    pub(super) folder: Option<PathBuf>,
    name: String,
}

impl Place {
    pub(super) async fn make(engine: Engine) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("watersmeet_story_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        if engine == Engine::Sqlite {
            let folder = std::env::temp_dir().join(&name);
            std::fs::create_dir_all(&folder).unwrap();
            let database = Database::File(folder.join("watersmeet.db"));
            return Self { database, folder: Some(folder), name };
        }
        let server = server();
        let mut admin =
            PgConnection::connect(&server).await.expect("the PostgreSQL of WATERSMEET_TEST_POSTGRES answers");
        for sql in [format!("DROP DATABASE IF EXISTS {name}"), format!("CREATE DATABASE {name}")] {
            sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut admin).await.unwrap();
        }
        let host = server.rsplit_once('/').map_or(server.as_str(), |(host, _)| host);
        Self { database: Database::Postgres(format!("{host}/{name}")), folder: None, name }
    }

    pub(super) async fn clear(self) {
        match self.folder {
            Some(folder) => std::fs::remove_dir_all(folder).unwrap(),
            None => {
                let mut admin = PgConnection::connect(&server()).await.unwrap();
                let sql = format!("DROP DATABASE {} WITH (FORCE)", self.name);
                sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut admin).await.unwrap();
            }
        }
    }
}

fn server() -> String {
    std::env::var("WATERSMEET_TEST_POSTGRES")
        .expect("WATERSMEET_TEST_POSTGRES is not set: run ./test, which starts a PostgreSQL server and names it there")
}

impl World {
    /// Adds a source by its host, such as `riverton.example`.
    pub(super) async fn source(&self, host: &str) -> SourceId {
        match self.store.add_sources(&[new_source(host)], START).await.unwrap().as_slice() {
            [Added::New(id)] => *id,
            other => panic!("{other:?}"),
        }
    }

    /// Polls a source and finds these posts new.
    pub(super) async fn add(&self, source: SourceId, posts: Vec<NewPost>, now: Time) -> CarriedOut {
        let poll = Intents { add: posts, ..quiet(source) };
        self.store.carry_out(&[poll], now).await.unwrap()
    }

    /// The titles in the river, newest first.
    pub(super) async fn river(&self) -> Vec<String> {
        self.filtered(&RiverFilter::default()).await
    }

    pub(super) async fn filtered(&self, filter: &RiverFilter) -> Vec<String> {
        let page = self.store.river(filter, Page::Newest, 100).await.unwrap();
        page.cards.into_iter().map(|card| card.title).collect()
    }

    /// The only post of a source with this title.
    pub(super) async fn find(&self, source: SourceId, title: &str) -> KnownPost {
        let known = self.store.known_posts(source, &[keys(title)]).await.unwrap();
        known.into_iter().find(|known| known.title == title).unwrap()
    }

    pub(super) async fn record(&self, source: SourceId) -> SourceRecord {
        self.store.source(source).await.unwrap().unwrap()
    }

    pub(super) async fn page(&self, post: PostId) -> Post {
        self.store.post(post).await.unwrap().unwrap()
    }

    /// What has changed since a number, in short: `post-new 1`.
    pub(super) async fn changes(&self, after: i64) -> Vec<String> {
        let changes = self.store.changes_after(after, 1_000).await.unwrap();
        let number = |change: &Change| change.post.map(PostId::get).or(change.source.map(SourceId::get));
        changes.iter().map(|change| format!("{} {}", change.kind, number(change).unwrap_or_default())).collect()
    }
}

/// Limits that nobody reaches.
pub(super) const LIMITS: RequestLimits =
    RequestLimits { since: START, household: 99, network: 99, all: 99, hides_of_source: 99, hides: 99 };

/// Makes a request; gives its number.
pub(super) async fn ask(world: &World, new: &NewRequest, now: Time) -> model::RequestId {
    match world.store.add_request(new, &LIMITS, now).await.unwrap() {
        Asked::Made(id) => id,
        other => panic!("{other:?}"),
    }
}

pub(super) fn new_source(host: &str) -> NewSource {
    NewSource {
        address: Address::typed(&format!("{host}/feed")).unwrap(),
        kind: SourceKind::Feed,
        claims: SourceClaims {
            said_name: host.split('.').next().unwrap().to_owned(),
            site: Some(format!("https://{host}/")),
            ..SourceClaims::default()
        },
        listed_name: None,
        listed_attributes: vec![],
        groups: vec![],
        next_poll: START,
    }
}

/// A poll that brings nothing.
pub(super) fn quiet(source: SourceId) -> Intents {
    Intents::quiet(source, PollState::fresh(minute(60)))
}

/// Keys as if the title were all that there is.
pub(super) fn keys(title: &str) -> PostKeys {
    let key = |kind: &str| Some(format!("{kind}:{title}"));
    PostKeys { id: key("id"), link: key("link"), text: key("text"), title: key("title"), body: format!("body:{title}") }
}

/// A post with this title, claimed at a time.
pub(super) fn post(title: &str, place: Time) -> NewPost {
    let slug = title.to_lowercase().replace(' ', "-");
    NewPost {
        keys: keys(title),
        claimed_id: Some(format!("tag:riverton.example,2026:{slug}")),
        link: Some(format!("https://riverton.example/{slug}")),
        title: title.to_owned(),
        authors: vec![],
        author_line: None,
        language: None,
        claimed_date: Some(place.to_string()),
        claimed_at: Some(place),
        updated_at: None,
        place,
        excerpt: format!("About {title}."),
        picture: None,
        words: 12,
        licence: None,
        body: body(&format!("<p>About {title}.</p>")),
        same_as: None,
    }
}

pub(super) fn body(text: &str) -> Body {
    Body::new(&format!("{text}<img src=pixel.gif>"), BodyKind::Html, None, text, 1)
}

pub(super) fn by(names: &[&str]) -> Vec<NewAuthor> {
    names.iter().map(|name| NewAuthor { name: (*name).to_owned(), address: None, mail_key: None }).collect()
}
