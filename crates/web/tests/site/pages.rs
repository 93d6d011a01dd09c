//! What each page shows.

use axum::http::StatusCode;
use model::{Show, SourceState};

use crate::kit::{TestSite, choose, post};

#[tokio::test]
async fn the_river_is_laid_out_by_day() {
    let site = TestSite::new().await;
    let riverton = site.source("Riverton Digital").await;
    let dale = site.source("Dale Council").await;
    site.publish(riverton, &[post("Open forms", 1), post("Missed bins", 30)]).await;
    site.publish(dale, &[post("A shared map", 2), post("Last year’s figures", 24 * 400)]).await;
    let page = site.get("/").await;
    assert_eq!(page.heading(), "The river");
    assert_eq!(page.titles(), ["Open forms", "A shared map", "Missed bins", "Last year’s figures"]);
    assert_eq!(page.days(), ["Today Monday 23 November", "Yesterday Sunday 22 November", "Sunday 19 October 2025"]);
    page.says("4 posts from 2 sources").says("Riverton Digital").says("Open forms, in a few words.");
    assert_eq!(page.header("cache-control"), "public, max-age=60");
}

#[tokio::test]
async fn days_begin_at_midnight_in_the_sites_zone() {
    let site = TestSite::new().await;
    let source = site.source("Riverton Digital").await;
    let summer = post("Late in July", 0).at("2026-07-14T23:30:00Z");
    site.publish(source, &[summer]).await;
    let page = site.get("/").await;
    assert_eq!(page.days(), ["Wednesday 15 July"]);
    page.says("00:30");
    site.publish(source, &[post("This afternoon", 1)]).await;
    assert_eq!(site.get("/").await.days()[0], "Today Monday 23 November");
    site.clock.advance(std::time::Duration::from_secs(10 * 3_600));
    assert_eq!(site.get("/").await.days()[0], "Yesterday Monday 23 November");
}

#[tokio::test]
async fn older_posts_are_paged_by_key_and_the_way_back_leads_to_the_top() {
    let site = TestSite::new().await;
    let source = site.source("Riverton Digital").await;
    let posts: Vec<_> = (0..65).map(|n| post(&format!("Post {n}"), n)).collect();
    site.publish(source, &posts).await;
    let first = site.get("/").await;
    assert_eq!((first.titles().len(), first.titles()[24].as_str()), (25, "Post 24"));
    let second = site.get(&first.link("Older posts")).await;
    assert_eq!((second.titles()[0].as_str(), second.titles().len()), ("Post 25", 25));
    site.publish(source, &[post("Post -1", 0)]).await;
    assert_eq!(site.get(&first.link("Older posts")).await.titles()[0], "Post 25", "a new post moves nothing");
    let third = site.get(&second.link("Older posts")).await;
    assert_eq!((third.titles().len(), third.titles()[14].as_str()), (15, "Post 64"));
    third.is_silent_on("Older posts");
    let back = site.get(&third.link("Newer posts")).await;
    assert_eq!(back.titles(), second.titles());
    let top = site.get(&site.get(&back.link("Newer posts")).await.link("Newer posts")).await;
    assert_eq!((top.status, top.header("location")), (StatusCode::SEE_OTHER, "/"));
}

#[tokio::test]
async fn a_post_is_credited_above_and_below() {
    let site = TestSite::new().await;
    let source = site.source("Riverton Digital").await;
    site.publish(source, &[post("Open forms", 1).by("Ann Example").under("CC BY 4.0")]).await;
    let page = site.get(&site.get("/").await.link("Open forms")).await;
    assert_eq!((page.status, page.heading().as_str()), (StatusCode::OK, "Open forms"));
    page.says("By Ann Example").says("23 November 2026").says("Original source – Riverton Digital");
    page.says("And then at length.").says("Licence: Creative Commons BY");
    let canonical = page.between("rel=\"canonical\" href=\"", "\"");
    assert!(canonical.starts_with("https://original.example/"), "{canonical}");
    assert_eq!(page.between("name=\"robots\" content=\"", "\""), "noindex, follow");
    assert_eq!(page.link("See the original at original.example"), canonical);
    let author = site.get(&page.link("Ann Example")).await;
    assert_eq!((author.heading().as_str(), author.titles().len()), ("Ann Example", 1));
}

