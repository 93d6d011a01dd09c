//! Feeds that are broken, and all that can still be read of them.

use feed::{ComplaintKind, Hints};

use crate::{read, titles};

/// Reads damaged RSS items and checks which entries and which complaints come out.
#[track_caller]
fn check(text: &str, expected: &[&str], complaint: ComplaintKind) {
    let feed = read(text);
    assert_eq!(titles(&feed), expected, "{text}");
    assert!(feed.complaints.iter().any(|one| one.kind == complaint), "{:?}: {text}", feed.complaints);
    assert!(feed.is_malformed(), "{text}");
}

fn rss(items: &str) -> String {
    format!("<rss version='2.0'><channel>{items}</channel></rss>")
}

const TWO: &str = "<item><title>One</title></item><item><title>Two</title></item>";

#[test]
fn characters_that_should_be_escaped() {
    use ComplaintKind::*;
    check(&rss("<item><title>A & B</title></item>"), &["A & B"], BareAmpersand);
    check(&rss("<item><title>1 < 2</title></item>"), &["1 < 2"], BareLessThan);
    check(&rss("<item><title>caf&eacute; &nbsp;x</title></item>"), &["café \u{a0}x"], UndeclaredEntity);
    check(&rss("<item><title>a\u{1}b\u{c}</title></item>"), &["ab"], ControlCharacter);
    check(&rss("<item><title x='1 < 2'>a</title></item>"), &["a"], BareLessThan);
}

#[test]
fn tags_that_do_not_match() {
    use ComplaintKind::*;
    check(&rss("<item><title>One</item><item><title>Two</title></item>"), &["One", "Two"], Unclosed);
    check(&rss("<item><title>One</title><item><title>Two</title></item>"), &["One", "Two"], Unclosed);
    check(&rss("<item><title>One<link>https://x.example/</link></item>"), &["One"], Unclosed);
    check(&rss("<item><title>One</title></b></item><item><title>Two</title></item>"), &["One", "Two"], StrayEnd);
    check(&rss("<item><title>One</titel></item><item><title>Two</title></item>"), &["One", "Two"], Unclosed);
    check(&rss("<item><title>One</Title></item>"), &["One"], Unclosed);
    check(&rss("<item><description>x<p>y</description><title>One</title></item>"), &["One"], Unclosed);
    check(&rss("<item><title>One</title></channel></item><item><title>Two</title></item>"), &["One", "Two"], Unclosed);
    check(&rss("<item><title>One</title <link>x</link></item>"), &["One"], Unended);
}

#[test]
fn tags_torn_by_rewriters() {
    let feed = read(&rss(
        "<item><title>if x <y then</title><link/>https://x.example/?a=1&amp;b=2<guid isPermaLink='false'>g</ guid ></item>",
    ));
    let entry = &feed.entries[0];
    assert_eq!(
        (titles(&feed), entry.link(), entry.id.as_deref()),
        (vec!["if x <y then"], Some("https://x.example/?a=1&b=2"), Some("g"))
    );
}

#[test]
fn warnings_between_all_entries() {
    let items: String =
        (0..300).map(|number| format!("<br>Notice: <b>x</b><item><title>{number}</title><br></item><p>")).collect();
    let feed = read(&rss(&items));
    assert_eq!(feed.entries.len(), 300);
    assert_eq!(titles(&feed)[299], "299");
}

#[test]
fn attributes_badly_written() {
    use ComplaintKind::*;
    let enclosure = |written: &str| read(&rss(&format!("<item><title>One</title><enclosure {written}/></item>")));
    for written in [
        "url=https://x.example/1.mp3 type=audio/mpeg",
        "url='https://x.example/1.mp3' type='audio/mpeg",
        "url='https://x.example/1.mp3'type='audio/mpeg'",
    ] {
        let feed = enclosure(written);
        let file = &feed.entries[0].enclosures[0];
        assert_eq!(
            (file.address.as_str(), file.media_type.as_deref()),
            ("https://x.example/1.mp3", Some("audio/mpeg")),
            "{written}"
        );
    }
    check(
        &rss("<item><category domain=\"x>One</category><title>One</title></item><item><title>Two</title></item>"),
        &["One", "Two"],
        BadAttribute,
    );
}

