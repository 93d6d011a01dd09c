//! The forms for authors: what they take, what they refuse, and what comes of them.

use axum::body::Body;
use axum::http::StatusCode;

use crate::kit::{Got, TestSite, post};

async fn a_site() -> TestSite {
    let site = TestSite::new().await;
    let riverton = site.source("Riverton Digital").await;
    let dale = site.source("Dale Council").await;
    site.publish(riverton, &[post("Forms", 1), post("Bins", 2)]).await;
    site.publish(dale, &[post("Maps", 3)]).await;
    site
}

async fn take_out(site: &TestSite, thing: &str) -> Got {
    site.fill_in("/for-authors", &[("what", "take-out"), ("thing", thing), ("mine", "yes")]).await
}

#[tokio::test]
async fn a_source_is_hidden_at_once() {
    for thing in [
        "Riverton Digital",
        "riverton-digital.example",
        "https://www.riverton-digital.example",
        "https://riverton-digital.example/feed",
        "https://watersmeet.example/source/riverton-digital",
    ] {
        let site = a_site().await;
        assert_eq!(site.get("/").await.titles(), ["Forms", "Bins", "Maps"]);
        let sent = take_out(&site, thing).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{thing}: {}", sent.body);
        let page = site.get(sent.header("location")).await;
        assert_eq!(page.heading(), "The source is hidden", "{thing}");
        assert_eq!(page.header("cache-control"), "no-store");
        page.says("Show that it is yours").says("We have not looked yet.");
        assert_eq!(site.get("/").await.titles(), ["Maps"], "{thing}");
        assert!(!site.get("/river.atom").await.body.contains("Forms"), "{thing}");
    }
}

#[tokio::test]
async fn a_post_is_hidden_at_once() {
    let site = a_site().await;
    let ours = site.get("/").await.link("Forms");
    let original = site.get(&ours).await.between("rel=\"canonical\" href=\"", "\"").to_owned();
    let sent = take_out(&site, &original).await;
    let page = site.get(sent.header("location")).await;
    assert_eq!(page.heading(), "The post is hidden");
    assert_eq!(site.get("/").await.titles(), ["Bins", "Maps"]);
    let gone = site.get(&ours).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    gone.says("This post is not shown at the moment")
        .says("This post from Riverton Digital was hidden on 23 November 2026, because somebody");
    let again = take_out(&site, &format!("https://watersmeet.example{ours}")).await;
    again.says("That post is not shown here at the moment");
}

