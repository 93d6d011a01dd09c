//! `check` on living installations: what it says on bad days, and the code it exits with.

use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use sqlx::Connection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

use crate::support::{Answer, Farm, says, watersmeet};

/// The program on a site whose operator has set what a site should have.
fn site(folder: &Path) -> Command {
    let mut command = watersmeet(folder);
    command.env("WATERSMEET_ADDRESS", "https://river.example/").env("WATERSMEET_CONTACT", "river@river.example");
    command
}

#[track_caller]
fn check(folder: &Path, code: i32, parts: &[&str]) {
    let said = says(site(folder).arg("check"), code);
    for part in parts {
        assert!(said.contains(part), "“{part}” is not in:\n{said}");
    }
    assert!(said.len() < 4_000, "{said}");
}

fn import(folder: &Path, addresses: &[String]) {
    std::fs::write(folder.join("list.txt"), addresses.join("\n")).unwrap();
    says(site(folder).args(["import", "list.txt"]), 0);
}

/// The day after tomorrow, so that what was just asked is due again. Ages away, so that no test depends on today.
const LATER: &str = "2041-01-01T00:00:00Z";

/// Long ago, so that what failed then is due again, and has failed for so long that somebody should do something.
const EARLIER: &str = "2025-01-01T00:00:00Z";

/// A feed of posts with these ids that link to this host, each with some text.
fn posts(host: &str, ids: std::ops::Range<usize>, words: &str) -> Answer {
    let item = |id| {
        format!(
            "<item><guid>{id}</guid><title>What {host} learnt, part {id}</title><link>https://{host}/{id}</link>\
             <description>{host} {id} {words}</description></item>"
        )
    };
    let items: String = ids.map(item).collect();
    Answer::feed(format!("<rss version='2.0'><channel><title>{host}</title>{items}</channel></rss>"))
}

/// The same program, in a shell that first does something to it.
fn within(first: &str, command: &Command) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("{first}; exec \"$0\" \"$@\"")]).arg(command.get_program()).args(command.get_args());
    shell.env_clear().envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    shell.current_dir(command.get_current_dir().unwrap()).stdin(std::process::Stdio::null());
    shell
}

#[test]
fn an_installation_that_is_well_says_so() {
    let folder = tempfile::tempdir().unwrap();
    check(folder.path(), 0, &["There are no sources yet", "This installation is well."]);
    assert!(!folder.path().join("data").exists(), "looking at it makes nothing");
    let farm = Farm::start(|host, _| {
        Answer::feed(format!("<rss version='2.0'><channel><title>{host}</title></channel></rss>"))
    });
    import(folder.path(), &[format!("http://riverton.localhost:{}/feed", farm.port)]);
    says(site(folder.path()).arg("poll"), 0);
    check(folder.path(), 0, &["1 of 1 source that are asked answer well"]);
    let bare = says(watersmeet(folder.path()).arg("check"), 3);
    assert!(bare.contains("public address is not set") && bare.contains("how to reach you"), "{bare}");
    let json = says(site(folder.path()).args(["check", "--json"]), 0);
    assert!(json.contains("\"is_well\": true") && json.contains("\"about\": \"sources\""), "{json}");
}

#[test]
fn sources_in_trouble_are_named_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let farm = Farm::start(|host, _| match host {
        "closed.localhost" => Answer::status(403),
        "lost.localhost" => Answer::status(404),
        _ => Answer::feed("<rss version='2.0'><channel><title>Riverton</title></channel></rss>".to_owned()),
    });
    let at = |host: &str| format!("http://{host}.localhost:{}/feed", farm.port);
    import(folder.path(), &[at("riverton"), at("closed"), at("lost")]);
    says(site(folder.path()).arg("poll"), 3);
    // On the first day that is good to know, and no more.
    check(
        folder.path(),
        0,
        &["1 source: answers 404.", "1 source: does not let us in (403).", "closed.localhost (closed-localhost) since"],
    );
    says(site(folder.path()).args(["poll", "--at", LATER]), 3);
    let said = says(site(folder.path()).args(["source", "show", "closed-localhost"]), 0);
    for part in ["does not let us in (403) since", "answers 403", "because it has been failing", "turned"] {
        assert!(said.contains(part), "“{part}” is not in:\n{said}");
    }
}

#[test]
fn a_clock_that_was_ahead_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let farm =
        Farm::start(|_, _| Answer::feed("<rss version='2.0'><channel><title>R</title></channel></rss>".to_owned()));
    import(folder.path(), &[format!("http://riverton.localhost:{}/feed", farm.port)]);
    says(site(folder.path()).args(["poll", "--at", LATER]), 0);
    check(
        folder.path(),
        1,
        &["WRONG The clock says", "something was stored on 1 January 2041", "would only be asked again"],
    );
}

