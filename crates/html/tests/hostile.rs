//! Markup made to exhaust its reader: each of these ends soon, in little memory, without a panic.

use std::time::{Duration, Instant};

use html::{Context, clean, find_feeds, head_mentions, plain_title, sanitised};
use url::Url;

/// Far more than is needed, also on a busy machine and without optimisation; what is not linear takes hours.
const SOON: Duration = Duration::from_secs(60);

#[track_caller]
fn check(what: &str, markup: &str) {
    let start = Instant::now();
    let cleaned = clean(markup, &Context::default());
    assert!(start.elapsed() < SOON, "{what} took {:?}", start.elapsed());
    let start = Instant::now();
    let safe = sanitised(markup, None);
    assert!(start.elapsed() < SOON, "{what} took {:?} to be made safe", start.elapsed());
    // A post can grow by what every link and picture carries, and no further.
    assert!(cleaned.html.as_str().len() <= 8 * markup.len() + 1_000, "{what} grew to {}", cleaned.html.as_str().len());
    assert!(safe.as_str().len() <= 8 * markup.len() + 1_000, "{what} grew to {}", safe.as_str().len());
}

#[test]
fn depth() {
    for tag in [
        "div",
        "b",
        "span",
        "blockquote",
        "ul><li",
        "table><tr><td",
        "a",
        "svg",
        "svg><g",
        "math",
        "math><mrow",
        "font",
        "figure",
        "x",
        "select",
    ] {
        check(tag, &format!("<{tag}>").repeat(50_000));
    }
    check("alternating", &"<b><p>".repeat(50_000));
    check("closed in the wrong order", &format!("{}{}", "<b><i>".repeat(20_000), "</b></i>".repeat(20_000)));
}

#[test]
fn a_long_base_and_many_addresses() {
    let base = Url::parse(&format!("https://riverton.example/{}/", "x".repeat(1_900))).expect("it is an address");
    let markup = "<img src=x><a href=y>y</a>".repeat(20_000);
    for length in [
        clean(&markup, &Context { base: Some(&base), ..Context::default() }).html.as_str().len(),
        sanitised(&markup, Some(&base)).as_str().len(),
    ] {
        assert!(length <= 8 * markup.len() + (1 << 20), "it grew to {length}");
    }
    // A post of some links keeps them, however long their base is.
    let few = sanitised("<a href=y>y</a>", Some(&base));
    assert!(few.as_str().starts_with("<a href=\"https://riverton.example/xxx"), "{}", few.as_str());
}

#[test]
fn formatting_that_multiplies() {
    let fonts: String = (0..20_000).map(|n| format!("<font color={n}>")).collect();
    check("fonts reopened", &format!("{fonts}{}", "<p>x".repeat(50_000)));
    check("fonts closed early", &format!("<p>{fonts}</p>{}", "<p>x</p>".repeat(50_000)));
    let long = format!("<b title={}>", "x".repeat(10_000));
    check("long attributes reopened", &format!("<p>{}{}", long.repeat(3), "</p><p>x".repeat(50_000)));
    check("links in links", &"<a href=x><div>".repeat(30_000));
    check("tables in text in tables", &"<table>x<b>".repeat(30_000));
}

#[test]
fn no_description_is_endless() {
    for markup in
        ["<img alt=\"#\">", "<img src=https://a.example/ alt=\"#\">", "<iframe src=https://a.example/ title=\"#\">"]
    {
        let cleaned = clean(&markup.replace('#', &"word ".repeat(1_000_000)), &Context::default());
        assert!(cleaned.html.as_str().len() < 3_000, "{markup}");
    }
}

#[test]
fn one_large_thing() {
    check("an attribute", &format!("<p>a<img alt=\"{}\"><p>b", "x".repeat(50_000_000)));
    check("an attribute in a hard place", &format!("<b><p>a</b><img alt=\"{}\"><p>b", "x".repeat(20_000_000)));
    check("a class", &format!("<p class=\"{}\">a", "share ".repeat(1_000_000)));
    check("attributes", &format!("<p {}>a", "a=b ".repeat(1_000_000)));
    check(
        "attributes in a hard place",
        &format!("<b><p {}></b>a", (0..500_000).map(|n| format!("a{n} ")).collect::<String>()),
    );
    check("a srcset", &format!("<img srcset=\"{}\">", "a.png 1w, ".repeat(500_000)));
    check("a name", &format!("<{}>", "a".repeat(5_000_000)));
    check("a text", &"word ".repeat(2_000_000));
}

#[test]
fn many_small_things() {
    for piece in [
        "<",
        "&",
        "<!--",
        "<!",
        "</",
        "</p>",
        "<br>",
        "<p>",
        "&amp",
        "&#",
        "<a b",
        "<![CDATA[",
        "<!-- -- ",
        "<!-- >",
        "<!a",
        "<!doctype",
        "<br></br>",
        "<p style='color:red'>",
        "<svg><path d=M0>",
        "<wbr>",
        "<hr>",
        "\0",
        "<li>",
    ] {
        check(piece, &piece.repeat(200_000));
    }
    check("share, share, share", &"<p>Share</p>".repeat(50_000));
    check("breaks and spaces", &"<wbr> <br>".repeat(100_000));
    check("noscript", &"<noscript><img src=x></noscript>".repeat(30_000));
    check("figures", &"<figure><figcaption>a</figcaption>".repeat(30_000));
}

#[test]
fn pages_and_titles_too() {
    let base = Url::parse("https://riverton.example/").expect("a constant");
    for piece in ["<a href=/feed>", "<link rel=alternate href=", "<title>", "<!--", "<base href=x>", "&amp;", "<b>"] {
        let page = piece.repeat(100_000);
        let start = Instant::now();
        find_feeds(&page, &base);
        head_mentions(&page, "token");
        plain_title(&page, true);
        plain_title(&page, false);
        assert!(start.elapsed() < SOON, "{piece}");
    }
}