#[tokio::test]
async fn the_check_is_asked_for_with_a_button() {
    let site = a_site().await;
    let sent = take_out(&site, "Dale Council").await;
    let page = sent.header("location").to_owned();
    let action = site.get(&page).await.between("method=\"post\" action=\"", "\"").to_owned();
    let asked = site.fill_in(&action, &[]).await;
    assert_eq!((asked.status, asked.header("location")), (StatusCode::SEE_OTHER, page.as_str()));
    site.get(&page).await.says("A check has been asked for.");
    assert_eq!(site.fill_in("/request/0123/check", &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(site.get("/request/0123").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_correction_waits_for_its_proof() {
    let site = a_site().await;
    let fields = [
        ("what", "correct"),
        ("source", "Riverton Digital"),
        ("name", "Riverton’s forms team"),
        ("site", "forms.riverton.example"),
        ("show", "full"),
        ("licence", "CC BY 4.0"),
        ("language", "cy"),
        ("contact", "ann@riverton.example"),
    ];
    let sent = site.fill_in("/for-authors", &fields).await;
    let page = site.get(sent.header("location")).await;
    assert_eq!(page.heading(), "Your correction is waiting");
    page.says("Riverton’s forms team").says("https://forms.riverton.example/").says("the whole text");
    page.is_silent_on("ann@riverton.example");
    site.get("/source/riverton-digital").await.is_silent_on("forms team");
}

#[tokio::test]
async fn what_is_wrong_is_said_once_above_and_once_beside() {
    let site = a_site().await;
    let fields = [
        ("what", "correct"),
        ("source", "Nobody"),
        ("site", "ftp://riverton.example"),
        ("show", "half"),
        ("language", "Welsh!"),
        ("contact", "ann"),
        ("name", "<b>\"Kept\"</b>"),
    ];
    let page = site.fill_in("/for-authors", &fields).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    for field in ["source", "site", "show", "language", "contact"] {
        assert!(page.body.contains(&format!("<li><a href=\"#{field}\">")), "{field}");
        assert!(page.body.contains(&format!(" id=\"{field}\"")), "{field}");
    }
    assert_eq!(page.body.matches("class=\"wrong\"").count(), 5);
    assert!(page.body.contains("value=\"&#60;b&#62;&#34;Kept&#34;&#60;/b&#62;\""), "what was typed is kept");
    for (fields, said) in [
        (vec![], "Choose one of the two forms"),
        (vec![("what", "correct"), ("source", "Dale Council")], "fill in at least one of the fields"),
        (vec![("what", "take-out"), ("mine", "yes")], "Say what should go"),
        (vec![("what", "take-out"), ("thing", "Dale Council")], "Tick the box if it is yours"),
        (
            vec![("what", "take-out"), ("thing", "https://elsewhere.example/1"), ("mine", "y")],
            "Nothing here has that name",
        ),
    ] {
        let page = site.fill_in("/for-authors", &fields).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{said}");
        page.says(said);
    }
    assert_eq!(site.get("/").await.titles().len(), 3, "nothing was hidden");
}

#[tokio::test]
async fn one_household_may_not_empty_the_river() {
    let site = TestSite::new().await;
    for n in 0..9 {
        let source = site.source(&format!("Source {n}")).await;
        site.publish(source, &[post(&format!("Post {n}"), n)]).await;
    }
    let ask = async |n: usize, from: &str| {
        let form = format!("what=take-out&mine=yes&thing=Source+{n}");
        site.post("/for-authors", &[("x-forwarded-for", from)], Body::from(form)).await
    };
    for n in 0..6 {
        assert_eq!(ask(n, "203.0.113.9").await.status, StatusCode::SEE_OTHER, "{n}");
    }
    let refused = ask(6, "203.0.113.9").await;
    assert_eq!((refused.status, refused.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "3600"));
    refused.says("Please try again in an hour.");
    assert_eq!(ask(7, "198.51.100.4").await.status, StatusCode::SEE_OTHER, "another household");
    site.clock.set(site.now() + std::time::Duration::from_secs(3_700));
    assert_eq!(ask(6, "203.0.113.9").await.status, StatusCode::SEE_OTHER, "an hour later");
    assert_eq!(site.store.requests(99).await.unwrap().len(), 8);
}

#[tokio::test]
async fn who_asks_is_not_believed_from_anybody() {
    let site = TestSite::with(|settings| settings.proxies.clear()).await;
    site.source("Riverton Digital").await;
    let ask = async |n: usize| {
        let form = format!("what=correct&source=Riverton+Digital&name=Name+{n}");
        let from = format!("203.0.113.{n}");
        site.post("/for-authors", &[("x-forwarded-for", &from)], Body::from(form)).await.status
    };
    for n in 0..6 {
        assert_eq!(ask(n).await, StatusCode::SEE_OTHER, "{n}");
    }
    assert_eq!(ask(6).await, StatusCode::TOO_MANY_REQUESTS, "it is the same neighbour under another name");
}

#[tokio::test]
async fn one_who_has_many_addresses_keeps_no_author_from_leaving() {
    let site = TestSite::new().await;
    let sources: Vec<String> = (0..32).map(|n| format!("Source {n}")).collect();
    for (n, name) in sources.iter().enumerate() {
        let source = site.source(name).await;
        let posts: Vec<_> = (0..5).map(|m| post(&format!("Post {n} {m}"), m)).collect();
        site.publish(source, &posts).await;
    }
    let ask = async |thing: &str, from: &str| {
        let form = format!("what=take-out&mine=yes&thing={}", thing.replace(' ', "+").replace('/', "%2F"));
        site.post("/for-authors", &[("x-forwarded-for", from)], Body::from(form)).await
    };
    // An abuser with a network of his own hides post after post, each from another household.
    let mut taken = 0;
    for number in 1..=160 {
        let thing = format!("/post/{number}");
        taken += usize::from(ask(&thing, &format!("2001:db8:1:{number:x}::1")).await.status == StatusCode::SEE_OTHER);
    }
    assert_eq!(taken, 30, "a network is one abuser");
    // With many networks there are more, but not everything is hidden.
    for number in 31..=160 {
        let asked = ask(&format!("/post/{number}"), &format!("2001:db8:{number:x}::1")).await;
        assert_eq!(asked.status, StatusCode::SEE_OTHER, "{number}: {}", asked.body);
    }
    assert_eq!(site.store.count(&store::RiverFilter::default()).await.unwrap(), 160 - 120);
    // Meanwhile an author at another place is heard, and told what to do.
    let sent = ask("Source 31", "198.51.100.4").await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    let page = site.get(sent.header("location")).await;
    assert_eq!(page.heading(), "Your request is waiting");
    page.says("Very many such requests came within the hour").says("Show that it is yours").says("Check now");
}

#[tokio::test]
async fn a_licence_that_nobody_knows_is_said_to_be_one() {
    let site = a_site().await;
    let with = async |licence| {
        site.fill_in("/for-authors", &[("what", "correct"), ("source", "Dale Council"), ("licence", licence)]).await
    };
    let page = with("do what you like").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.says("“do what you like” is no licence that we know. Write one of these: CC0, CC BY 4.0");
    assert!(page.body.contains("<option value=\"CC BY-SA 4.0\">"), "{}", page.body);
    for licence in ["CC BY 4.0", "https://dale.example/terms", "All rights reserved"] {
        assert_eq!(with(licence).await.status, StatusCode::SEE_OTHER, "{licence}");
    }
}

#[tokio::test]
async fn forms_from_elsewhere_are_refused() {
    let site = a_site().await;
    let form = "what=take-out&mine=yes&thing=Dale+Council";
    for headers in
        [&[("sec-fetch-site", "cross-site")], &[("origin", "https://elsewhere.example")], &[("origin", "null")]]
    {
        let page = site.post("/for-authors", headers, Body::from(form)).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{headers:?}");
        page.says("This form came from elsewhere");
    }
    assert_eq!(site.get("/").await.titles().len(), 3);
    let page = site.post("/for-authors", &[("origin", "https://watersmeet.example")], Body::from(form)).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn links_to_the_form_fill_it_in() {
    let site = a_site().await;
    let source = site.get("/source/riverton-digital").await;
    let form = site.get(source.link("Correct it, or take it out").split('#').next().unwrap()).await;
    assert!(form.body.contains("name=\"source\" value=\"riverton-digital\""), "{}", form.body);
    let post = site.get(&site.get("/").await.link("Forms")).await;
    let form = site.get(post.link("Is this yours? Correct it, or take it out").split('#').next().unwrap()).await;
    assert!(form.body.contains("name=\"thing\" value=\"https://watersmeet.example/post/"), "{}", form.body);
}
