//! Elements left open, closed elsewhere or never opened, and that they cost no entry and no field.

use feed::ComplaintKind;

use crate::{read, titles};

/// A feed of RSS around some items.
fn rss(items: &str) -> String {
    format!("<rss version='2.0'><channel><title>T</title>{items}</channel></rss>")
}

/// Two sound entries.
const TWO: &str =
    "<item><title>One</title><link>http://a/1</link></item><item><title>Two</title><link>http://a/2</link></item>";

/// Checks the titles and links of the entries of a feed that is damaged.
#[track_caller]
fn check(text: &str, expected: &[(&str, &str)]) {
    let feed = read(text);
    let links = feed.entries.iter().map(|entry| entry.link().unwrap_or(""));
    let found: Vec<_> = titles(&feed).into_iter().zip(links).collect();
    assert_eq!(found, expected, "{text}\n{:?}", feed.complaints);
    assert!(feed.is_malformed(), "{text}");
}

const BOTH: &[(&str, &str)] = &[("One", "http://a/1"), ("Two", "http://a/2")];

#[test]
fn an_entry_closes_what_is_open_around_it() {
    for open in [
        "<itunes:owner><itunes:name>Jo</itunes:name>",
        "<itunes:category text='a'>",
        "<itunes:author>Jo",
        "<atom:author><atom:name>Jo",
        "<dc:creator>Jo",
        "<media:group>",
        "<media:content url='x'>",
        "<georss:where>",
        "<gml:Point><gml:pos>1 2",
        "<psc:chapters>",
        "<skipHours>",
        "<skipDays><day>",
        "<itunes:owner>Jo</itunes:ownr>",
        "<author><x:y>",
        "<x:y><z>",
        "<ttl>60<itle>",
        "<title>T<\u{200b}/title>",
    ] {
        check(&rss(&format!("{open}{TWO}")), BOTH);
        check(&rss(&TWO.replace("</item>", &format!("</item>{open}"))), BOTH);
    }
    check(&format!("<rss><channel><title>T<itle>{TWO}"), BOTH);
    check(&rss(&format!("<items><list>{TWO}</list></items>")), BOTH);
    // A list of entries is RSS 1.1's own.
    assert!(!read(&rss(&format!("<items>{TWO}</items>"))).is_malformed());
}

#[test]
fn a_field_closes_what_is_open_before_it() {
    let fields = "<link>http://a/1</link><pubDate>Mon, 02 Jan 2006 15:04:05 GMT</pubDate>";
    for open in [
        "<p>",
        "<span class='x'>",
        "<extra>",
        "<x:wrap><y>",
        "<author><name>Jo</name>",
        "<source>",
        "<source url='http://b/'>B",
        "<media:group>",
        "<itunes:owner>",
        "<table><tr><td>",
        "<itunes:author>Jo</itunes:authr>",
        "<image><url>http://b/x.png</url>",
    ] {
        let text = rss(&format!("<item><title>One</title>{open}{fields}</item>"));
        check(&text, &[("One", "http://a/1")]);
        let feed = read(&text);
        assert!(feed.entries[0].published.as_ref().is_some_and(|date| date.at.is_some()), "{text}");
        assert!(feed.complaints.iter().any(|one| one.kind == ComplaintKind::Unclosed), "{text}");
    }
    for around in ["<div>", "<b>", "<table><tr><td>", "<x:y>", "<data>"] {
        check(&rss(&format!("<item>{around}<title>One</title>{fields}</item>")), &[("One", "http://a/1")]);
        let name = around[1..].split(['>', '<']).next().unwrap_or_default();
        let closed = format!("<item>{around}<title>One</title>{fields}</{name}></item>");
        check(&rss(&closed), &[("One", "http://a/1")]);
    }
    check(&rss(&format!("<item><tile>One</title>{fields}</item>")), &[("", "http://a/1")]);
}

