//! What holds for any markup at all.

mod seen;

use html::{
    Context, clean, clean_plain, excerpt, find_feeds, head_mentions, page_language, page_title, plain_title, sanitised,
    title_from_text,
};
use proptest::prelude::*;
use seen::{forbidden, forbidden_in_plain, forbidden_without_base, letters, letters_of};
use url::Url;

/// A caption may move to the end of its figure: the letters in the order of the alphabet.
fn sorted(letters: &str) -> String {
    let mut letters: Vec<char> = letters.chars().filter(|c| *c != 'q').collect();
    letters.sort_unstable();
    letters.into_iter().collect()
}

/// Markup of every kind of badness: pieces of tags, attributes and text in any order.
fn markup() -> impl Strategy<Value = String> {
    let names = prop::sample::select(vec![
        "p",
        "div",
        "b",
        "i",
        "a",
        "em",
        "span",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "table",
        "thead",
        "tbody",
        "tr",
        "td",
        "th",
        "caption",
        "colgroup",
        "col",
        "h1",
        "h2",
        "h3",
        "h5",
        "pre",
        "br",
        "hr",
        "blockquote",
        "figure",
        "figcaption",
        "form",
        "button",
        "script",
        "style",
        "noscript",
        "ruby",
        "rt",
        "address",
        "section",
        "title",
        "html",
        "body",
        "code",
        "sup",
        "font",
        "center",
        "svg",
        "g",
        "circle",
        "text",
        "animate",
        "use",
        "defs",
        "foreignObject",
        "desc",
        "abbr",
        "cite",
        "math",
        "mi",
        "mrow",
        "mtext",
        "mglyph",
        "annotation-xml",
        "select",
        "option",
        "textarea",
        "details",
        "summary",
        "P",
        "x-y",
        "q",
        "template",
        "nobr",
        "wbr",
    ]);
    let attributes = prop::sample::select(vec![
        "",
        "",
        "",
        " href='/x'",
        " href=javascript:x",
        " src=/a.png",
        " onclick=x()",
        " lang=cy",
        " dir=rtl",
        " colspan=2",
        " alt='q'",
        " style='color:red;position:fixed'",
        " style=background:url(x)",
        " fill=url(x)",
        " xlink:href=javascript:x",
        " xlink:href=/x",
        " target=_top",
        " align=center",
        " cite=/c",
        " start=3",
        " role=presentation",
        " title=\"<img src=x onerror=x()>\"",
    ]);
    let text = "[ a-c\n.&;<>\"'=/-]{0,5}";
    let piece = (0..8u8, names, attributes, text).prop_map(|(kind, name, attributes, text)| match kind {
        0..=3 => format!("<{name}{attributes}>"),
        4..=5 => format!("</{name}>"),
        6 => text,
        _ => format!("<img{attributes}>{text}<br>"),
    });
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

/// Markup as feeds have it: what the rules of taste look for, in any order.
fn feedlike() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "<p>One.</p>",
        "<p>",
        "</p>",
        "<div>",
        "</div>",
        "<h1>Title</h1>",
        "<h2>Other</h2>",
        "<h4>",
        "</h4>",
        "<br>",
        "<br><br>",
        "<hr>",
        "&nbsp;",
        " text ",
        "Read more",
        "<a href=/x>Read more…</a>",
        "<a href=/y>",
        "</a>",
        "<p>Share this:</p>",
        "<p>Like Loading...</p>",
        "<p>The post <a href=/x>One</a> appeared first on <a href=/>Name</a>.</p>",
        "<em>This post was first published on <a href=/z>Name</a>.</em>",
        "<div class=wp-caption>",
        "<p class=wp-caption-text>Caption",
        "<figure>",
        "</figure>",
        "<figcaption>Caption</figcaption>",
        "<img src=/a.png>",
        "<img src=/a.png alt=Caption>",
        "<img src=/a.png width=1>",
        "<iframe src=https://www.youtube.com/embed/a></iframe>",
        "<video src=/v poster=/p>",
        "<div class=sharedaddy>",
        "<table role=presentation><tr><td>",
        "<table><tr><td>",
        "<table class=tr-caption-container><tr><td>",
        "<tr><td class=tr-caption>Caption",
        "</td><td>",
        "</table>",
        "<ul>",
        "<li>",
        "</ul>",
        "<ul><li><a href=/s>Share</a></ul>",
        "<span lang=cy>",
        "</span>",
        "<div dir=rtl>",
        "<pre>",
        "\n",
        "</pre>",
        "<blockquote>",
        "</blockquote>",
        "<picture><source srcset='/b.png 2x'><img></picture>",
        "<noscript><img src=/a.png></noscript>",
        "<p>Name</p>",
        "<details><summary>a",
        "<dl><dt>a<dd>",
        "<b>",
        "</b>",
        "<p>Comments</p>",
    ]);
    prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

