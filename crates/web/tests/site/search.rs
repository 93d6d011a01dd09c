//! Searching posts: what is found, why, and what no search can break.

use axum::http::StatusCode;
use store::SetSource;

use crate::kit::{Got, TestSite, post};

async fn site() -> TestSite {
    let site = TestSite::new().await;
    let riverton = site.source("Riverton Digital").await;
    let dale = site.source("Dale Council").await;
    site.publish(
        riverton,
        &[
            post("Healthy homes", 1).saying(
                "<p>We put sensors in flats.</p><p>They warn of damp before black mould grows on the walls.</p>",
            ),
            post("Missed bins", 30)
                .by("Ann Example")
                .saying("<p>Residents report that their rubbish was not collected.</p>"),
        ],
    )
    .await;
    site.publish(dale, &[post("Street trees", 24 * 400).saying("<p>Every tree is on a map, as are the bins.</p>")])
        .await;
    site
}

async fn search(site: &TestSite, typed: &str) -> Got {
    site.shelf.catch_up(|_| {}).await.unwrap();
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("q", typed).finish();
    let page = site.get(&format!("/search?{query}")).await;
    assert_eq!((page.status, page.heading().as_str()), (StatusCode::OK, "Search"));
    page
}

#[track_caller]
fn found(page: &Got, titles: &[&str]) {
    assert_eq!(page.titles(), titles, "{}", crate::kit::words(&page.body));
}

#[tokio::test]
async fn posts_are_found_by_words_and_say_which() {
    let site = site().await;
    let page = search(&site, "mold").await;
    found(&page, &["Healthy homes"]);
    page.says("Riverton Digital").says("23 November 2026").says("1 of 3 posts.");
    assert_eq!(page.between("<mark>", "</mark>"), "mould");
    assert!(page.link("Original at original.example").starts_with("https://original.example/"));
    found(&search(&site, "ann example").await, &["Missed bins"]);
}

#[tokio::test]
async fn posts_are_found_by_meaning_with_the_sentence_that_comes_closest() {
    let site = site().await;
    let page = search(&site, "alerts about moisture").await;
    assert_eq!(page.titles()[0], "Healthy homes");
    page.says(": They warn of damp before black mould grows on the walls.");
    // A word that no post has is read as the one that was meant, and that one is marked.
    let page = search(&site, "moulds in housing").await;
    assert_eq!((page.titles()[0].as_str(), page.between("<mark>", "</mark>")), ("Healthy homes", "mould"));
    let page = search(&site, "muold in housing").await;
    assert_eq!((page.titles()[0].as_str(), page.between("<mark>", "</mark>")), ("Healthy homes", "mould"));
}

#[tokio::test]
async fn an_acronym_that_a_post_explains_finds_what_it_stands_for() {
    let site = site().await;
    let source = site.source("Tern").await;
    let says = |title: &str, text: &str| post(title, 2).saying(&format!("<p>{text}</p>"));
    site.publish(
        source,
        &[
            says("What changes in April", "Local government reorganisation (LGR) merges seven councils."),
            says("Getting ready for LGR", "We list every system and who looks after it."),
            says("One council instead of seven", "A reorganisation of local government needs patience."),
        ],
    )
    .await;
    let page = search(&site, "lgr").await;
    assert_eq!(page.titles().len(), 3);
    page.says("“lgr” also finds “local government reorganisation”, which it stands for.");
    let page = search(&site, "Local government reorganisation").await;
    assert!(page.titles().contains(&"Getting ready for LGR".to_owned()), "{:?}", page.titles());
    page.is_silent_on("as posts explain it");
}

#[tokio::test]
async fn phrases_words_to_do_without_sources_and_days_narrow_a_search() {
    let site = site().await;
    found(&search(&site, "\"black mould\"").await, &["Healthy homes"]);
    found(&search(&site, "\"mould black\"").await, &[]);
    found(&search(&site, "bins -tree").await, &["Missed bins"]);
    found(&search(&site, "bins source:dale").await, &["Street trees"]);
    found(&search(&site, "bins after:2026").await, &["Missed bins"]);
    found(&search(&site, "source:riverton").await, &["Healthy homes", "Missed bins"]);
}