#[test]
fn what_does_not_end() {
    use ComplaintKind::*;
    check(
        &rss("<item><title><![CDATA[One</title></item><item><title><![CDATA[Two]]></title></item>"),
        &["One", "Two"],
        Unended,
    );
    check("<rss><channel><item><title>One</title></item><item><title>Two", &["One", "Two"], CutOff);
    check("<rss><channel><item><title>One</title></item><item><tit", &["One", ""], CutOff);
    check("<rss><channel><item><title>One</title><description><![CDATA[<p>half", &["One"], CutOff);
    check(&format!("<rss><channel><!-- never closed {TWO}</channel></rss>"), &["One", "Two"], Unended);
    check(&format!("<?xml version='1.0'>{}", rss(TWO)), &["One", "Two"], Unended);
    check(&format!("<!DOCTYPE rss [ <rss><channel>{TWO}</channel></rss>"), &["One", "Two"], Unended);
}

#[test]
fn things_around_a_feed() {
    use ComplaintKind::*;
    check(&format!("\n\n<?xml version='1.0'?>{}", rss(TWO)), &["One", "Two"], JunkBefore);
    check(&format!("Warning: x in /y on line 3 <br/>{}", rss(TWO)), &["One", "Two"], JunkBefore);
    check(&format!("<br />\n<b>Warning</b>: fopen() <b>x</b><br>{}", rss(TWO)), &["One", "Two"], JunkBefore);
    check(&format!("{}<script>x</script>", rss(TWO)), &["One", "Two"], SecondDocument);
    check(&format!("{} bye", rss(TWO)), &["One", "Two"], JunkAfter);
    let twice = format!(
        "<?xml version='1.0'?>{}<?xml version='1.0'?>{}",
        rss("<item><title>One</title></item>"),
        rss("<item><title>Two</title></item>")
    );
    check(&twice, &["One", "Two"], SecondDocument);
}

#[test]
fn letters_of_many_bytes_are_whole() {
    // Each piece once stood where bytes and letters were taken for each other.
    for piece in ["\n<?xmİİ", "<İ", "</İ>", "&İ;", "<a İ=İ>", "<!İ", "İ", "<![CDATA[İ", "xml:base='İ'"] {
        read(&format!("{piece}<rss><channel>{piece}<item>{piece}<title>{piece}</title>{piece}"));
    }
}

#[test]
fn prefixes_that_nobody_declared() {
    let feed = read(&rss(
        "<item><title>One</title><dc:creator>Ann</dc:creator><content:encoded>&lt;p>x</content:encoded></item>",
    ));
    assert_eq!(feed.entries[0].authors[0].name.as_deref(), Some("Ann"));
    assert_eq!(feed.entries[0].body().unwrap().value, "<p>x");
    assert!(feed.complaints.iter().all(|one| one.kind == ComplaintKind::UndeclaredPrefix));
}

#[test]
fn encodings_that_are_not_as_declared() {
    let check = |bytes: &[u8], content_type: Option<&str>, title: &str, is_sound: bool| {
        let feed = feed::read(bytes, &Hints { content_type, ..Hints::default() }).unwrap();
        let read = feed.title.as_ref().unwrap().value.as_str();
        assert_eq!((read, !feed.is_malformed()), (title, is_sound), "{}", String::from_utf8_lossy(bytes));
    };
    let feed = |declared: &str, title: &[u8]| {
        let head = format!("<?xml version='1.0' encoding='{declared}'?><rss><channel><title>");
        [head.as_bytes(), title, b"</title></channel></rss>"].concat()
    };
    check(&feed("utf-8", "café".as_bytes()), None, "café", true);
    check(&feed("iso-8859-1", b"caf\xe9"), None, "café", true);
    check(&feed("windows-1252", b"don\x92t"), None, "don’t", true);
    check(&feed("utf-8", b"caf\xe9 au lait"), None, "café au lait", false);
    check(&feed("iso-8859-1", "café – “x”".as_bytes()), None, "café – “x”", false);
    check(&feed("utf-8", "café".as_bytes()), Some("text/xml; charset=iso-8859-1"), "café", false);
    check(&feed("iso-8859-1", b"caf\xe9"), Some("application/xml"), "café", true);
    check(&feed("nonsense", "café".as_bytes()), None, "café", false);
    check(&feed("utf-16", "café".as_bytes()), None, "café", true);
    check(&feed("koi8-r", b"\xed\xc9\xd2"), None, "Мир", true);
    check(&[b"\xef\xbb\xbf".as_slice(), &feed("iso-8859-1", "café".as_bytes())].concat(), None, "café", false);
    let wide: Vec<u8> =
        "\u{feff}<rss><channel><title>café</title></channel></rss>".encode_utf16().flat_map(u16::to_le_bytes).collect();
    check(&wide, None, "café", true);
    check(&feed("utf-8", "donâ€™t".as_bytes()), None, "don’t", true);
    check(&[&feed("utf-8", "café “x” ".as_bytes())[..], b"<!-- \xe9 -->"].concat(), None, "café “x”", false);
}

