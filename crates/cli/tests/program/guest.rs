//! P1 and P9 where they matter most: each command is a process of its own, and none forgets what another was told.

use crate::support::{Answer, Farm, says, watersmeet};

const ETAG: &str = "W/\"a version of Tuesday\"";

#[test]
fn p01_p09_one_unconditional_request_in_a_life_and_none_before_its_time() {
    let folder = tempfile::tempdir().unwrap();
    let farm = Farm::start(|_, _| {
        Answer::feed("<rss version='2.0'><channel><title>Riverton</title></channel></rss>".to_owned())
            .with("ETag", ETAG)
    });
    let run = |arguments: &[&str]| says(watersmeet(folder.path()).args(arguments), 0);
    let feed = format!("http://riverton.localhost:{}/feed", farm.port);
    std::fs::write(folder.path().join("list.txt"), format!("{feed}\n")).unwrap();
    run(&["import", "list.txt"]);
    run(&["poll"]);
    // However often it is asked for, in whatever way, nobody is asked again within the hour.
    for _ in 0..2 {
        run(&["poll"]);
        run(&["poll", "--all"]);
        run(&["import", "list.txt"]);
        run(&["source", "add", &feed]);
        run(&["source", "pause", "riverton-localhost"]);
        run(&["source", "resume", "riverton-localhost"]);
    }
    // The icon is looked for besides, once.
    let paths: Vec<String> = farm.asked().iter().map(|asked| asked.path().to_owned()).collect();
    let times = |path: &str| paths.iter().filter(|asked| *asked == path).count();
    assert_eq!((times("/feed"), times("/robots.txt"), times("/favicon.ico")), (1, 1, 1), "{paths:?}");
    for year in 2041..2045 {
        run(&["poll", "--at", &format!("{year}-01-01T00:00:00Z")]);
    }
    let of_the_feed = farm.asked().into_iter().filter(|asked| asked.path() == "/feed");
    let known: Vec<Option<String>> = of_the_feed.map(|asked| asked.header("if-none-match")).collect();
    assert_eq!(known.len(), 5);
    assert_eq!(known.iter().filter(|known| known.is_none()).count(), 1, "{known:?}");
    assert!(known[1..].iter().all(|known| known.as_deref() == Some(ETAG)), "{known:?}");
    let shown = run(&["source", "show", "riverton-localhost"]);
    assert!(shown.contains(&format!("ETag {ETAG}")) && shown.contains("because "), "{shown}");
}
