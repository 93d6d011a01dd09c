//! What holds for any bytes.

use feed::{Hints, opml};
use proptest::prelude::*;

use crate::{read, titles};

/// Pieces that feeds are made of, so that random ones reach into every corner.
fn piece() -> impl Strategy<Value = String> {
    let known = [
        "<rss version='2.0'>",
        "<channel>",
        "<item>",
        "</item>",
        "<title>",
        "</title>",
        "<link>",
        "</link>",
        "<link href='/x'/>",
        "<feed xmlns='http://www.w3.org/2005/Atom'>",
        "<entry>",
        "</entry>",
        "<content type='xhtml'>",
        "</content>",
        "<div>",
        "<![CDATA[",
        "]]>",
        "<!--",
        "-->",
        "<?xml version='1.0' encoding='koi8-r'?>",
        "<!DOCTYPE x [<!ENTITY a 'b'>]>",
        "&a;",
        "&amp;",
        "&#8217;",
        "&nbsp;",
        "&",
        "<",
        ">",
        "'",
        "\"",
        "=",
        "xml:base='http://a/'",
        "xmlns:x='y'",
        "<media:group>",
        "<media:content url='x'>",
        "<georss:point>1 2</georss:point>",
        "<pubDate>Mon, 02 Jan 2006 15:04:05 EST</pubDate>",
        "<author>a@b.example (C)</author>",
        "<image>",
        "<source url='x'>",
        "</source>",
        "<psc:chapters>",
        "<psc:chapter start='1:2'/>",
        "{\"version\":\"https://jsonfeed.org/version/1\",",
        "\"items\":[{\"id\":1}",
        "<html>",
        "<p class='h-entry'>",
        "<outline text='a' xmlUrl='b'>",
        "</outline>",
        "</",
        "/>",
        " ",
        "\u{85}",
        "é",
        "\u{feff}",
        "\0",
        "İ",
        "\n<?xm",
        "日本",
    ];
    prop_oneof![3 => prop::sample::select(known.to_vec()).prop_map(str::to_owned), 1 => any::<String>()]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let _ = feed::read(&bytes, &Hints::default());
        let _ = opml::read(&bytes);
    }

    #[test]
    fn any_pieces_are_read_without_a_panic(pieces in prop::collection::vec(piece(), 0..60), content_type in any::<Option<String>>()) {
        let text = pieces.concat();
        let hints = Hints { content_type: content_type.as_deref(), ..Hints::default() };
        if let Ok(feed) = feed::read(text.as_bytes(), &hints) {
            let json = serde_json::to_string(&feed::neutral::document(&feed, |text| text.value.clone()));
            prop_assert!(json.is_ok());
        }
        let _ = opml::read(text.as_bytes());
    }

    #[test]
    fn any_text_is_a_date_or_none(raw in any::<String>()) {
        let _ = feed::date::read(&raw);
    }

    #[test]
    fn any_pieces_of_dates_are_read(raw in "[0-9TZ:./, +-]{0,30}|([0-9]{1,4}[ /:.-]?|Jan|mai|PM|GMT|\\+|T){0,12}") {
        let _ = feed::date::read(&raw);
    }

    #[test]
    fn damage_in_one_entry_leaves_the_others(place in 0usize..400, length in 0usize..12, junk in "[a-z<>&'\"/=!\\[\\] -]{0,8}") {
        let entry = |number: usize| format!("<item><title>T{number}</title><link>https://x.example/{number}</link><description><![CDATA[<p>Some text {number}</p>]]></description></item>\n");
        let mut entries: Vec<String> = (0..9).map(entry).collect();
        // The tags of the entry itself stay: without them nobody could tell where it ends.
        let hurt = &mut entries[4];
        let (first, last) = (6, hurt.len() - 8);
        let from = first + place % (last - first);
        let to = (from + length).min(last);
        hurt.replace_range(from..to, &junk);
        let feed = read(&format!("<rss version='2.0'><channel>{}</channel></rss>", entries.concat()));
        let found = titles(&feed);
        let others = ["T0", "T1", "T2", "T3", "T6", "T7", "T8"];
        prop_assert!(others.iter().all(|title| found.contains(title)), "{:?} of {}", found, entries[4]);
    }

    #[test]
    fn lists_come_back_as_they_were_written(title in "[^\\p{C}]{0,20}", texts in prop::collection::vec("[^\\p{C}]{1,20}", 0..8)) {
        let outline = |text: &String| opml::Outline { text: text.trim().to_owned(), feed: Some("https://x.example/".to_owned()), ..Default::default() };
        let texts: Vec<String> = texts.into_iter().filter(|text| !text.trim().is_empty()).collect();
        let title = Some(title.trim().to_owned()).filter(|title| !title.is_empty());
        let list = opml::List { title, outlines: texts.iter().map(outline).collect(), ..Default::default() };
        prop_assert_eq!(opml::read(opml::write(&list).as_bytes()).unwrap(), list);
    }
}