#[test]
fn names_that_cannot_be_looked_up_are_found() {
    let folder = tempfile::tempdir().unwrap();
    // Such names are known to nobody, without asking anybody.
    let nowhere: Vec<String> = ["a", "b", "c", "d"].iter().map(|host| format!("https://{host}.invalid/feed")).collect();
    import(folder.path(), &nowhere);
    says(site(folder.path()).arg("poll"), 1);
    check(folder.path(), 1, &["WRONG No host name can be looked up", "It counts against no source", "4 of 4 sources"]);
    let said = says(site(folder.path()).args(["check", "--ask"]), 1);
    assert!(said.contains("4 of 4 names cannot be looked up, such as a.invalid"), "{said}");
}

#[test]
fn data_that_cannot_be_read_is_found() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("data")).unwrap();
    std::fs::write(folder.path().join("data/watersmeet.db"), "Dear Ann, ".repeat(500)).unwrap();
    check(folder.path(), 1, &["WRONG", "is not a Watersmeet database", "This installation is not well."]);
    let unreachable =
        says(site(folder.path()).env("WATERSMEET_DATABASE", "postgres://ann:secret@127.0.0.1:1/river").arg("check"), 1);
    assert!(
        unreachable.contains("annot reach the database server") && !unreachable.contains("secret"),
        "{unreachable}"
    );
}

#[test]
fn a_disk_that_takes_no_more_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let farm = Farm::start(|host, _| {
        // Each says something else: the same words from two sources would be one post.
        let own = host.bytes().fold(0, |own, byte| (own * 31 + u64::from(byte)) % 1_000_003);
        let words: String = (0..40_000_u64).map(|word| format!("{:x} ", word * word * 7_919 + own)).collect();
        Answer::feed(format!(
            "<rss version='2.0'><channel><title>{host}</title><item><guid>1</guid><title>What {host} learnt</title>\
             <description>{host} {words}</description></item></channel></rss>"
        ))
    });
    let towns: Vec<String> = (0..6).map(|at| format!("http://town{at}.localhost:{}/feed", farm.port)).collect();
    import(folder.path(), &towns);
    // No file may grow past half a megabyte: what a full disk is to a program, without filling one.
    let mut limited = within("trap '' XFSZ; ulimit -f 1000", site(folder.path()).arg("poll"));
    let said = says(&mut limited, 1);
    assert!(said.contains("disk"), "{said}");
    let said = says(&mut within("trap '' XFSZ; ulimit -f 0", site(folder.path()).arg("check")), 1);
    for part in
        ["WRONG Nothing can be written into the data folder", "→ Make room", "WRONG The disk is full: make room"]
    {
        assert!(said.contains(part), "“{part}” is not in:\n{said}");
    }
    // With room again, all is read that was not stored, and nothing is there twice.
    let said = says(site(folder.path()).args(["poll", "--at", LATER]), 0);
    assert!(said.contains("Looked at 6 sources"), "{said}");
    let listed = says(site(folder.path()).args(["source", "list"]), 0);
    assert_eq!(listed.matches("  1 post; well").count(), 6, "{listed}");
}

#[test]
fn every_way_in_which_a_source_fails_is_found_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let asked = AtomicUsize::new(0);
    let farm = Farm::start(move |host, path| match (host, path) {
        ("closed.localhost", _) => Answer::status(403),
        ("broken.localhost", _) => Answer::status(500),
        ("busy.localhost", _) => Answer::status(429),
        ("ring.localhost", "/feed") => Answer::status(301).with("Location", "/other"),
        ("ring.localhost", _) => Answer::status(301).with("Location", "/feed"),
        ("page.localhost", _) => Answer { content_type: "text/html", ..Answer::status(200) },
        // Its domain has lapsed when it is asked for the second time.
        ("lapsed.localhost", _) if asked.fetch_add(1, Ordering::Relaxed) == 0 => posts("lapsed.example", 0..4, ""),
        ("lapsed.localhost", _) => posts("casino.example", 4..8, ""),
        _ => posts("riverton.example", 0..1, ""),
    });
    let at = |host: &str| format!("http://{host}.localhost:{}/feed", farm.port);
    let mut addresses: Vec<String> = ["riverton", "closed", "broken", "busy", "ring", "page", "lapsed"].map(at).into();
    addresses.push(at("safe").replace("http:", "https:"));
    addresses.push("https://gone.invalid/feed".to_owned());
    import(folder.path(), &addresses);
    says(site(folder.path()).args(["poll", "--at", EARLIER]), 3);
    says(site(folder.path()).arg("poll"), 3);
    check(
        folder.path(),
        3,
        &[
            "LOOK  1 source: does not let us in (403).\n",
            "→ They may not want us. Ask them",
            "LOOK  1 source: answers 500.\n",
            "→ Its server has been in trouble for days.",
            "LOOK  1 source: asks us to wait (429).\n",
            "→ It has asked us to wait for a week now",
            "LOOK  1 source: redirects to nowhere.\n",
            "since 1 January 2025: ring.localhost redirects in a ring\n      → Look at its address in a browser",
            "LOOK  1 source: sends something that is not a feed.\n",
            "LOOK  1 source: has a broken certificate.\n",
            "→ Tell them: whoever visits their site is warned as well.",
            "LOOK  1 source: has a host name that nobody knows.\n",
            "→ Its domain may have lapsed",
            "LOOK  1 source: sends another site’s posts.\n",
            "answers with posts of casino.example, and with none of its own\n      → What it sends is held back.",
            "1 of 9 sources that are asked answer well",
        ],
    );
}

