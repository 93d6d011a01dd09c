//! What we write is what a reader of feeds reads: every entry comes back, whatever words are in it.

use feed::{Hints, Link, TextKind};
use proptest::prelude::*;

use super::*;

/// Words as hostile as they come, without the characters that only our own reader takes for those of Windows-1252.
fn words() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => "[a-zé 日]{1,8}",
        2 => prop::sample::select(vec![
            "<", ">", "&", "\"", "'", "]]>", "<![CDATA[", "<!--", "-->", "<?xml", "&amp;", "&lt;p&gt;", "&nbsp;",
            "<b>x</b>", "<br>", "</title>", "</item>", "<item>", "<entry>", "</div>", "<script>", "\n", "\t", "\u{0}",
            "\u{b}", "\u{feff}", "\u{fffe}", "🌊", "xmlns=\"x\"", "%s", "\\", "{", "}", "\u{2028}", "&#x1f;",
        ]).prop_map(str::to_owned),
        1 => any::<char>().prop_filter("C1 controls are read as Windows-1252", |c| !matches!(c, '\u{80}'..='\u{9f}')).prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

prop_compose! {
    fn post()(
        number in 0u32..1_000_000,
        title in words(),
        excerpt in words(),
        text in prop::option::of(words()),
        author in words(),
        with_author in any::<bool>(),
        source in words(),
        site in any::<bool>(),
        millis in 0i64..4_000_000_000_000,
        language in prop::sample::select(vec!["en", "cy", "en-GB", ""]),
        licence in prop::sample::select(vec!["CC BY 4.0", "© <b>me</b> & you", ""]),
        picture in any::<bool>(),
    ) -> Entry {
        let author = words_of(&author).replace('@', "");
        Entry {
            id: format!("https://watersmeet.example/post/{number}"),
            link: format!("https://riverton.example/{number}?a=1&b=2#c"),
            title,
            excerpt,
            text,
            authors: if with_author && !author.is_empty() {
                vec![Person { name: author, address: Some("https://watersmeet.example/author/1?x&y".into()) }]
            } else {
                Vec::new()
            },
            source: Origin {
                name: if words_of(&source).is_empty() { "Riverton".into() } else { source },
                feed: "https://riverton.example/feed?a=1&b=2".into(),
                site: site.then(|| "https://riverton.example/".into()),
            },
            published: (millis % 3 != 0).then(|| Time::from_millis(millis)),
            updated: Time::from_millis(millis + 1_500),
            language: language.parse().ok(),
            licence: Licence::named(licence),
            picture: picture.then(|| "https://riverton.example/p.jpg?w=1&h=2".into()),
            topics: if with_author { vec![Category { term: "bins".into(), name: "Bins & recycling".into() }] } else { Vec::new() },
        }
    }
}

fn river(entries: Vec<Entry>) -> Outgoing {
    Outgoing {
        hub: None,
        title: "Posts & <more>".into(),
        subtitle: String::new(),
        page: "https://watersmeet.example/?a=1&b=2".into(),
        own: "https://watersmeet.example/river.atom?a=1&b=2".into(),
        older: None,
        icon: "https://watersmeet.example/favicon.svg".into(),
        updated: Time::from_millis(1_700_000_000_000),
        entries,
    }
}

/// The words of a text without what no XML can hold: white space is the writer's matter.
fn words_of(text: &str) -> String {
    let holds =
        |c: &char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{1_0000}'..);
    text.chars().filter(holds).collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn written(text: Option<&feed::Text>) -> String {
    text.map(|text| words_of(&text.value)).unwrap_or_default()
}

/// Reads a feed of ours, and checks all that its format can say.
#[track_caller]
fn check(river: &Outgoing, format: Format) {
    let bytes = river.write(format);
    let read = feed::read(&bytes, &Hints::default()).expect("it is a feed");
    let said = String::from_utf8_lossy(&bytes);
    assert_eq!(read.complaints, [], "{said}");
    assert_eq!(read.title.as_ref().map(|title| title.value.as_str()), Some("Posts & <more>"));
    assert_eq!((read.site(), read.own_address()), (Some(river.page.as_str()), Some(river.own.as_str())));
    assert_eq!(read.entries.len(), river.entries.len(), "{said}");
    for (got, sent) in read.entries.iter().zip(&river.entries) {
        assert_eq!(got.id.as_deref(), Some(sent.id.as_str()), "{said}");
        assert_eq!(written(got.title.as_ref()), words_of(&sent.title), "{said}");
        let names: Vec<String> = got.authors.iter().filter_map(|one| one.name.as_deref()).map(words_of).collect();
        let sent_names: Vec<String> = sent.authors.iter().map(|one| words_of(&one.name)).collect();
        let published = got.published.as_ref().and_then(|date| date.at).map(Time::millis);
        let sent_published = sent.published.map(Time::millis);
        match format {
            Format::Rss => {
                assert_eq!(got.link(), Some(sent.link.as_str()));
                assert_eq!(published, sent_published.map(|at| at / 1000 * 1000), "{said}");
                assert_eq!(written(got.summary.as_ref()), words_of(&xml::text(&sent.excerpt)), "{said}");
                assert_eq!(names, sent_names, "{said}");
            }
            Format::Atom => {
                assert_eq!(got.link(), Some(sent.link.as_str()));
                assert_eq!(published, sent_published, "{said}");
                assert_eq!(got.updated.as_ref().and_then(|date| date.at), Some(sent.updated));
                assert_eq!(written(got.summary.as_ref()), words_of(&sent.excerpt), "{said}");
                let plain = [&got.title, &got.summary].into_iter().flatten().all(|text| text.kind == TextKind::Plain);
                assert!(plain, "{said}");
                let author = if sent_names.is_empty() { vec![words_of(&sent.source.name)] } else { sent_names };
                assert_eq!(names, author, "{said}");
                let origin = got.source.as_ref().expect("a source");
                assert_eq!(written(origin.title.as_ref()), words_of(&sent.source.name), "{said}");
                assert_eq!(origin.id.as_deref(), Some(sent.source.feed.as_str()));
            }
            Format::Json => {
                let related: Vec<&str> = got.links.iter().filter(|link| link.rel == "related").map(href).collect();
                assert_eq!(related, [sent.link.as_str()]);
                assert_eq!(published, sent_published, "{said}");
                assert_eq!(written(got.content.first()), words_of(&sent.markup()), "{said}");
            }
        }
        if let Some(text) = sent.text.as_ref().filter(|text| !words_of(text).is_empty()) {
            let content = got.content.iter().map(|content| words_of(&content.value));
            assert!(content.into_iter().any(|content| content == words_of(text)), "{text:?} in {said}");
        }
        assert_eq!(got.language.as_deref(), sent.language.as_ref().map(|language| language.as_str()));
        if format != Format::Json {
            let address = sent.licence.as_ref().and_then(|licence| licence.address());
            assert_eq!(got.licence.as_deref(), address);
            let picture = got.media.as_ref().and_then(|media| media.thumbnails.first()).map(|one| one[0].1.as_str());
            assert_eq!(picture, sent.picture.as_deref());
        }
    }
}

fn href(link: &Link) -> &str {
    &link.href
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn entries_come_back_as_they_were_written(posts in prop::collection::vec(post(), 0..4)) {
        let river = river(posts);
        for format in Format::ALL {
            check(&river, format);
        }
    }
}