#[test]
fn what_rightly_holds_fields_keeps_them() {
    let text = rss("<item><x:related><title>Not it</title><link>http://b/</link></x:related><title>One</title>\
         <link>http://a/1</link><source><title>Not it</title><link>http://b/</link><id>b</id></source>\
         <author><name>Jo</name><link>http://b/</link></author><media:group><title>Not it</title></media:group>\
         <image><title>Not it</title><link>http://b/</link></image><guid isPermaLink='false'>a</guid></item>");
    let feed = read(&text);
    let entry = &feed.entries[0];
    assert_eq!((titles(&feed), entry.links.len(), entry.id.as_deref()), (vec!["One"], 1, Some("a")));
    assert!(entry.source.as_ref().is_some_and(|source| source.id.as_deref() == Some("b")));
    let svg = "<feed xmlns='http://www.w3.org/2005/Atom'><entry><content type='xhtml'><div \
        xmlns='http://www.w3.org/1999/xhtml'><svg><title>Not it</title></svg><link href='x'/></div></content>\
        <title>One</title></entry></feed>";
    let feed = read(svg);
    assert_eq!((titles(&feed), feed.entries[0].links.len(), feed.is_malformed()), (vec!["One"], 0, false));
}

#[test]
fn entries_that_lost_their_start_tag() {
    let second = "<title>Two</title><link>http://a/2</link></item>";
    let third = "<item><title>Three</title><link>http://a/3</link></item>";
    let one = "<item><title>One</title><link>http://a/1</link></item>";
    let all = &[BOTH[0], BOTH[1], ("Three", "http://a/3")];
    check(&rss(&format!("{one}{second}{third}")), all);
    check(&rss(&format!("{one}<item/>{second}{third}")), all);
    check(&rss(&format!("{one}<guid>g</guid>{second}{third}")), all);
    check(&rss(&format!("<link>http://a/</link>{}{second}{third}", &one[6..])), all);
    // What a feed says of itself behind its entries.
    let feed = read(&format!("<rss><channel>{one}<title>T</title><link>http://a/</link>{third}</channel></rss>"));
    assert_eq!(
        (titles(&feed), feed.title.as_ref().map(|title| title.value.as_str())),
        (vec!["One", "Three"], Some("T"))
    );
}

#[test]
fn a_whole_feed_behind_a_cut_one() {
    let whole = format!("<?xml version='1.0' encoding='utf-8'?>\n{}", rss(TWO));
    for cut in [
        "<title>T",
        "<link>http://a",
        "<language>e",
        "<description>x",
        "<description><![CDATA[x",
        "<description>x <b>y",
        "<itunes:owner><itunes:name>Jo",
        "<image><url>x",
    ] {
        check(&format!("<rss version='2.0'><channel>{cut}{whole}"), BOTH);
    }
    let atom = format!(
        "<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>Zero</title><content type='xhtml'><div>{}",
        whole.replace("version='2.0'", "version='2.0' xmlns:x='y'")
    );
    check(&atom, &[("Zero", ""), BOTH[0], BOTH[1]]);
    let section = "<rss version='2.0'><channel><item><title>Zero</title><description><![CDATA[x";
    let whole = whole.replace("<title>One</title>", "<title><![CDATA[One]]></title>");
    check(&format!("{section}{whole}"), &[("Zero", ""), BOTH[0], BOTH[1]]);
    // An article about feeds.
    let example = format!("<item><title>How</title><description><![CDATA[<pre>{whole}</pre>]]></description></item>");
    let example = example.replace("<![CDATA[One]]>", "One");
    assert_eq!(titles(&read(&rss(&example))), ["How"]);
}

#[test]
fn default_namespaces_that_nobody_knows() {
    let feed = |text: &str| {
        let feed = read(text);
        let links: Vec<_> = feed.entries.iter().map(|entry| entry.link().unwrap_or("")).collect();
        assert_eq!((titles(&feed), links), (vec!["One", "Two"], vec!["http://a/1", "http://a/2"]), "{text}");
    };
    let text = rss(TWO);
    for address in
        ["urn:x", "http://creativecommons.org/ns#", "http://search.yahoo.com/mrss/", "http://www.w3.org/1999/xhtml"]
    {
        for name in ["rss", "channel", "item"] {
            feed(&text.replace(&format!("<{name}"), &format!("<{name} xmlns='{address}'")));
        }
    }
    feed(&text.replace("<title>", "<title xmlns='urn:x'>").replace("<link>", "<link xmlns='urn:x'>"));
    feed(&text.replace("<rss", "<rss xmlns:='http://purl.org/dc/elements/1.1/'"));
    let atom = "<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>One</title><link href='http://a/1'/></entry>\
        <entry><title>Two</title><link href='http://a/2'/></entry></feed>";
    feed(&atom.replace("<entry>", "<entry xmlns='urn:x'>"));
    feed(&atom.replace("http://www.w3.org/2005/Atom", "http://www.w3.org/1999/xhtml"));
}

