//! The commands as a person types them: what they say, and the code they exit with.

use crate::support::{Answer, Farm, says, watersmeet};

/// A feed of one post, and a site that names it.
fn riverton() -> Farm {
    Farm::start(|host, path| match (host, path) {
        ("riverton.localhost", "/") => Answer {
            status: 200,
            content_type: "text/html",
            body: b"<title>Riverton</title><link rel=alternate type=application/rss+xml href=/feed title=Posts>\
                   <link rel=alternate type=application/rss+xml href=/comments/feed title='Comments on posts'>"
                .to_vec(),
            headers: vec![],
        },
        ("riverton.localhost", "/feed") => Answer::feed(
            "<rss version='2.0'><channel><title>Riverton Digital - Medium</title><item><guid>1</guid>\
             <title>Bins &amp;amp; data</title><link>http://riverton.localhost/bins</link>\
             <description>What we learnt about bins.</description></item></channel></rss>"
                .to_owned(),
        ),
        ("broken.localhost", _) => Answer::status(500),
        _ => Answer::status(404),
    })
}

#[track_caller]
fn contains(said: &str, parts: &[&str]) {
    for part in parts {
        assert!(said.contains(part), "“{part}” is not in:\n{said}");
    }
}

#[test]
fn a_source_is_added_from_its_site_named_and_renamed() {
    let (folder, farm) = (tempfile::tempdir().unwrap(), riverton());
    let run = |arguments: &[&str], code| says(watersmeet(folder.path()).args(arguments), code);
    let site = format!("http://riverton.localhost:{}/", farm.port);

    contains(
        &run(&["source", "add", &site], 0),
        &["Found several feeds", "→", "/feed", "Added Riverton Digital", "1 post"],
    );
    contains(
        &run(&["source", "add", &site], 0),
        &["Already there: Riverton Digital", "It has 1 post; well", "Nothing was changed"],
    );
    // What was typed does not work: what happened there is said, and what was taken instead and why.
    contains(
        &run(&["source", "add", &format!("{site}blgo")], 3),
        &["/blgo answers 404", "So its site was searched", "leads to a feed", "Already there: Riverton Digital"],
    );
    contains(&run(&["source", "add", "--feed", &format!("{site}none")], 1), &["found no feed", "/none answers 404"]);
    contains(&run(&["source", "list"], 0), &["Riverton Digital (riverton-digital)", "1 post; well", "1 source"]);
    contains(
        &run(&["source", "set", "riverton-digital", "--name", "Riverton’s bins", "--language", "cy"], 0),
        &["Riverton’s bins (riverton-digital)", "Welsh (set here)"],
    );
    contains(
        &run(&["source", "set", "riverton-digital", "--every", "30m"], 0),
        &["asked       every 30 minutes (set here)", "because it is set here to be asked every 30 minutes"],
    );
    contains(&run(&["source", "show", "riverton-digital", "--json"], 0), &["\"asked_every_seconds\": 1800"]);
    assert!(!run(&["source", "set", "riverton-digital", "--every", ""], 0).contains("set here to be asked"));
    contains(&run(&["poll", "--all", "--at", "2040-01-01T00:00:00Z"], 0), &["Looked at 1 source"]);
    contains(
        &run(&["source", "show", "riverton-digital"], 0),
        &["Riverton’s bins", "says", "Riverton Digital - Medium"],
    );
    let (old, new) = (format!("{site}feed"), format!("{site}posts.xml"));
    contains(&run(&["source", "move", "riverton-digital", &new], 0), &["is polled at", "/posts.xml", "it was at"]);
    contains(&run(&["source", "show", "riverton-digital"], 0), &["was at", "/feed until", "(editor)"]);
    contains(&run(&["source", "move", "riverton-digital", &old], 0), &["/feed from now on"]);
    contains(
        &run(&["source", "move", "riverton-digital", "http://10.1.1.1/feed"], 1),
        &["cannot be polled", "stays at"],
    );
    contains(&run(&["source", "accept", "riverton-digital"], 0), &["counts as the posts of Riverton’s bins"]);
    contains(&run(&["source", "pause", "riverton-digital"], 0), &["is now paused"]);
    contains(&run(&["source", "remove", "riverton-digital", "--because", "a test"], 0), &["is now removed"]);
    for again in ["pause", "resume"] {
        contains(&run(&["source", again, "riverton-digital"], 1), &["was removed", "source add http://riverton"]);
    }
    contains(&run(&["source", "add", &site], 0), &["Brought back Riverton’s bins"]);
}

