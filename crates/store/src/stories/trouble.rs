//! What goes wrong outside: other versions, other files, other processes, no space.

use std::time::Duration;

use super::world::*;
use crate::engine::Tx;
use crate::error::StoreError;
use crate::migrate::{MIGRATIONS, Migration};
use crate::*;

const PATIENCE: Duration = Duration::from_millis(200);

/// The number of the step after the last.
fn next() -> i64 {
    MIGRATIONS.last().unwrap().number + 1
}

fn with_another(sql: &'static str) -> Vec<Migration> {
    let mut steps = MIGRATIONS.to_vec();
    steps.push(Migration { number: next(), name: "another", sql });
    steps
}

stories! {
    async fn a_database_opens_again_with_all_that_was_in_it(world) {
        let source = world.source("riverton.example").await;
        world.add(source, vec![post("Open forms", START)], START).await;
        world.store.close().await;
        let again = Store::open(&world.database, minute(1)).await.unwrap();
        assert_eq!(again.source(source).await.unwrap().unwrap().slug, "riverton");
        assert_eq!(again.count(&RiverFilter::default()).await.unwrap(), 1);
        again.close().await;
    }

    async fn a_migration_that_fails_leaves_everything_as_it_was(world) {
        let source = world.source("riverton.example").await;
        world.add(source, vec![post("Open forms", START)], START).await;
        let bad = with_another(
            "-- Half of it works.
            ALTER TABLE posts ADD COLUMN colour TEXT;
            UPDATE posts SET title = 'lost';
            DELETE FROM post_bodies;
            INSERT INTO nowhere (id) VALUES (1);",
        );
        let failed = Store::open_with(&world.database, minute(1), &bad, PATIENCE).await.unwrap_err();
        assert!(matches!(failed, StoreError::Migration { .. }), "{failed:?}");
        assert!(failed.to_string().contains("“another”") && failed.to_string().contains("stays as it was"));
        let again = Store::open(&world.database, minute(2)).await.unwrap();
        let page = again.river(&RiverFilter::default(), Page::Newest, 9).await.unwrap();
        assert_eq!(page.cards[0].title, "Open forms");
        assert_eq!(again.bodies(&[page.cards[0].id]).await.unwrap().len(), 1);
        again.close().await;
        // Mended, it is taken, and only once.
        let good = with_another("-- Colours.\nALTER TABLE posts ADD COLUMN colour TEXT;");
        for at in [3, 4] {
            Store::open_with(&world.database, minute(at), &good, PATIENCE).await.unwrap().close().await;
        }
    }

    async fn steps_that_were_written_side_by_side_may_come_in_any_order(world) {
        let mut steps = with_another("-- Colours.\nALTER TABLE posts ADD COLUMN colour TEXT;");
        Store::open_with(&world.database, minute(1), &steps, PATIENCE).await.unwrap().close().await;
        let earlier = Migration { number: -1, name: "earlier", sql: "ALTER TABLE posts ADD COLUMN shade TEXT;" };
        steps.insert(0, earlier);
        for at in [2, 3] {
            Store::open_with(&world.database, minute(at), &steps, PATIENCE).await.unwrap().close().await;
        }
    }

    async fn a_newer_database_is_left_alone(world) {
        let newer = with_another("-- Colours.\nALTER TABLE posts ADD COLUMN colour TEXT;");
        Store::open_with(&world.database, minute(1), &newer, PATIENCE).await.unwrap().close().await;
        let refused = Store::open(&world.database, minute(2)).await.unwrap_err();
        let said = refused.to_string();
        assert!(said.contains("was written by a newer Watersmeet") && said.contains(&format!("version {}", next())), "{said}");
        assert!(!refused.is_passing());
    }

    async fn two_processes_work_on_one_database(world) {
        let other = Store::open(&world.database, minute(1)).await.unwrap();
        let (a, b) = (world.source("a.example").await, world.source("b.example").await);
        let work = async |store: &Store, source, kind: &str| {
            for at in 0..20 {
                let add = vec![post(&format!("{kind} {at}"), minute(at))];
                store.carry_out(&[Intents { add, ..quiet(source) }], minute(at)).await.unwrap();
            }
        };
        tokio::join!(work(&world.store, a, "A"), work(&other, b, "B"), work(&other, a, "A"));
        assert_eq!(world.store.count(&RiverFilter::default()).await.unwrap(), 40);
        // Numbers of changes grow in the order in which they could be seen: none is missing.
        let changes = other.changes_after(0, 1_000).await.unwrap();
        assert_eq!(changes.iter().filter(|change| change.kind == ChangeKind::PostNew).count(), 40);
        other.close().await;
    }

    async fn who_waits_too_long_for_another_is_told_so(world) {
        let source = world.source("a.example").await;
        let impatient = Store::open_with(&world.database, START, MIGRATIONS, PATIENCE).await.unwrap();
        let mut tx = world.store.begin().await.unwrap();
        crate::changes::append(&mut tx, &[crate::changes::NewChange::of_source(ChangeKind::Groups, source)], START)
            .await
            .unwrap();
        let refused = impatient.put_setting("changes", "").await.unwrap_err();
        assert!(matches!(refused, StoreError::Locked) && refused.is_passing(), "{refused:?}");
        assert!(refused.to_string().contains("another process"));
        // Reading goes on meanwhile.
        assert_eq!(impatient.count(&RiverFilter::default()).await.unwrap(), 0);
        tx.commit().await.unwrap();
        impatient.put_setting("changes", "").await.unwrap();
        impatient.close().await;
    }

    async fn what_is_dropped_half_way_never_happened(world) {
        let source = world.source("a.example").await;
        {
            let mut tx = world.store.begin().await.unwrap();
            let change = crate::changes::NewChange::of_source(ChangeKind::Groups, source);
            crate::changes::append(&mut tx, &[change], START).await.unwrap();
        }
        assert_eq!(world.changes(0).await, ["source-added 1"]);
        assert!(world.store.set_source(source, &SetSource::default(), START).await.unwrap());
    }
}