fn base() -> Url {
    Url::parse("https://riverton.example/blog/").expect("a constant")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn only_what_is_allowed_comes_out(markup in markup()) {
        let base = base();
        let cleaned = clean(&markup, &Context { base: Some(&base), ..Context::default() });
        prop_assert_eq!(forbidden(cleaned.html.as_str()), None, "{}", cleaned.html);
        let safe = sanitised(&markup, Some(&base));
        prop_assert_eq!(forbidden_in_plain(safe.as_str()), None, "{}", safe);
        prop_assert_eq!(sanitised(safe.as_str(), Some(&base)), safe);
        let unplaced = sanitised(&markup, None);
        prop_assert_eq!(forbidden_without_base(unplaced.as_str()), None, "{}", unplaced);
        prop_assert_eq!(sanitised(unplaced.as_str(), None), unplaced);
    }

    #[test]
    fn cleaning_again_changes_nothing(markup in markup()) {
        let base = base();
        let context = Context { base: Some(&base), ..Context::default() };
        let once = clean(&markup, &context);
        let twice = clean(once.html.as_str(), &context);
        prop_assert_eq!(once.html.as_str(), twice.html.as_str());
    }

    #[test]
    fn cleaning_a_feed_again_changes_nothing(markup in feedlike()) {
        let base = base();
        let context = Context { base: Some(&base), title: Some("Title"), source_name: Some("Name") };
        let once = clean(&markup, &context);
        let twice = clean(once.html.as_str(), &context);
        prop_assert_eq!(once.html.as_str(), twice.html.as_str());
        prop_assert_eq!(forbidden(once.html.as_str()), None, "{}", once.html);
    }

    #[test]
    fn no_visible_letter_is_lost(markup in markup()) {
        // Where no script runs, what stands in <noscript> is seen; scraper reads as if one ran.
        let markup = markup.replace("noscript", "div");
        // "q" is what the pictures here say; a picture that cannot be shown leaves it as text.
        let cleaned = clean(&markup, &Context::default());
        prop_assert_eq!(sorted(&letters(&cleaned.text)), sorted(&letters_of(&markup)), "{}", cleaned.html);
    }

    #[test]
    fn making_safe_loses_no_visible_letter(markup in markup()) {
        let markup = markup.replace("noscript", "div");
        let safe = sanitised(&markup, None);
        prop_assert_eq!(letters_of(safe.as_str()), letters_of(&markup), "{}", safe);
    }

    #[test]
    fn any_text_is_taken(text in "\\PC{0,60}|[<>/a-z\"'=&;! -]{0,60}") {
        clean(&text, &Context::default());
        clean_plain(&text);
        plain_title(&text, true);
        plain_title(&text, false);
        title_from_text(&text);
        excerpt(&text, 20);
        find_feeds(&text, &base());
        page_title(&text);
        page_language(&text);
        head_mentions(&text, "a");
    }

    #[test]
    fn plain_text_loses_nothing(text in "[a-z<>&\n .]{0,60}") {
        prop_assert_eq!(letters(&clean_plain(&text).text), letters(&text));
    }
}