#[test]
fn a_host_that_hangs_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let farm = Farm::start(|host, _| {
        if host == "hangs.localhost" {
            thread::sleep(Duration::from_secs(60));
        }
        posts("riverton.example", 0..1, "")
    });
    import(folder.path(), &["hangs", "riverton"].map(|host| format!("http://{host}.localhost:{}/feed", farm.port)));
    says(site(folder.path()).arg("poll"), 3);
    check(
        folder.path(),
        0,
        &["well  1 source: is too slow to answer.\n", "hangs.localhost took longer than 30 seconds", "1 of 2 sources"],
    );
}

#[test]
fn a_feed_that_grows_by_a_megabyte_at_every_poll_is_found_before_it_is_too_large() {
    const MEGABYTE: usize = 1_000_000;
    let folder = tempfile::tempdir().unwrap();
    let asked = AtomicUsize::new(0);
    let farm = Farm::start(move |host, path| match (host, path) {
        ("growing.localhost", "/feed") => match asked.fetch_add(1, Ordering::Relaxed) {
            // Each poll brings ten posts of a hundred kilobytes.
            polls @ 0..3 => posts("growing.example", 0..70 + polls * 10, &"words ".repeat(MEGABYTE / 60)),
            _ => posts("growing.example", 0..1, &"words ".repeat(17 * MEGABYTE / 6)),
        },
        (_, "/feed") => posts("riverton.example", 0..1, ""),
        _ => Answer::status(404),
    });
    import(folder.path(), &["growing", "riverton"].map(|host| format!("http://{host}.localhost:{}/feed", farm.port)));
    let poll = |at: &str, code| says(site(folder.path()).args(["poll", "--at", at]), code);
    poll("2025-01-01T00:00:00Z", 0);
    let said = says(site(folder.path()).arg("check"), 1);
    assert!(!said.contains("so large"), "{said}");
    poll("2025-01-03T00:00:00Z", 0);
    poll("2025-01-05T00:00:00Z", 0);
    let growing = "LOOK  Some feeds are so large that they may soon be more than we take.\n        \
                   growing.example (growing-localhost) 9 MB\n      → Tell them: a feed of their newest posts is enough";
    check(folder.path(), 1, &[growing]);
    poll("2025-01-07T00:00:00Z", 3);
    says(site(folder.path()).arg("poll"), 3);
    check(
        folder.path(),
        3,
        &["LOOK  1 source: sends more than we take.\n", "→ Tell them: a feed of their newest posts"],
    );
    // What was read stays.
    let listed = says(site(folder.path()).args(["source", "list"]), 0);
    assert!(listed.contains("  90 posts"), "{listed}");
}

#[test]
fn a_clock_that_is_a_year_ahead_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let farm = Farm::start(|_, _| posts("riverton.example", 0..1, ""));
    import(folder.path(), &[format!("http://riverton.localhost:{}/feed", farm.port)]);
    // To a clock that is ahead, what was done just now was done long ago.
    says(site(folder.path()).args(["poll", "--at", EARLIER]), 0);
    check(
        folder.path(),
        1,
        &[
            "WRONG 1 source should have been asked more than six hours ago. The last was asked on 1 January 2025",
            "→ Is",
        ],
    );
}

#[test]
fn a_database_that_another_process_holds_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let farm = Farm::start(|_, _| posts("riverton.example", 0..1, ""));
    import(folder.path(), &[format!("http://riverton.localhost:{}/feed", farm.port)]);
    says(site(folder.path()).arg("poll"), 0);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let options = SqliteConnectOptions::new().filename(folder.path().join("data/watersmeet.db"));
        let mut other = SqliteConnection::connect_with(&options).await.unwrap();
        sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
        let held = "WRONG Another process is writing to the database and has not finished; nothing was changed, so try \
                    again, and stop the other one if it hangs.";
        check(folder.path(), 1, &[held]);
        sqlx::raw_sql("COMMIT").execute(&mut other).await.unwrap();
        check(folder.path(), 0, &["This installation is well."]);
    });
}

#[cfg(target_os = "linux")]
#[test]
fn a_disk_without_room_is_found() {
    // A file system that has no room and takes no room.
    let said = says(site(Path::new("/")).env("WATERSMEET_DATA", "/proc/none").arg("check"), 1);
    assert!(said.contains("WRONG Only 0 MB are free where the data is.\n      → Make room."), "{said}");
}