#[test]
fn json_that_is_broken() {
    check(
        "{\"version\":\"https://jsonfeed.org/version/1\",\"items\":[{\"id\":\"1\",\"title\":\"On\ne\",}]}",
        &["On\ne"],
        ComplaintKind::BrokenJson,
    );
    let feed = read(
        r#"{"version":"https://jsonfeed.org/version/1","title":"R","items":[{"id":"1","title":"One"},{"id":"2","title":"Tw"#,
    );
    assert_eq!(titles(&feed), ["One"]);
    assert!(feed.is_malformed());
}

#[test]
fn a_feed_inside_a_page() {
    let page = format!("<!doctype html><html><body><item>x</item><pre>{}</pre></body></html>", rss(TWO));
    assert_eq!(titles(&read(&page)), ["One", "Two"]);
}

#[test]
fn a_page_that_is_a_feed() {
    let text = rss(TWO);
    for page in [
        text.replace("rss", "html"),
        format!("<html><body>{}</body></html>", &text[19..text.len() - 6]),
        format!("<html xmlns='http://www.w3.org/1999/xhtml'><body><div id='viewer'>{text}</div></body></html>"),
    ] {
        assert_eq!(titles(&read(&page)), ["One", "Two"], "{page}");
    }
    let atom = "<html xmlns='http://www.w3.org/2005/Atom'><title>T</title><entry><title>One</title></entry></html>";
    assert_eq!(titles(&read(atom)), ["One"]);
}

#[test]
fn a_page_that_leaves_out_its_tags() {
    let entry = "<article class=h-entry><h1 class=p-name>One</h1></article>";
    for before in [
        "<!DOCTYPE html><meta charset=utf-8><title>B</title>",
        "<!DOCTYPE html><title>B</title>",
        "<head><title>B</title></head>",
        "<body>",
        "<div>",
        "<script>1 < 2</script>",
        "<br>Warning: x<html><head><title>B</title></head>",
        "<html><body><feed>x</feed><rss></rss>",
    ] {
        let page = format!("{before}{entry}");
        let hints = Hints { content_type: Some("text/html"), ..Hints::default() };
        assert_eq!(titles(&feed::read(page.as_bytes(), &hints).unwrap()), ["One"], "{page}");
    }
    let why = feed::read(b"<!DOCTYPE html><title>B</title><p>x", &Hints::default()).unwrap_err();
    assert_eq!(why, feed::NotAFeed::Page);
}

#[test]
fn a_prefix_of_its_own() {
    let feed = read("<rss><x:channel><x:item><x:title>One</x:title><y:title>No</y:title></x:item></x:channel></rss>");
    assert_eq!(titles(&feed), ["One"]);
}

#[test]
fn entries_inside_the_wrong_root() {
    let entry = "<entry xmlns='http://www.w3.org/2005/Atom'><title>One</title></entry>";
    assert_eq!(titles(&read(&rss(entry))), ["One"]);
    assert_eq!(titles(&read(&format!("<feed xmlns='http://www.w3.org/2005/Atom'>{TWO}</feed>"))), ["One", "Two"]);
    assert_eq!(titles(&read(&rss(&format!("<items>{TWO}</items>")))), ["One", "Two"]);
    assert_eq!(titles(&read(entry)), ["One"]);
    assert_eq!(titles(&read(&format!("<data><rss><channel>{TWO}</channel></rss></data>"))), ["One", "Two"]);
}

#[test]
fn document_types_badly_written() {
    for doctype in [
        "<!DOCTYPE rss [<!ENTITY a 'b'> <!-- it's ]> here -->]>",
        "<!DOCTYPE rss [<!ENTITY a 'b'>",
        "<!DOCTYPE rss PUBLIC \"-//Riverton//RSS>",
        "<!DOCTYPE rss",
    ] {
        assert_eq!(titles(&read(&format!("<?xml version='1.0'?>{doctype}{}", rss(TWO)))), ["One", "Two"], "{doctype}");
    }
}

#[test]
fn texts_of_the_feed_left_open() {
    for open in [
        "<copyright>x<copyright>",
        "<author><name>Ann</name><author>",
        "<title>a<title>b",
        "<ttl>60<language>en",
        "<category>a<category>b<webMaster>",
    ] {
        assert_eq!(titles(&read(&rss(&format!("{open}{TWO}")))), ["One", "Two"], "{open}");
    }
}