#[tokio::test]
async fn what_may_be_shown_is_the_owners_word_then_the_licences_then_the_sites() {
    #[track_caller]
    fn check(body: &str, whole: bool, case: &str) {
        assert_eq!(body.contains("And then at length."), whole, "{case}");
        let way = if whole { "See the original at" } else { "Read the whole post at" };
        assert!(body.contains(way), "{case}");
    }
    for (usual, chosen, licence, whole) in [
        (Show::Excerpt, None, None, false),
        (Show::Full, None, None, true),
        (Show::Excerpt, None, Some("CC BY 4.0"), true),
        (Show::Excerpt, None, Some("CC BY-NC 4.0"), false),
        (Show::Full, Some(Show::Excerpt), Some("CC BY 4.0"), false),
        (Show::Excerpt, Some(Show::Full), None, true),
    ] {
        let site = TestSite::with(|settings| settings.show = usual).await;
        let source = site.source("Riverton Digital").await;
        let mut written = post("Open forms", 1);
        written.licence = licence.map(str::to_owned);
        site.publish(source, &[written]).await;
        if let Some(chosen) = chosen {
            choose(&site, source, chosen).await;
        }
        let case = format!("{usual} {chosen:?} {licence:?}");
        check(&site.get("/post/1/open-forms").await.body, whole, &case);
        let feed = site.get("/river.atom").await.body;
        assert_eq!(feed.contains("And then at length."), whole, "{case}, in the feed");
    }
}

#[tokio::test]
async fn a_post_has_one_address() {
    let site = TestSite::new().await;
    let source = site.source("Riverton Digital").await;
    site.publish(source, &[post("Open forms, again", 1)]).await;
    for written in ["/post/1", "/post/1/other-words", "/post/01/x"] {
        let moved = site.get(written).await;
        assert_eq!((moved.status.as_u16(), moved.header("location")), (308, "/post/1/open-forms-again"), "{written}");
    }
    assert_eq!(site.get("/post/1/open-forms-again").await.status, StatusCode::OK);
}

#[tokio::test]
async fn foreign_words_carry_their_language_and_direction() {
    let site = TestSite::with(|settings| settings.show = Show::Full).await;
    let source = site.source("Riverton Digital").await;
    site.publish(source, &[post("فارم", 1).in_language("ur"), post("Ffurflenni", 2).in_language("cy")]).await;
    site.publish(source, &[post("Nobody said", 3).in_language(""), post("Forms", 4)]).await;
    let page = site.get("/").await;
    let tags: Vec<&str> =
        page.all("<h3 ", ">").map(|tag| tag.split_once("\" ").or(tag.split_once('"')).unwrap().1).collect();
    let about: Vec<&str> = tags.iter().map(|tag| tag.trim_start_matches(|c| c != 'l' && c != 'd')).collect();
    assert_eq!(about, ["lang=\"ur\" dir=\"rtl\"", "lang=\"cy\" dir=\"ltr\"", "dir=\"auto\"", ""]);
    let post = site.get("/post/1/post").await;
    assert!(post.body.contains("<div class=\"body\" lang=\"ur\" dir=\"rtl\">"), "{}", post.body);
}

#[tokio::test]
async fn sources_say_how_they_are() {
    let site = TestSite::new().await;
    let source = site.source("Riverton Digital").await;
    site.publish(source, &[post("Open forms", 1)]).await;
    let page = site.get("/sources").await;
    page.says("Riverton Digital").says("riverton-digital.example").says("Well; last new post found today");
    let page = site.get(&page.link("Riverton Digital")).await;
    assert_eq!((page.heading().as_str(), page.titles()), ("Riverton Digital", vec!["Open forms".to_owned()]));
    page.says("https://riverton-digital.example/feed").says("1 post");
}

#[tokio::test]
async fn a_source_that_left_says_so_for_good() {
    let site = TestSite::new().await;
    let source = site.source("Riverton Digital").await;
    site.publish(source, &[post("Open forms", 1).by("Ann Example")]).await;
    let slug = site.get("/").await.link("Riverton Digital");
    for (state, status, said) in [
        (SourceState::Hidden, 404, "is not shown at the moment"),
        (SourceState::Removed, 410, "An editor removed it on 23 November 2026"),
        (SourceState::Left, 410, "has left"),
    ] {
        site.store.set_source_state(source, state, None, site.now()).await.unwrap();
        for address in [slug.as_str(), "/post/1/open-forms", &format!("{slug}.atom")] {
            let page = site.get(address).await;
            assert_eq!(page.status.as_u16(), status, "{address} of a source that is {state}");
            page.says(said).says("The river: all posts, newest first");
        }
        assert!(site.get("/").await.titles().is_empty());
        assert_eq!(site.get("/author/ann-example").await.status, StatusCode::NOT_FOUND);
        site.get("/sources").await.is_silent_on("Riverton");
    }
}