#[test]
fn processes_that_start_at_once_on_an_empty_database_make_its_tables_once() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build().unwrap();
    for engine in [Engine::Sqlite, Engine::Postgres] {
        runtime.block_on(async {
            let place = Place::make(engine).await;
            let open = |_| {
                let database = place.database.clone();
                tokio::spawn(async move { Store::open(&database, START).await.unwrap() })
            };
            for opening in (0..6).map(open).collect::<Vec<_>>() {
                opening.await.unwrap().close().await;
            }
            place.clear().await;
        });
    }
}

/// A story that only a file can tell.
fn with_a_folder(story: impl AsyncFnOnce(&std::path::Path)) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let place = Place::make(Engine::Sqlite).await;
        story(place.folder.as_deref().unwrap()).await;
        place.clear().await;
    });
}

#[test]
fn a_full_disk_loses_nothing_and_is_said_in_words() {
    with_a_folder(async |folder| {
        let store = Store::open(&Database::File(folder.join("small.db")), START).await.unwrap();
        let added = store.add_sources(&[new_source("riverton.example")], START).await.unwrap();
        let [Added::New(source)] = added[..] else { panic!("{added:?}") };
        store.limit_pages(80).await;
        let noise: String = (0..3_000_000_u64).map(|at| char::from(b'a' + (at * at % 7_919 % 26) as u8)).collect();
        let large = NewPost { excerpt: noise, ..post("Large", minute(2)) };
        let polls = [Intents { add: vec![post("Small", minute(1)), large], ..quiet(source) }];
        let refused = store.carry_out(&polls, minute(3)).await.unwrap_err();
        assert!(matches!(refused, StoreError::Full), "{refused:?}");
        assert!(refused.to_string().contains("disk is full"));
        assert_eq!(store.count(&RiverFilter::default()).await.unwrap(), 0);
        store.limit_pages(100_000).await;
        assert_eq!(store.carry_out(&polls, minute(4)).await.unwrap().added, 2);
        store.close().await;
    });
}

#[test]
fn a_transaction_that_ended_by_itself_stops_no_later_one() {
    with_a_folder(async |folder| {
        let store = Store::open(&Database::File(folder.join("small.db")), START).await.unwrap();
        let mut tx = store.begin().await.unwrap();
        let Tx::Sqlite(transaction) = &mut tx else { panic!("it is a file") };
        // What SQLite does by itself when it finds no space for its log.
        sqlx::raw_sql("ROLLBACK").execute(&mut **transaction).await.unwrap();
        drop(tx);
        let added = store.add_sources(&[new_source("riverton.example")], START).await.unwrap();
        assert!(matches!(added[..], [Added::New(_)]), "{added:?}");
        store.close().await;
    });
}

#[test]
fn a_file_that_is_something_else_is_left_alone() {
    with_a_folder(async |folder| {
        let text = folder.join("letter.txt");
        let letter = "Dear Ann, ".repeat(500);
        std::fs::write(&text, &letter).unwrap();
        let refused = Store::open(&Database::File(text.clone()), START).await.unwrap_err();
        assert!(matches!(&refused, StoreError::NotOurs { place } if place.ends_with("letter.txt")), "{refused:?}");
        assert_eq!(std::fs::read_to_string(text).unwrap(), letter);

        let other = folder.join("other.db");
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&other).create_if_missing(true);
        let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
        sqlx::raw_sql("CREATE TABLE shopping (item TEXT)").execute(&pool).await.unwrap();
        pool.close().await;
        let refused = Store::open(&Database::File(other), START).await.unwrap_err();
        assert!(refused.to_string().contains("is not a Watersmeet database"), "{refused}");
    });
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    with_a_folder(async |folder| {
        let refused = Store::open(&Database::File(folder.join("no/such/place.db")), START).await.unwrap_err();
        assert!(matches!(refused, StoreError::CannotOpen { .. }), "{refused:?}");
        assert!(refused.to_string().contains("no/such/place.db"));
        // A folder where the file should be.
        let refused = Store::open(&Database::File(folder.to_owned()), START).await.unwrap_err();
        assert!(matches!(refused, StoreError::CannotOpen { .. }), "{refused:?}");
    });
}

#[test]
fn a_server_that_does_not_answer_is_named_without_the_password() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        for address in ["postgres://ann:secret@127.0.0.1:1/river", "postgres://[", "mysql://ann:secret@x/"] {
            let database = Database::Postgres(address.to_owned());
            let refused = Store::open_with(&database, START, MIGRATIONS, PATIENCE).await.unwrap_err();
            let said = format!("{refused} {database:?}");
            assert!(matches!(refused, StoreError::Unreachable { .. }), "{refused:?}");
            assert!(!said.contains("secret"), "{said}");
        }
    });
}