#[test]
fn words_about_tags_stay() {
    let about = rss(
        "<item><title>Close it with &lt;/title&gt;</title></item><item><title><![CDATA[a </title>]]></title></item>",
    );
    assert_eq!(titles(&read(&about)), ["Close it with </title>", "a </title>"]);
    assert_eq!(titles(&read(&rss("<item><title>One/title></item>"))), ["One"]);
}

#[test]
fn ends_that_were_rewritten() {
    let turned = rss(TWO).replace("</", "<\\");
    assert_eq!(titles(&read(&turned)), ["One", "Two"]);
    assert_eq!(titles(&read(&rss(TWO).replace("</", "<\\/"))), ["One", "Two"]);
    let spaced = "<item><title>One</title><description ><![CDATA[x]] ></description ></item >";
    assert_eq!(titles(&read(&rss(&format!("{spaced}<item ><title >Two</title ></item >")))), ["One", "Two"]);
}

#[test]
fn feeds_in_envelopes() {
    let feed = format!("<?xml version=\"1.0\"?>{}", rss(&format!("{TWO}<item><title>A &amp;amp; B</title></item>")));
    let escaped = feed.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    let string = format!("\"{}\"", feed.replace('"', "\\\"").replace("</", "<\\/"));
    for text in [
        escaped.clone(),
        format!("<html><head><title>Feed</title></head><body><pre>{escaped}</pre></body></html>"),
        format!("<string xmlns='http://tempuri.org/'>{escaped}</string>"),
        string,
    ] {
        let feed = read(&text);
        assert_eq!(titles(&feed), ["One", "Two", "A &amp; B"], "{text}");
        assert_eq!(feed.complaints[0].kind, ComplaintKind::Escaped, "{text}");
    }
    // A page about feeds is none.
    let page = format!("<html><body><p>A feed begins like this:</p><pre>{escaped}</pre></body></html>");
    assert!(feed::read(page.as_bytes(), &Hints::default()).is_err());
}

#[test]
fn json_with_something_around() {
    let json =
        r#"{"version":"https://jsonfeed.org/version/1","items":[{"id":"1","title":"One"},{"id":"2","title":"Two"}]}"#;
    for text in [
        format!("<br />\n<b>Warning</b>: x in <b>feed.php</b>\n{json}"),
        format!(")]}}',\n{json}"),
        format!("callback({json});"),
        format!("<html><body><pre>{json}</pre></body></html>"),
        format!("{json}{json}"),
        format!("<html><body><pre>{}</pre></body></html>", json.replace('"', "&quot;")),
        json.replacen("\"}", "\"}]", 1),
        json.replacen("/1\",", "/1\"},", 1),
        json.replace('}', ",}"),
        json.replace("\"items\"", "'items'").replace("\"version\"", "version"),
        json[..json.len() - 2].to_owned(),
    ] {
        assert_eq!(titles(&read(&text)), ["One", "Two"], "{text}");
    }
    let page = "<html><body><script>var a = {\"items\":[{\"id\":1}]}</script>";
    assert!(feed::read(page.as_bytes(), &Hints::default()).is_err());
}

#[test]
fn bytes_in_twos() {
    let text = format!("<?xml version='1.0' encoding='utf-8'?>{}", rss(TWO));
    let little = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let big = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>();
    for bytes in [
        little(&format!("\r\n\r\n{text}")),
        big(&format!("\r\n\r\n{text}")),
        [&[0xfe, 0xff][..], &little(&text)].concat(),
        [&[0xff, 0xfe][..], &big(&text)].concat(),
        [&[0xff, 0xfe][..], text.as_bytes()].concat(),
        format!("\u{feff}\r\n{text}").into_bytes(),
        [&[0xff, 0xfe][..], format!("\u{feff}\n{text}").as_bytes()].concat(),
    ] {
        let feed = feed::read(&bytes, &Hints::default()).unwrap();
        assert_eq!(titles(&feed), ["One", "Two"], "{bytes:?}");
    }
}

#[test]
fn sizes_of_chunks_left_in_a_reply() {
    let text = rss(TWO);
    let mut chunked = Vec::new();
    for chunk in text.as_bytes().chunks(7) {
        chunked.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        chunked.extend_from_slice(chunk);
        chunked.extend_from_slice(b"\r\n");
    }
    chunked.extend_from_slice(b"0\r\n\r\n");
    assert_eq!(titles(&feed::read(&chunked, &Hints::default()).unwrap()), ["One", "Two"]);
    // Where the sizes do not fit, they are words before the feed.
    assert_eq!(titles(&read(&format!("1f40\r\n{}\r\n0\r\n\r\n", rss(TWO)))), ["One", "Two"]);
}