#[test]
fn what_goes_wrong_is_said_and_has_a_code() {
    let (folder, farm) = (tempfile::tempdir().unwrap(), riverton());
    let run = |arguments: &[&str], code| says(watersmeet(folder.path()).args(arguments), code);
    let at = |host: &str| format!("http://{host}.localhost:{}/", farm.port);

    contains(&run(&["source", "add", &at("empty")], 1), &["found no feed", "/feed", "answers 404"]);
    contains(&run(&["source", "add", "ftp://riverton.example/"], 1), &["not a web address"]);
    contains(&run(&["source", "add", "http://10.0.0.1/feed"], 1), &["not on the public internet"]);
    contains(&run(&["source", "show", "nobody"], 1), &["no source “nobody”", "watersmeet source list"]);
    contains(&run(&["source", "set", "nobody"], 2), &["Usage"]);
    contains(&run(&["request", "undo", "7"], 1), &["no request 7"]);
    contains(&run(&["import", "missing.opml"], 1), &["missing.opml", "No such file"]);
    contains(&run(&["poll"], 0), &["Nothing is due"]);

    std::fs::write(folder.path().join("picture.opml"), b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR").unwrap();
    contains(&run(&["import", "picture.opml"], 1), &["not a list of sources"]);

    let list = format!("{}feed\n{}\nhttp://\n{}feed\n", at("riverton"), at("broken"), at("riverton"));
    std::fs::write(folder.path().join("list.txt"), list).unwrap();
    contains(&run(&["import", "list.txt"], 3), &["2 sources added", "1 refused"]);
    contains(&run(&["import", "list.txt"], 3), &["0 sources added"]);
    contains(&run(&["poll"], 3), &["Looked at 2 sources", "1 new post", "1 failed", "500"]);
}

#[test]
fn a_list_comes_out_as_it_went_in() {
    let folder = tempfile::tempdir().unwrap();
    let list = "<opml version='2.0'><head><title>Sector</title></head><body><outline text='England'>\
        <outline text='Councils'><outline type='rss' text='Riverton' xmlUrl='https://riverton.example/feed' \
        htmlUrl='https://riverton.example/' category='/a,/b' description='Blog'/></outline></outline>\
        <outline type='link' text='Otter' url='https://otter.example/'/></body></opml>";
    std::fs::write(folder.path().join("list.opml"), list).unwrap();
    contains(&says(watersmeet(folder.path()).args(["import", "list.opml"]), 0), &["2 sources added"]);
    says(watersmeet(folder.path()).args(["export", "--opml", "out.opml"]), 0);
    let out = std::fs::read_to_string(folder.path().join("out.opml")).unwrap();
    contains(
        &out,
        &[
            "England",
            "Councils",
            "xmlUrl=\"https://riverton.example/feed\"",
            "htmlUrl=\"https://riverton.example/\"",
            "category=\"/a,/b\"",
            "description=\"Blog\"",
            "url=\"https://otter.example/\"",
            "type=\"link\"",
        ],
    );

    let other = tempfile::tempdir().unwrap();
    std::fs::write(other.path().join("out.opml"), &out).unwrap();
    contains(&says(watersmeet(other.path()).args(["import", "out.opml"]), 0), &["2 sources added"]);
    contains(&says(watersmeet(other.path()).args(["import", "--built-in"]), 0), &["66 sources added"]);
}

#[test]
fn ten_thousand_outlines_are_taken_in() {
    let folder = tempfile::tempdir().unwrap();
    let outlines: String = (0..10_000).map(|n| format!("<outline xmlUrl='https://s{n}.example/feed'/>")).collect();
    let list = format!(
        "<opml version='1.0'><body>{outlines}<outline type='include' url='https://x.example/list.opml'/></body></opml>"
    );
    std::fs::write(folder.path().join("list.opml"), list).unwrap();
    contains(
        &says(watersmeet(folder.path()).args(["import", "list.opml"]), 3),
        &["10000 sources added", "includes another list"],
    );
}

#[test]
fn a_reader_who_has_read_enough_is_no_failure() {
    let folder = tempfile::tempdir().unwrap();
    let list: String = (0..3_000).map(|n| format!("https://s{n}.example/feed\n")).collect();
    std::fs::write(folder.path().join("list.txt"), list).unwrap();
    says(watersmeet(folder.path()).args(["import", "list.txt"]), 0);
    let mut listing = watersmeet(folder.path()).args(["source", "list"]).spawn().unwrap();
    drop(listing.stdout.take());
    let ended = listing.wait_with_output().unwrap();
    assert_eq!((ended.status.code(), String::from_utf8_lossy(&ended.stderr).as_ref()), (Some(0), ""));
    contains(
        &says(watersmeet(folder.path()).args(["source", "list"]).stdout(full()), 1),
        &["writing to standard output"],
    );
}

/// Where nothing can be written.
fn full() -> std::fs::File {
    std::fs::File::options().write(true).open("/dev/full").unwrap()
}

#[test]
fn settings_are_refused_with_the_nearest_name() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("watersmeet.toml"), "lisen = 'x'").unwrap();
    contains(&says(watersmeet(folder.path()).arg("poll"), 1), &["watersmeet.toml", "did you mean “listen”?"]);
    contains(&says(watersmeet(folder.path()).args(["--settings", "none.toml", "poll"]), 1), &["none.toml"]);
    std::fs::write(folder.path().join("watersmeet.toml"), "").unwrap();
    contains(&says(watersmeet(folder.path()).arg("poll").env("WATERSMEET_SHOWW", "full"), 1), &["WATERSMEET_SHOW"]);
    contains(&says(watersmeet(folder.path()).arg("poll").env("WATERSMEET_SHOW", "all"), 1), &["none of full, excerpt"]);
    contains(&says(watersmeet(folder.path()).arg("settings"), 0), &["WATERSMEET_NET_ALLOW", "#listen"]);
}