#[test]
fn sections_where_no_text_is() {
    let hidden = TWO.replacen("</item><item>", "<![CDATA[ </item><item>", 1);
    check(&rss(&hidden), BOTH);
    check(&rss(&hidden.replacen("</title><link>http://a/2", "</title>]]><link>http://a/2", 1)), BOTH);
    check(&rss(&format!("<![CDATA[{TWO}]]>")), BOTH);
    check(&rss(&format!("<item><title>One</title><![CDATA[<link>http://a/1</link></item>{}", &TWO[54..])), BOTH);
}

#[test]
fn marks_of_sections_badly_written() {
    for (mark, end) in [
        ("<![cdata[", "]]>"),
        ("<!CDATA[", "]]>"),
        ("<![CDATA", "]]>"),
        ("<! [CDATA [", "]]>"),
        ("<[CDATA[", "]]>"),
        ("<![CDATA[<![CDATA[", "]]>]]>"),
        ("", "]]>"),
        ("<![CDATA[", "]]>]]>"),
    ] {
        let text = rss(&TWO.replacen("<title>One<", &format!("<title>{mark}One{end}<"), 1).replacen(
            "<link>http://a/1<",
            &format!(
                "<pubDate>{mark}2 Oct 2002{end}</pubDate><guid>{mark}http://a/1{end}</guid><link>{mark}http://a/1{end}<"
            ),
            1,
        ));
        check(&text, BOTH);
        let entry = &read(&text).entries[0];
        assert_eq!(entry.id.as_deref(), Some("http://a/1"), "{text}");
        assert_eq!(entry.published.as_ref().map(|date| date.raw.as_str()), Some("2 Oct 2002"), "{text}");
        assert!(read(&text).complaints.iter().any(|one| one.kind == ComplaintKind::BadMark), "{text}");
    }
    // Escaped, they are marks around an address, and words elsewhere.
    let (mark, end) = ("&lt;![CDATA[", "]]&gt;");
    let text = rss(&TWO.replacen("<link>http://a/1<", &format!("<link>{mark}http://a/1{end}<"), 1).replacen(
        "<title>One<",
        &format!("<title>One {end}<"),
        1,
    ));
    let entry = &read(&text).entries[0];
    assert_eq!(entry.link(), Some("http://a/1"), "{text}");
    assert_eq!(entry.title.as_ref().map(|title| title.value.as_str()), Some("One ]]>"), "{text}");
}

#[test]
fn names_with_something_behind() {
    for junk in ["\u{a0}x='1'", "&", "!", "\u{200b}", "\u{a0}"] {
        let text = rss(&TWO.replace("<item>", &format!("<item{junk}>")));
        let feed = read(&text);
        assert_eq!(titles(&feed), ["One", "Two"], "{text}");
    }
    let feed = read(&rss("<item><title>One</title><enclosure\u{a0}url='http://a/1.mp3' type='audio/mpeg'/></item>"));
    assert_eq!(feed.entries[0].enclosures[0].address, "http://a/1.mp3");
}

#[test]
fn instructions_that_do_not_end() {
    check(&rss(&TWO.replace("</item><item>", "</item><?php echo 1;<item>")), BOTH);
    check(&rss(&TWO.replace("</item><item>", "</item><?php echo 1; <item>")), BOTH);
}

#[test]
fn words_in_angle_brackets() {
    for title in ["Press <Enter> twice", "Mail <jo@a.example> now", "A Vec<String> of them", "Map<Key, Vec<String>>"] {
        let feed = read(&rss(&format!("<item><title>{title}</title></item>")));
        assert_eq!(titles(&feed), [title]);
        assert!(feed.is_malformed(), "{title}");
    }
    let feed = read(&rss("<item><title>a <b>bold</b> <x>word</x></title></item>"));
    assert_eq!(titles(&feed), ["a <b>bold</b> <x>word</x>"]);
}

#[test]
fn a_date_that_cannot_be_read_keeps_out_none() {
    for dates in [
        "<updated>soon</updated><dc:date>2006-01-02</dc:date>",
        "<dc:date>2006-01-02</dc:date><updated>soon</updated>",
        "<lastBuildDate>soon</lastBuildDate><updated>2006-01-02</updated>",
    ] {
        let feed = read(&rss(&format!("<item><title>One</title>{dates}</item>")));
        assert!(feed.entries[0].updated.as_ref().is_some_and(|date| date.at.is_some()), "{dates}");
    }
}