#[tokio::test]
async fn one_who_signs_in_several_sources_has_all_posts_on_one_page_if_that_is_certain() {
    let site = TestSite::new().await;
    let own = "https://ann.example/";
    for (name, written) in [
        ("Riverton", post("From Riverton", 3).by_whose_page_is("Ann Example", own)),
        ("Tern", post("From Tern", 2).by_whose_page_is("Ann Example", own)),
        ("Dale", post("From Dale", 1).by("Ann Example")),
    ] {
        let source = site.source(name).await;
        site.publish(source, &[written]).await;
    }
    for address in ["/author/ann-example", "/author/ann-example-tern"] {
        let page = site.get(address).await;
        assert_eq!(page.titles(), ["From Tern", "From Riverton"], "{address}");
        page.says("2 posts, newest first.")
            .says("gives the same page as the author’s own")
            .says("The same name elsewhere");
        assert!(
            page.body.contains("rel=\"canonical\" href=\"https://watersmeet.example/author/ann-example\""),
            "{address}"
        );
        assert_eq!(page.link("Ann Example at Dale"), "/author/ann-example-dale");
        site.get(&format!("{address}.atom")).await.says("From Tern").says("From Riverton").is_silent_on("From Dale");
    }
    assert_eq!(site.get("/author/ann-example-dale").await.titles(), ["From Dale"]);
    assert_eq!(site.get("/?author=ann-example").await.titles(), ["From Tern", "From Riverton"]);
}

#[tokio::test]
async fn a_site_without_sources_says_what_to_do() {
    let site = TestSite::new().await;
    for address in ["/", "/sources", "/?language=cy"] {
        let page = site.get(address).await;
        page.says("There is no source here yet.").says("watersmeet import FILE").is_silent_on("within the hour");
        page.is_silent_on("Is one of them yours?");
    }
    site.get("/").await.is_silent_on("0 posts");
    site.source("Riverton Digital").await;
    site.get("/").await.says("The first posts come within the hour.").is_silent_on("no source here yet");
    site.get("/sources").await.says("Is one of them yours?").is_silent_on("no source here yet");
}

#[tokio::test]
async fn about_says_who_sees_that_somebody_looked() {
    for (pictures, said) in [(true, "Pictures are kept here"), (false, "Pictures are not shown")] {
        let site = TestSite::with(|settings| settings.pictures = pictures).await;
        site.get("/about").await.says(said).says("no other site sees that you looked.");
    }
}

