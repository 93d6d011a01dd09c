//! `check` on living installations: what it says on bad days, and the code it exits with.

use std::path::Path;
use std::process::Command;

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
        let words: String = (0..40_000_u64).map(|word| format!("{:x} ", word * word * 7_919)).collect();
        Answer::feed(format!(
            "<rss version='2.0'><channel><title>{host}</title><item><guid>1</guid><title>What {host} learnt</title>\
             <description>{host} {words}</description></item></channel></rss>"
        ))
    });
    let towns: Vec<String> = (0..6).map(|at| format!("http://town{at}.localhost:{}/feed", farm.port)).collect();
    import(folder.path(), &towns);
    // No file may grow past half a megabyte: what a full disk is to a program, without filling one.
    let poll = site(folder.path());
    let mut limited = Command::new("sh");
    limited.args(["-c", "trap '' XFSZ; ulimit -f 1000; exec \"$0\" poll"]).arg(poll.get_program());
    limited.env_clear().envs(poll.get_envs().filter_map(|(name, value)| Some((name, value?))));
    limited.current_dir(folder.path()).stdin(std::process::Stdio::null());
    let said = says(&mut limited, 1);
    assert!(said.contains("disk"), "{said}");
    // With room again, all is read that was not stored, and nothing is there twice.
    let said = says(site(folder.path()).args(["poll", "--at", LATER]), 0);
    assert!(said.contains("Looked at 6 sources"), "{said}");
    let listed = says(site(folder.path()).args(["source", "list"]), 0);
    assert_eq!(listed.matches("  1 post; well").count(), 6, "{listed}");
}