#[test]
fn settings_that_cannot_be_used_are_told_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let with = |name: &str, value: &str| says(watersmeet(folder.path()).arg("poll").env(name, value), 1);
    contains(&with("WATERSMEET_LISTEN", "localhost:8000"), &["WATERSMEET_LISTEN", "write 127.0.0.1:8000"]);
    contains(&with("WATERSMEET_DATABASE", "mysql://ann:secret@host/db"), &["WATERSMEET_DATABASE", "postgres://user"]);
    assert!(!with("WATERSMEET_DATABASE", "mysql://ann:secret@host/db").contains("secret"));
    // Without a value a variable counts as not set.
    contains(&with("WATERSMEET_DATA", " "), &["WATERSMEET_DATA", "no folder is named"]);
    contains(&with("WATERSMEET_DATA", "/dev/null/data"), &["cannot make the data folder /dev/null/data", "“data”"]);
    contains(&with("WATERSMEET_ZONE", "Mars/Olympus"), &["WATERSMEET_ZONE", "IANA name"]);
    contains(&with("WATERSMEET_ADDRESS", "ftp://riverton.example"), &["WATERSMEET_ADDRESS", "not a web address"]);
    contains(&with("WATERSMEET_NET_ALLOW", "10.0.0.0/99"), &["WATERSMEET_NET_ALLOW", "not a range"]);
    contains(&with("WATERSMEET_LOG_LEVEL", "loud"), &["WATERSMEET_LOG_LEVEL", "loud"]);
}

