//! Two crawlers on one server of databases: what one was looking at when it was killed, the other looks at soon.

use std::process::Child;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::Duration;

use crate::support::{Answer, Farm, says, watersmeet};

/// A database of its own, dropped at the end.
struct Base {
    server: String,
    name: String,
}

impl Base {
    fn make() -> Self {
        let server = std::env::var("WATERSMEET_TEST_POSTGRES")
            .expect("this story needs a PostgreSQL server in WATERSMEET_TEST_POSTGRES: run ./test, which starts one");
        let base = Self { server, name: format!("watersmeet_takeover_{}", std::process::id()) };
        base.tell(&format!("CREATE DATABASE {}", base.name));
        base
    }

    fn address(&self) -> String {
        let (start, _) = self.server.rsplit_once('/').unwrap();
        format!("{start}/{}", self.name)
    }

    #[tokio::main(flavor = "current_thread")]
    async fn tell(&self, sql: &str) {
        use sqlx::{AssertSqlSafe, Connection, PgConnection};
        let mut connection = PgConnection::connect(&self.server).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await.unwrap();
    }
}

impl Drop for Base {
    fn drop(&mut self) {
        self.tell(&format!("DROP DATABASE {} WITH (FORCE)", self.name));
    }
}

#[test]
fn a_killed_crawlers_sources_are_taken_over_by_another() {
    let folder = tempfile::tempdir().unwrap();
    let base = Base::make();
    let asked = Arc::new(AtomicU32::new(0));
    let farm = Farm::start({
        let asked = asked.clone();
        move |_, _| {
            // Whoever asks first is killed while it waits.
            if asked.fetch_add(1, Ordering::SeqCst) == 0 {
                sleep(Duration::from_secs(120));
            }
            let item = "<item><guid>1</guid><title>Bins</title><description>We move bins.</description></item>";
            Answer::feed(format!("<rss version='2.0'><channel><title>Team</title>{item}</channel></rss>"))
        }
    });
    let program = |arguments: &[&str]| {
        let mut command = watersmeet(folder.path());
        command.args(arguments).env("WATERSMEET_DATABASE", base.address());
        command
    };
    std::fs::write(folder.path().join("list.txt"), format!("http://team.localhost:{}/feed\n", farm.port)).unwrap();
    says(&mut program(&["import", "list.txt"]), 0);

    let mut killed = program(&["crawl"]).spawn().unwrap();
    while asked.load(Ordering::SeqCst) == 0 {
        sleep(Duration::from_millis(20));
    }
    let mut other = program(&["crawl"]).spawn().unwrap();
    killed.kill().unwrap();
    killed.wait().unwrap();
    while asked.load(Ordering::SeqCst) < 2 {
        sleep(Duration::from_millis(100));
    }
    while !says(&mut program(&["source", "list"]), 0).contains("1 post") {
        sleep(Duration::from_millis(100));
    }
    end(&mut other);
    assert_eq!(asked.load(Ordering::SeqCst), 2, "it was asked once more, and no oftener");
}

fn end(process: &mut Child) {
    process.kill().unwrap();
    process.wait().unwrap();
}