#[tokio::test]
async fn filters_are_offered_with_counts_and_can_be_taken_away() {
    let site = site().await;
    let page = search(&site, "bins rubbish tree").await;
    found(&page, &["Street trees", "Missed bins"]);
    let dale = page.link("Dale Council 1 post");
    assert_eq!(dale, "/search?q=bins+rubbish+tree+source%3Adale-council");
    let narrowed = site.get(&dale).await;
    found(&narrowed, &["Street trees"]);
    assert_eq!(narrowed.link("Remove the filter source:dale-council"), "/search?q=bins+rubbish+tree");
    found(&site.get(&page.link("2025 1 post")).await, &["Street trees"]);
    found(&search(&site, "after:2026 before:2026-11-23").await, &["Missed bins"]);
    found(&search(&site, "lang:cy").await, &[]);
    found(&search(&site, "lang:EN before:2026").await, &["Street trees"]);
}

#[tokio::test]
async fn a_topic_narrows_a_search_by_its_word_its_name_or_a_synonym() {
    let site = site().await;
    for typed in ["topic:damp-and-mould", "topic:\"Damp and mould\"", "topic:\"black mould\" sensors", "topic:mould"] {
        found(&search(&site, typed).await, &["Healthy homes"]);
    }
    let page = search(&site, "after:2026").await;
    assert_eq!(page.link("Damp and mould 1 post"), "/search?q=after%3A2026+topic%3Adamp-and-mould");
    assert_eq!(page.link("Bins and recycling 1 post"), "/search?q=after%3A2026+topic%3Abins");
    found(&site.get(&page.link("Bins and recycling 1 post")).await, &["Missed bins"]);
    let page = search(&site, "topic:mouldy-homes").await;
    found(&page, &[]);
    page.says("No topic is called “mouldy-homes”. Try topic:");
    // Those that have a phrase are counted by what they are about, too.
    site.publish(
        site.source("Tarn Council").await,
        &[post("Potholes on bus routes", 3).saying("<p>Here they were not collected.</p>")],
    )
    .await;
    let page = search(&site, "\"not collected\"").await;
    found(&site.get(&page.link("Potholes and roads 1 post")).await, &["Potholes on bus routes"]);
}

#[tokio::test]
async fn a_long_problem_stays_whole_and_every_filter_that_is_offered_narrows_it() {
    let site = site().await;
    let long = "bins rubbish tree ".repeat(20);
    let page = search(&site, &long).await;
    assert_eq!(page.between("name=\"q\" value=\"", "\""), long.trim());
    found(&site.get(&page.link("Dale Council 1 post")).await, &["Street trees"]);
    // Longer than an address should be, it is kept and answered, and narrowed down by typing.
    let longer = "bins rubbish tree ".repeat(100);
    let page = search(&site, &longer).await;
    assert_eq!(page.between("name=\"q\" value=\"", "\""), longer.trim());
    page.is_silent_on("Narrow the search down");
    assert!(page.body.len() < 60_000);
}

#[tokio::test]
async fn a_search_within_an_organisation_finds_what_its_sources_publish() {
    let site = site().await;
    let told = model::Organisation {
        name: "Dale Council".into(),
        website: model::Address::parse("https://dale-council.example/").ok(),
        ..model::Organisation::default()
    };
    site.store.put_organisations(&[told], site.now()).await.unwrap();
    found(&search(&site, "org:dale").await, &["Street trees"]);
    found(&search(&site, "org:dale-council bins").await, &["Street trees"]);
    found(&search(&site, "org:dale source:riverton").await, &[]);
    found(&search(&site, "org:nobody").await, &[]);
}