#[test]
fn what_an_editor_sets_has_the_bounds_of_the_form() {
    let (folder, farm) = (tempfile::tempdir().unwrap(), riverton());
    let run = |arguments: &[&str], code| says(watersmeet(folder.path()).args(arguments), code);
    run(&["source", "add", &format!("http://riverton.localhost:{}/", farm.port)], 0);
    let set = |what: &str, value: &str, code| run(&["source", "set", "riverton-digital", what, value], code);
    contains(&set("--name", &"n".repeat(100_000), 1), &["--name", "at most 120 characters; these are 100000"]);
    contains(&set("--about", &"n".repeat(501), 1), &["--about", "at most 500 characters"]);
    contains(&set("--licence", &"n".repeat(301), 1), &["--licence", "at most 300 characters"]);
    contains(&set("--every", "often", 1), &["--every", "“often” is no time", "15 minutes, 6 hours or 2 days"]);
    contains(&set("--every", "1m", 1), &["--every", "at most every 5 minutes"]);
    contains(&set("--name", "Two\nlines \u{202e}turned", 0), &["Two lines turned (riverton-digital)"]);
    contains(&set("--name", "\u{200b}", 0), &["Riverton Digital (riverton-digital)"]);
}

#[test]
fn noise_is_no_list_and_refusals_are_few() {
    let folder = tempfile::tempdir().unwrap();
    let import = |list: &[u8], code| {
        std::fs::write(folder.path().join("list"), list).unwrap();
        says(watersmeet(folder.path()).args(["import", "list"]), code)
    };
    let noise: Vec<u8> = (0..50_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    contains(&import(&noise, 1), &["not a list of sources"]);
    let said = import("http://\n".repeat(5_000).as_bytes(), 3);
    contains(&said, &["5000 refused", "and 4980 more were refused"]);
    assert!(said.lines().count() < 30, "{said}");
}

#[test]
fn a_list_replaces_an_older_one_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    says(watersmeet(folder.path()).args(["import", "--built-in"]), 0);
    let file = folder.path().join("out.opml");
    std::fs::write(&file, "an older list").unwrap();
    contains(&says(watersmeet(folder.path()).args(["export", "--opml", "missing/out.opml"]), 1), &["missing/out.opml"]);
    contains(&says(watersmeet(folder.path()).args(["export", "--opml", "/dev/full"]), 1), &["/dev/full"]);
    says(watersmeet(folder.path()).args(["export", "--opml", "out.opml"]), 0);
    assert!(std::fs::read_to_string(&file).unwrap().ends_with("</opml>\n"));
    assert!(!folder.path().join("out.opml.part").exists());
}

#[test]
fn a_file_that_is_no_data_file_is_left_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("data/watersmeet.db");
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    let letter = "Dear sector, this is a letter and no database. ".repeat(100);
    std::fs::write(&file, &letter).unwrap();
    contains(&says(watersmeet(folder.path()).arg("poll"), 1), &["watersmeet.db"]);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), letter);
}

#[test]
fn feeds_are_read_from_files_addresses_and_standard_input() {
    let (folder, farm) = (tempfile::tempdir().unwrap(), riverton());
    let parse = |arguments: &[&str], code| says(watersmeet(folder.path()).arg("parse").args(arguments), code);
    let feed = format!("http://riverton.localhost:{}/feed", farm.port);
    std::fs::write(folder.path().join("own.xml"), "<rss><channel><item><link>/own</link></item></channel></rss>")
        .unwrap();
    std::fs::write(folder.path().join("page.html"), "<html><body>Hello").unwrap();

    contains(&parse(&[&feed], 0), &["\"format\": \"rss20\"", "\"value\": \"Bins &amp; data\""]);
    contains(&parse(&["own.xml", &feed, "--address", "https://own.example/"], 0), &["https://own.example/own", "Bins"]);
    let gone = format!("http://broken.localhost:{}/x", farm.port);
    contains(
        &parse(&["own.xml", "page.html", "none.xml", &gone, "ftp://riverton.example/"], 3),
        &[
            "/own",
            "page.html is no feed: it is a web page",
            "reading none.xml: No such file",
            "broken.localhost answered 500, not with a feed",
            "reading ftp://riverton.example/: ",
            "\"error\": \"page.html is no feed",
        ],
    );
    contains(&parse(&["page.html"], 1), &["watersmeet: page.html is no feed"]);
    contains(&parse(&["-"], 1), &["standard input is no feed: there is nothing in it"]);
    contains(&parse(&[], 2), &["FILE|URL"]);
    std::fs::write(folder.path().join("own.xml.gz"), [0x1F, 0x8B, 8, 0]).unwrap();
    contains(&parse(&["own.xml.gz"], 1), &["own.xml.gz is packed with gzip: unpack it first"]);
}