#[tokio::test]
async fn the_archive_counts_months() {
    let site = TestSite::new().await;
    let source = site.source("Riverton Digital").await;
    site.publish(source, &[post("Now", 1), post("Then", 0).at("2026-09-01T00:30:00Z")]).await;
    site.publish(source, &[post("At the end of August", 0).at("2026-08-31T22:30:00Z")]).await;
    let page = site.get("/archive").await;
    page.says("3 posts since August 2026.").says("October: 0 posts");
    let month = site.get("/archive/2026/09").await;
    assert_eq!((month.heading().as_str(), month.titles()), ("September 2026", vec!["Then".to_owned()]));
    assert_eq!(month.link("Before: August 2026"), "/archive/2026/08");
    assert_eq!(site.get("/archive/2026/08").await.titles(), ["At the end of August"]);
    assert_eq!(site.get("/archive/2026/9").await.header("location"), "/archive/2026/09");
    assert_eq!(site.get("/archive/2026/13").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_small_pages_are_there() {
    let site = TestSite::with(|settings| settings.contact = Some("editors@watersmeet.example".into())).await;
    site.get("/about").await.says("About Watersmeet").says("editors@watersmeet.example");
    assert_eq!(site.get("/healthz").await.body, "well\n");
    assert_eq!(site.get("/metrics").await.status, StatusCode::NOT_FOUND, "nobody keeps figures here");
    site.get("/robots.txt").await.says("User-agent: *");
    assert_eq!(site.get("/favicon.svg").await.header("content-type"), "image/svg+xml");
    let sheet = site.get("/").await.between("rel=\"stylesheet\" href=\"", "\"").to_owned();
    let sheet = site.get(&sheet).await;
    assert_eq!(sheet.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(site.get("/assets/site-0.css").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn every_page_keeps_to_itself() {
    let site = TestSite::new().await;
    for address in ["/", "/nowhere", "/about", "/river.atom", "/favicon.svg"] {
        let page = site.get(address).await;
        let policy = page.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; style-src 'self'"), "{address}: {policy}");
        assert!(!policy.contains("script") && !policy.contains("unsafe"), "{address}: {policy}");
        assert_eq!(page.header("x-content-type-options"), "nosniff", "{address}");
        page.is_silent_on("<script").is_silent_on("style=\"");
    }
}

#[tokio::test]
async fn no_page_is_heavier_than_60_kb() {
    let site = TestSite::with(|settings| settings.show = Show::Full).await;
    let long = "A title that goes on for as long as titles are let, which is rather long. ".repeat(4);
    for n in 0..150 {
        let source = site.source(&format!("Example source with a rather long name {n}")).await;
        let written = post(&long[..280], n).by("Somebody With A Long Double-Barrelled Name");
        let paragraph = "<p>A paragraph of a long post, with <a href=\"https://example.org/\">a link</a>.</p>";
        site.publish(source, &[written.saying(&paragraph.repeat(3_000))]).await;
    }
    let more = site.get("/sources").await.link("More sources");
    for address in ["/", "/sources", &more, "/archive", "/archive/2026/11", "/about", "/for-authors"] {
        let page = site.get(address).await;
        assert!(page.body.len() <= 60_000, "{address} weighs {}", page.body.len());
    }
    let post = site.get(&site.get("/").await.link(long[..280].trim())).await;
    assert!((30_000..=60_000).contains(&post.body.len()), "a long post weighs {}", post.body.len());
    post.says("This is a long post; here is how it begins.");
}

#[tokio::test]
async fn a_closing_slash_leads_to_the_page() {
    let site = TestSite::new().await;
    let source = site.source("Riverton Digital").await;
    site.publish(source, &[post("Open forms", 1).by("Ann Example")]).await;
    let river = site.get("/").await;
    let pages = ["/sources", "/archive", "/archive/2026/11", "/about", "/for-authors", "/source/riverton-digital"];
    let pages = pages.into_iter().map(str::to_owned).chain([river.link("Open forms"), river.link("Ann Example")]);
    for page in pages.chain(["/river.atom".to_owned(), "/sources.opml".to_owned()]) {
        let moved = site.get(&format!("{page}/?before=5-6")).await;
        let there = format!("{page}?before=5-6");
        assert_eq!((moved.status.as_u16(), moved.header("location")), (308, there.as_str()), "{page}");
        assert_eq!(site.get(&format!("{page}/")).await.header("location"), page);
        assert_eq!(site.get(&page).await.status, StatusCode::OK, "{page}");
    }
}

#[tokio::test]
async fn a_post_says_how_much_of_it_there_is() {
    let site = TestSite::new().await;
    let source = site.source("Riverton Digital").await;
    let with = |excerpt: &str, text: &str| {
        let mut post = post("Open forms", 1).saying(text);
        post.excerpt = excerpt.to_owned();
        post
    };
    let all = "Forty words or so. ".repeat(10);
    let posts = [
        with("", ""),
        with("", "<p><img src=\"https://riverton.example/p.jpg\" alt=\"\"></p>"),
        with(all.trim(), &format!("<p>{all}</p>")),
        with("The first sentence.", "<p>The first sentence. The second one.</p>"),
    ];
    site.publish(source, &posts).await;
    let nothing = "Its feed gives a title and no text.";
    let first = "These are its first sentences. Neither its author nor its licence says that we may show the rest.";
    let owner = "These are its first sentences. Its author wants the rest read where it was published.";
    for (chosen, number, said, way) in [
        (None, 1, nothing, "See the original"),
        (None, 2, "Its feed gives no words of it. What it shows is where it was published.", "See the original"),
        (None, 3, "This is all the text that its feed gives.", "See the original"),
        (None, 4, first, "Read the whole post"),
        (Some(Show::Full), 1, nothing, "See the original"),
        (Some(Show::Excerpt), 4, owner, "Read the whole post"),
    ] {
        if let Some(chosen) = chosen {
            choose(&site, source, chosen).await;
        }
        let page = site.get(&format!("/post/{number}/open-forms")).await;
        page.says(said).says(&format!("{way} at original.example"));
        assert_eq!(page.body.contains("first sentences"), number == 4, "post {number}");
    }
}