#[tokio::test]
async fn a_search_is_a_feed_too_the_newest_first() {
    let site = site().await;
    search(&site, "bins").await;
    for (ending, kind) in
        [("atom", "application/atom+xml"), ("rss", "application/rss+xml"), ("json", "application/feed+json")]
    {
        let feed = site.get(&format!("/search.{ending}?q=bins")).await;
        assert!(feed.header("content-type").starts_with(kind), "{ending}");
        let (newer, older) = (feed.body.find("Missed bins"), feed.body.find("Street trees"));
        assert!(newer.is_some() && newer < older, "{ending}: {}", feed.body);
        feed.is_silent_on("Healthy homes");
    }
    let page = search(&site, "bins").await;
    assert!(page.body.contains("href=\"/search.atom?q=bins\""));
    assert!(!site.get("/search.atom?q=xylophone").await.body.contains("<entry"));
    assert_eq!(site.get("/search.atom").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_feed_keeps_the_day_that_was_asked_for() {
    let site = site().await;
    let source = site.source("Marrow Council").await;
    let of = |title: &'static str| (0..50).map(move |nth| post(&format!("{title} {nth}"), 48 + nth));
    let posts: Vec<_> = of("Bins").chain(of("Parks")).collect();
    site.publish(source, &posts).await;
    search(&site, "").await;
    let entries = async |query: &str| site.get(&format!("/search.atom?q={query}")).await.body.matches("<entry").count();
    assert_eq!((entries("bins").await, entries("bins+after:2026-11-23").await), (40, 0));
    assert_eq!(entries("bins+after:2026-11-22").await, 1);
}

#[tokio::test]
async fn programs_are_told_what_a_search_finds() {
    let site = site().await;
    search(&site, "").await;
    let found = site.get("/api/search?q=black%20mold&limit=1").await;
    let told: serde_json::Value = serde_json::from_str(&found.body).unwrap();
    assert_eq!((&told["answering"], &told["among"], &told["is_near_only"]), (&1.into(), &3.into(), &false.into()));
    let post = &told["posts"][0];
    assert_eq!((&post["title"], &post["source"]), (&"Healthy homes".into(), &"Riverton Digital".into()));
    assert_eq!(post["reason"], "It says “black”, “mould”.");
    assert!(post["link"].as_str().unwrap().starts_with("https://original.example/"));
    for odd in ["/api/search", "/api/search?limit=x&q=", "/api/search?q=%FF&limit=99999999999999"] {
        assert_eq!(site.get(odd).await.status, StatusCode::OK, "{odd}");
    }
}

/// The files of the index.
fn files(site: &TestSite) -> Vec<std::path::PathBuf> {
    let files = std::fs::read_dir(site.folder.join("index")).unwrap();
    files.map(|file| file.unwrap().path()).filter(|file| file.file_name().unwrap() != "lock").collect()
}

#[tokio::test]
async fn an_index_that_is_gone_is_built_again() {
    let mut site = site().await;
    found(&search(&site, "mould").await, &["Healthy homes"]);
    files(&site).iter().for_each(|file| std::fs::remove_file(file).unwrap());
    site.begin_anew().unwrap();
    site.get("/search?q=mould").await.says("The others are still being read");
    found(&search(&site, "mould").await, &["Healthy homes"]);
    search(&site, "mould").await.is_silent_on("still being read");
}

#[tokio::test]
async fn an_index_that_is_damaged_is_built_again() {
    let mut site = site().await;
    search(&site, "").await;
    for file in files(&site) {
        let mut bytes = std::fs::read(&file).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 0x55;
        std::fs::write(&file, bytes).unwrap();
        site.begin_anew().unwrap();
        // What is only seen when all is looked through, whoever keeps the shelf comes upon at once.
        site.shelf.run(tokio::time::sleep(std::time::Duration::from_millis(300))).await;
        found(&search(&site, "mould").await, &["Healthy homes"]);
        found(&search(&site, "bins").await, &["Missed bins", "Street trees"]);
    }
}

#[tokio::test]
async fn an_index_that_is_ahead_of_its_store_is_built_again() {
    let site = site().await;
    let dale = site.source("Dale Roads").await;
    site.publish(dale, &[post("Cycle lanes", 2).saying("<p>Bollards keep cars out.</p>")]).await;
    search(&site, "bollards").await.says("Cycle lanes");
    // As if an older backup of the store had been put back: another with fewer changes has this index.
    let mut restored = self::site().await;
    std::fs::create_dir_all(restored.folder.join("index")).unwrap();
    for file in files(&site) {
        std::fs::copy(&file, restored.folder.join("index").join(file.file_name().unwrap())).unwrap();
    }
    restored.begin_anew().unwrap();
    let page = search(&restored, "bollards").await;
    page.is_silent_on("Cycle lanes").says("in 3 posts");
}

#[tokio::test]
async fn an_index_is_built_again_while_the_old_one_answers() {
    let site = site().await;
    search(&site, "").await;
    site.shelf.build_again().unwrap();
    let mut seen = Vec::new();
    site.shelf.catch_up(|standing| seen.push((standing, site.shelf.len()))).await.unwrap();
    assert!(seen.contains(&(web::Standing::Again { done: 3, all: 3 }, 3)), "{seen:?}");
    assert_eq!(site.shelf.standing(), web::Standing::Whole);
    found(&search(&site, "mould").await, &["Healthy homes"]);
}

#[tokio::test]
async fn a_second_process_reads_what_the_first_keeps() {
    let site = site().await;
    search(&site, "").await;
    let second = web::Shelf::open(site.store.clone(), &site.folder.join("index")).unwrap();
    assert!(site.shelf.is_kept_here() && !second.is_kept_here());
    let dale = site.source("Dale Roads").await;
    site.publish(dale, &[post("Cycle lanes", 2)]).await;
    site.shelf.catch_up(|_| {}).await.unwrap();
    second.catch_up(|_| {}).await.unwrap();
    assert_eq!((second.len(), second.standing()), (4, web::Standing::Whole));
}

#[tokio::test]
async fn search_follows_what_changes() {
    let site = site().await;
    found(&search(&site, "bollards").await, &[]);
    let dale = site.source("Dale Roads").await;
    site.publish(dale, &[post("Cycle lanes", 2).saying("<p>Bollards keep cars out.</p>")]).await;
    let page = search(&site, "bollards").await;
    assert_eq!(page.titles()[0], "Cycle lanes");
    let set = SetSource { name: Some("Dale Streets".into()), ..SetSource::default() };
    site.store.set_source(dale, &set, site.now()).await.unwrap();
    search(&site, "bollards").await.says("Dale Streets");
    // By the name of its source too, as that is now.
    found(&search(&site, "streets").await, &["Street trees", "Cycle lanes"]);
    site.store.set_source_state(dale, model::SourceState::Hidden, Some("asked to"), site.now()).await.unwrap();
    search(&site, "bollards").await.is_silent_on("Cycle lanes");
}

#[tokio::test]
async fn where_nothing_is_found_it_says_what_to_try() {
    let site = site().await;
    search(&site, "xylophone \"nowhere at all\"")
        .await
        .says("Nothing like this is in 3 posts.")
        .says("Try fewer words");
    search(&site, "the of and").await.says("That says nothing about what to look for.");
    search(&site, "-").await.says("That says nothing about what to look for.");
    search(&site, "").await.says("In 3 posts, by words and by meaning.").is_silent_on("Try fewer words");
}

#[tokio::test]
async fn a_phrase_is_left_out_as_it_is() {
    let site = site().await;
    found(&search(&site, "rubbish -\"residents report\"").await, &[]);
    found(&search(&site, "rubbish -\"report residents\"").await, &["Missed bins"]);
    found(&search(&site, "rubbish -\"unclosed").await, &["Missed bins"]);
}

#[tokio::test]
async fn a_phrase_is_found_however_many_posts_have_its_words() {
    let site = TestSite::new().await;
    let riverton = site.source("Riverton Digital").await;
    let dale = site.source("Dale Council").await;
    let apart: Vec<_> = (0..150)
        .map(|at| post(&format!("Plan {at}"), at).saying("<p>A plan for the grant, the grant for a plan.</p>"))
        .collect();
    site.publish(riverton, &apart).await;
    let long = format!(
        "<p>A grant, and grants: a plan. The grant plan is here. {}</p>",
        "It says much about other things. ".repeat(60)
    );
    site.publish(dale, &[post("Roads", 500).saying(&long)]).await;
    let page = search(&site, "\"grant plan\"").await;
    found(&page, &["Roads"]);
    page.says("1 of 151 posts.").says("The grant plan is here.").is_silent_on("Riverton Digital");
    search(&site, "\"plan grant\"").await.says("Nothing like this is in 151 posts.");
}

#[tokio::test]
async fn where_more_posts_have_the_words_than_are_read_for_a_phrase_it_says_so() {
    let site = TestSite::new().await;
    let riverton = site.source("Riverton Digital").await;
    let apart: Vec<_> = (0..2_010)
        .map(|at| post(&format!("Plan {at}"), at).saying("<p>Plans for a grant, a grant for plans.</p>"))
        .collect();
    site.publish(riverton, &apart).await;
    let long = format!("<p>The grant plan of Otterbank. {}</p>", "It says much about other things. ".repeat(60));
    site.publish(riverton, &[post("Roads", 500).saying(&long)]).await;
    let page = search(&site, "\"grant plan\"").await;
    page.says(
        "Nothing like this was found. 2,011 posts have the words of the phrase, and only the 2,000 that fit best",
    );
    found(&search(&site, "\"grant plan\" otterbank").await, &["Roads"]);
}

#[tokio::test]
async fn a_filter_that_cannot_be_followed_says_so() {
    let site = site().await;
    search(&site, "damp after:2026-02-31").await.says("“after:2026-02-31” could not be followed. Write a day");
    search(&site, "bins -source:riverton").await.says("A filter cannot be turned round");
    search(&site, "bins source:nope").await.says("No source here is called “nope”.");
    search(&site, "bins org:nope").await.says("No organisation here is called “nope”.");
    let page = search(&site, "bins source:\"Riverton Digital\"").await;
    found(&page, &["Missed bins"]);
    page.is_silent_on("could not be followed");
}

#[tokio::test]
async fn who_follows_a_search_is_told_when_nothing_has_changed() {
    let site = site().await;
    search(&site, "bins").await;
    for path in ["/search?q=bins", "/search.atom?q=bins", "/search.json?q=bins", "/api/search?q=bins"] {
        let first = site.get(path).await;
        let again = site.ask(path, &[("if-none-match", first.header("etag"))]).await;
        assert_eq!((first.status, again.status), (StatusCode::OK, StatusCode::NOT_MODIFIED), "{path}");
        let packed = site.ask(path, &[("accept-encoding", "gzip")]).await;
        assert_eq!(packed.header("content-encoding"), "gzip", "{path}");
    }
}

#[tokio::test]
async fn nothing_that_is_typed_breaks_the_page() {
    let site = site().await;
    let typed = [
        "\"",
        "-",
        "source:",
        "after:never",
        "<script>alert(1)</script>",
        "今日は",
        "\u{1F9E9}",
        "' OR 1=1 --",
        "\u{0}\u{202E}",
    ];
    for typed in typed {
        search(&site, typed).await.is_silent_on("<script>alert");
    }
    let page = search(&site, &"damp ".repeat(12_000)).await;
    assert!(page.body.len() < 60_000, "{}", page.body.len());
    assert_eq!(page.header("cache-control"), "public, max-age=60");
    assert_eq!(site.get("/search?q=%FF%FE&q=2&x").await.status, StatusCode::OK);
}

#[tokio::test]
async fn what_is_taken_for_a_typing_error_is_said_and_a_word_of_english_is_none() {
    let site = site().await;
    let page = search(&site, "rubish").await;
    page.says("No post says “rubish”, so what is written nearly so is looked for.");
    let told = site.get("/api/search?q=rubish").await;
    assert!(told.body.contains("No post says “rubish”"), "{}", told.body);
    // No post says it, and some say a word that is a letter away.
    search(&site, "posts bites misses").await.is_silent_on("written nearly so");
}

#[tokio::test]
async fn where_quotes_and_filters_leave_nothing_the_words_alone_are_offered() {
    let site = TestSite::new().await;
    let riverton = site.source("Riverton").await;
    site.publish(riverton, &[post("Black mould in our flats", 1)]).await;
    site.shelf.catch_up(|_| {}).await.unwrap();
    let nothing = site.get("/search?q=%22mould+black%22+source%3Anobody+-damp").await;
    let alone = nothing.link("Search for these words alone");
    assert_eq!(alone, "/search?q=mould+black");
    assert_eq!(site.get(&alone).await.titles(), ["Black mould in our flats"]);
    site.get("/search?q=allotments").await.is_silent_on("Search for these words alone");
}