#[test]
fn polling_is_simulated_without_asking_anybody() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str], code| says(watersmeet(folder.path()).args(arguments), code);
    let small = ["simulate", "--sources", "500", "--days", "3"];
    let plot = folder.path().join("plot.svg");
    let table = run(&[&small[..], &["--plot", plot.to_str().unwrap()]].concat(), 0);
    contains(&table, &["500 sources over 3 days", "Watersmeet", "every hour", "Miniflux", "CommaFeed", "Feedbin"]);
    contains(&std::fs::read_to_string(plot).unwrap(), &["<svg", "How soon a post is seen"]);
    let json: serde_json::Value = serde_json::from_str(&run(&[&small[..], &["--json"]].concat(), 0)).unwrap();
    assert_eq!((json["sources"].as_u64(), json["rules"].as_array().map(Vec::len)), (Some(500), Some(6)));
    // Feeds of one's own; a folder without any is no use.
    let feeds = folder.path().join("feeds");
    std::fs::create_dir(&feeds).unwrap();
    let from = ["simulate", "--print-dates", "--feeds", feeds.to_str().unwrap()];
    contains(&run(&from, 1), &["no file in", "five dates"]);
    let entries: String =
        (1..=5).map(|day| format!("<item><pubDate>2026-11-0{day}T09:00:00Z</pubDate></item>")).collect();
    std::fs::write(feeds.join("one"), format!("<rss version='2.0'><channel>{entries}</channel></rss>")).unwrap();
    assert_eq!(run(&from, 0), "time 9180 1440 1440 1440 1440\n");
}

#[test]
fn a_poll_doubts_our_own_network_only_where_nobody_answers() {
    let farm = Farm::start(|_, _| Answer::status(404));
    for (address, is_ours) in
        [(format!("http://lost.localhost:{}/feed", farm.port), false), ("https://nobody.invalid/feed".to_owned(), true)]
    {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("list.txt"), address).unwrap();
        says(watersmeet(folder.path()).args(["import", "list.txt"]), 0);
        let said = says(watersmeet(folder.path()).arg("poll"), 1);
        assert!(said.contains("1 failed") && said.contains("on our side") == is_ours, "{said}");
    }
}

#[test]
fn posts_are_searched_and_the_index_is_built_again() {
    let (folder, farm) = (tempfile::tempdir().unwrap(), riverton());
    let run = |arguments: &[&str], code| says(watersmeet(folder.path()).args(arguments), code);
    contains(&run(&["search", "rubbish"], 0), &["Nothing like this is in 0 posts."]);
    run(&["source", "add", &format!("http://riverton.localhost:{}/", farm.port)], 0);
    contains(
        &run(&["search", "learned", "about", "bin"], 0),
        &[
            "of 1 post; the best:",
            "Bins & data",
            "Riverton Digital, 20",
            "http://riverton.localhost/bins",
            "It says “Bins”",
        ],
    );
    contains(&run(&["search", "--", "bins", "-data"], 0), &["Nothing like this"]);
    let found: serde_json::Value =
        serde_json::from_str(&run(&["search", "--json", "source:riverton-digital"], 0)).unwrap();
    assert_eq!((&found["answering"], &found["posts"][0]["title"]), (&1.into(), &"Bins & data".into()));
    contains(&run(&["reindex"], 0), &["The search index was built again, of 1 post."]);
    contains(&run(&["search", "bins"], 0), &["Bins & data"]);
    // What is in the index's place and cannot be one.
    let index = folder.path().join("data/index");
    std::fs::write(index.join("index.json"), "not an index").unwrap();
    contains(&run(&["search", "bins"], 0), &["Bins & data"]);
    std::fs::remove_dir_all(&index).unwrap();
    std::fs::write(&index, "no folder").unwrap();
    contains(&run(&["search", "bins"], 1), &["data/index", "Is there room on the disk"]);
}
