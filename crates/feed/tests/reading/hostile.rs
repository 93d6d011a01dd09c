//! What a hostile feed cannot do: bounds on what is kept, and documents that would take for ever if time were not
//! bounded by their size.

use std::time::Duration;

use feed::{ComplaintKind, Hints, MOST_ENTRIES};

use crate::{read, titles};

/// For how long something keeps a processor busy; what else the machine does is not counted.
fn busy(work: impl FnOnce()) -> Duration {
    let told = || {
        let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
        told.split(' ').next()?.parse().ok().map(Duration::from_nanos)
    };
    let (before, started) = (told(), std::time::Instant::now());
    work();
    // Other systems than Linux do not tell it; there it is the clock.
    before.and_then(|before| told()?.checked_sub(before)).unwrap_or_else(|| started.elapsed())
}

fn complains(text: &str, kind: ComplaintKind) -> bool {
    read(text).complaints.iter().any(|complaint| complaint.kind == kind)
}

#[test]
fn entities_cannot_explode() {
    let mut bomb = String::from("<!DOCTYPE rss [<!ENTITY a0 'hahahaha'>");
    for step in 1..30 {
        bomb += &format!("<!ENTITY a{step} '{}'>", format!("&a{};", step - 1).repeat(10));
    }
    bomb += "]><rss><channel><title>&a29;</title><item><title>&a29;&a28;&a6;</title></item></channel></rss>";
    assert!(complains(&bomb, ComplaintKind::EntityBomb));
    let feed = read(&bomb);
    assert!(feed.entries[0].title.as_ref().is_none_or(|title| title.value.len() < 4 << 20));
}

#[test]
fn files_of_ours_are_not_read() {
    let feed = read(
        "<!DOCTYPE rss [<!ENTITY x SYSTEM 'file:///etc/hostname'>]><rss><channel><title>a&x;b</title></channel></rss>",
    );
    assert_eq!(feed.title.unwrap().value, "a&x;b");
}

#[test]
fn depth_is_bounded() {
    let deep = format!("<rss><channel>{}<item><title>x</title></item>", "<a>".repeat(100_000));
    assert!(complains(&deep, ComplaintKind::TooDeep));
    let html = format!("<rss><channel><item><description>{}", "<b>".repeat(100_000));
    assert!(complains(&html, ComplaintKind::TooDeep));
    let json = format!("{{\"version\":\"https://jsonfeed.org/version/1\",\"items\":{}", "[".repeat(100_000));
    assert!(feed::read(json.as_bytes(), &Hints::default()).is_err());
    for open in ["<div>", "<b a>", "<font size=1>", "<table><tr><td>"] {
        let page = format!("<html><body>{}<p class=h-entry>", open.repeat(1_000_000 / open.len()));
        let took = busy(|| assert!(feed::read(page.as_bytes(), &Hints::default()).is_err()));
        assert!(took.as_secs() < 5, "{open}: {took:?}");
    }
}

#[test]
fn a_page_is_as_deep_as_a_browser_would_make_it() {
    let page = |inside: &str| format!("<html><body><p class=h-entry><i class=p-name>One</i></p>{inside}");
    let mut deep: Vec<_> = [
        "</a><b>",
        "</x><div>",
        "</x><svg>",
        "</dc:creator><x>",
        "<x-y></x>",
        "<li><dd>",
        "<x><div></x></div>",
        "<div><table></div></table>",
    ]
    .map(|piece| page(&piece.repeat(1_000_000 / piece.len())))
    .into();
    // Each paragraph would open all of them again.
    let bold = (0..500).map(|number| format!("<b a={number}>")).collect::<String>();
    deep.push(page(&format!("<div>{bold}</div>{}", "<p>x</p>".repeat(100_000))));
    for page in deep {
        let took = busy(|| assert!(feed::read(page.as_bytes(), &Hints::default()).is_err(), "{page:.80}"));
        assert!(took.as_secs() < 5, "{page:.80}: {took:?}");
    }
    // However it is written, what is not deep is read.
    for piece in [
        "</a>",
        "<div><b></div></b>",
        "<p><b>x</b>",
        "<ul><li>x</ul>",
        "<br>",
        "</div><em>\u{20ac}</em>",
        "<b></i>x</b>",
    ] {
        let feed = read(&page(&piece.repeat(10_000)));
        assert_eq!(titles(&feed), ["One"], "{piece}");
    }
}

#[test]
fn what_holds_its_own_kind_is_no_ladder() {
    let around =
        "<rss xmlns:media='http://search.yahoo.com/mrss/' xmlns:georss='http://www.georss.org/georss'><channel>";
    for name in [
        "source",
        "image",
        "textInput",
        "channel",
        "feed",
        "rss",
        "redirect",
        "author",
        "items",
        "media:group",
        "media:content",
        "georss:where",
        "itunes:owner",
        "itunes:category",
        "skipHours",
        "item",
        "title",
        "content",
        "link",
        "x:y",
    ] {
        let deep = format!("<{name}>").repeat(5_000);
        for text in [format!("{around}{deep}"), format!("{around}<item>{deep}"), deep] {
            // In as little room as a thread may have.
            let reading = std::thread::Builder::new().stack_size(1 << 20).spawn(move || {
                let _ = feed::read(text.as_bytes(), &Hints::default());
            });
            assert!(reading.unwrap().join().is_ok(), "{name}");
        }
    }
}

#[test]
fn entries_are_bounded() {
    let many = format!("<rss><channel>{}", "<item/>".repeat(MOST_ENTRIES + 5));
    let feed = read(&many);
    assert_eq!(feed.entries.len(), MOST_ENTRIES);
    assert!(feed.complaints.iter().any(|complaint| complaint.kind == ComplaintKind::TooMany));
}

#[test]
fn what_an_entry_lists_is_bounded() {
    for piece in ["<link href='a'/>", "<enclosure url='a'/>", "<media:content url='a'/>", "<media:thumbnail url='a'/>"]
    {
        for around in ["", "<media:group>"] {
            let media = "xmlns:media='http://search.yahoo.com/mrss/'";
            let listed = piece.repeat(20_000);
            let feed = read(&format!("<rss {media}><channel><item><title>One</title>{around}{listed}"));
            let entry = &feed.entries[0];
            let media = entry.media.as_ref().map_or(0, |media| media.contents.len() + media.thumbnails.len());
            let listed = entry.links.len() + entry.enclosures.len() + media;
            assert!((10_000..=10_001).contains(&listed), "{piece}: {listed}");
            assert!(feed.complaints.iter().any(|complaint| complaint.kind == ComplaintKind::TooMany), "{piece}");
        }
    }
    let around =
        "<rss xmlns:podcast='https://podcastindex.org/namespace/1.0' xmlns:psc='http://podlove.org/simple-chapters'
        xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel><item><title>One</title>";
    let podcast = |entry: &feed::Entry, count: fn(&feed::Podcast) -> usize| entry.podcast.as_deref().map_or(0, count);
    for (piece, most) in [
        ("<psc:chapters>*<psc:chapter start='1'/>", 10_000),
        ("*<podcast:person>Ann</podcast:person>", 1_000),
        ("*<podcast:funding url='a'/>", 1_000),
        ("*<podcast:transcript url='a'/>", 1_000),
        ("*<contributor>Ann</contributor>", 1_000),
        ("*<content:encoded>a</content:encoded>", 100),
        ("*<body>a</body>", 100),
        ("*<content>a</content>", 100),
    ] {
        let (before, piece) = piece.split_once('*').unwrap();
        let feed = read(&format!("{around}{before}{}", piece.repeat(20_000)));
        let entry = &feed.entries[0];
        let chapters = podcast(entry, |podcast| podcast.chapters.len());
        let of_podcast =
            podcast(entry, |podcast| podcast.people.len() + podcast.funding.len() + podcast.transcripts.len());
        assert_eq!(chapters + of_podcast + entry.content.len() + entry.contributors.len(), most, "{piece}");
        assert!(feed.complaints.iter().any(|complaint| complaint.kind == ComplaintKind::TooMany), "{piece}");
    }
    let shape = "1 2 ".repeat(300_000);
    let feed = read(&format!("<rss><channel><item><georss:polygon>{shape}</georss:polygon>"));
    assert_eq!(feed.entries[0].place, Some(feed::Place::Unreadable));
}

#[test]
fn complaints_are_bounded() {
    let feed = read(&format!("<rss><channel><title>{}</title>", "& ".repeat(100_000)));
    assert_eq!(feed.complaints.len(), 100);
}

#[test]
fn long_things_take_time_by_their_length_only() {
    let repeated = |piece: &str| piece.repeat(400_000 / piece.len());
    let around = |inside: &str| format!("<rss><channel><item><title>One</title><description>{inside}");
    for piece in [
        "<!--",
        "<![CDATA[",
        "<![CDATA[</x>",
        "<?x ",
        "<!DOCTYPE [",
        "<a b='",
        "<a b=\"<",
        "<a b=\"<c d='<",
        "&",
        "&a",
        "&#",
        "<",
        "</",
        "</a>",
        "<a>",
        "<a b=c ",
        "<a xml:base='x'>",
        "<a xmlns:b='c'>",
        "]]>",
        "<title>",
        "<item>",
        "&amp;",
        "='",
        "<a:b c:d='e'/>",
        "<image>",
        "<source>",
        "<author>",
        "<media:group>",
        "<div>",
        "<x/>",
        "\u{1}",
        "\u{80}",
        "\n",
        " <b/> ",
        "<p><link>",
        "<x:y><link>a</link>",
        "<x:y><link>a</link></x:y>",
        "<item/><title>",
        "</item><title>",
        "<![CDATA[<item>",
        "<item><title><![CDATA[",
        "<item><![CDATA[",
        "<title><a@",
        "<?php <",
        "<rss version=''>",
        "<channel xmlns='x'>",
    ] {
        // With much space before it, nothing may look through that again and again.
        let text = around(&format!("{}x{}", " ".repeat(200_000), repeated(piece)));
        let took = busy(|| assert!(!read(&text).entries.is_empty(), "{piece}"));
        // It takes a few hundredths of a second; a square would take minutes.
        assert!(took.as_secs() < 5, "{piece}: {took:?}");
    }
}

#[test]
fn what_was_looked_for_is_not_looked_for_again() {
    const LENGTH: usize = 3_000_000;
    let entry = |inside: &str| format!("<rss><channel><item>{inside}");
    let inline = "<feed xmlns='http://www.w3.org/2005/Atom'><entry><content type='xhtml'><div><itunes:owner>";
    let is_alone = format!("{}{}<x:a>", entry(" "), " ".repeat(LENGTH / 4));
    for (before, piece, behind) in [
        // Where an element ends that is open inside of an entry, over what itself does not end.
        (entry("<description><guid>"), "<!--", ""),
        (entry("<description><media:group>"), "<!--", ""),
        (entry("<title><description>"), "<!--", ""),
        (entry("<description><guid>"), "<![CDATA[<", ""),
        (format!("{inline}<content type='xhtml'>"), "<![CDATA[a", ""),
        (entry("</item><item/>"), "<title/><!--", ""),
        ("<rss><channel>".to_owned(), "<item <id <guid </id ", ""),
        // Whether it is all that its entry holds.
        (is_alone, "<guid/>", "</x:a></item>"),
        // An end that many beginnings share.
        (entry(""), "<?x>", "?>"),
        (entry(""), "<?x ", ">"),
        (entry(""), "<![cdata[", "<item>]]>"),
        (entry(""), "<title><![cdata[</title>", "<![CDATA[ ]]>"),
        // Whether a title is markup.
        (entry("<title>"), "&lt;b ", "&gt;</title></item>"),
    ] {
        let text = format!("{before}{}{behind}", piece.repeat(LENGTH / piece.len()));
        let took = busy(|| assert!(!read(&text).entries.is_empty(), "{before:.60}{piece}"));
        assert!(took.as_secs() < 5, "{before:.60}{piece}: {took:?}");
    }
    let frames = (0..LENGTH / 16).map(|number| format!("<p{number}:item>"));
    let text = format!("<rss><channel><item>{}", frames.collect::<String>());
    let took = busy(|| drop(read(&text)));
    assert!(took.as_secs() < 5, "prefixes: {took:?}");
}

#[test]
fn one_long_attribute() {
    let text = format!(
        "<rss><channel><item><enclosure url=\"{}\"/><title>One</title></item></channel></rss>",
        "x".repeat(50_000_000)
    );
    let feed = read(&text);
    assert_eq!(feed.entries[0].enclosures[0].address.len(), 50_000_000);
    assert_eq!(feed.entries[0].title.as_ref().unwrap().value, "One");
}

#[test]
fn nothing_grows_by_being_named_again_and_again() {
    // A long base address, an address of a namespace, and an author that every entry of a page would have.
    let long = format!("https://x.example/{}/", "a".repeat(100_000));
    let links = "<item><link href='y'/></item>".repeat(10_000);
    let drawings = "<svg:svg/>".repeat(10_000);
    let notes = "<p class=h-entry>".repeat(10_000);
    for text in [
        format!("<rss xml:base='{long}'><channel>{links}"),
        format!("<rss xml:base='{}'><channel>{}", &long[..1_900], links.repeat(10)),
        format!("<rss xmlns:svg='{long}'><channel><item><body>{drawings}"),
        format!("<html><div class=h-feed><a class='p-author h-card'>{long}</a>{notes}"),
    ] {
        let feed = read(&text);
        let json = serde_json::to_string(&feed::neutral::document(&feed, |text| text.value.clone())).unwrap();
        assert!(json.len() < text.len() * 8 + (2 << 20), "{} bytes became {}", text.len(), json.len());
    }
}

#[test]
fn many_of_a_kind_are_not_held_against_each_other() {
    let many = |piece: fn(usize) -> String| (0..100_000).map(piece).collect::<String>();
    for inside in [
        many(|number| format!("<author>a{number}</author>")),
        many(|number| format!("<link>https://x.example/{number}</link>")),
        many(|number| format!("<category>c{number}</category>")),
        format!("<author>{}", "&lt;a ".repeat(100_000)),
        format!("<author>{}&gt;", "&lt;".repeat(100_000)),
        format!("<author>{}", many(|number| format!("a{number}@b.example,"))),
        format!("<author>{}", "a@b.example ".repeat(100_000)),
    ] {
        for text in [format!("<rss><channel>{inside}"), format!("<rss><channel><item>{inside}")] {
            let took = busy(|| drop(read(&text)));
            assert!(took.as_secs() < 5, "{}: {took:?}", &inside[..20]);
        }
    }
}

#[test]
fn what_a_json_item_lists_is_bounded() {
    let many = |piece: fn(usize) -> String| (0..20_000).map(piece).collect::<Vec<_>>().join(",");
    let members = many(|number| format!("\"_{number}\":{{\"a\":1}}"));
    let files = many(|number| format!("{{\"url\":\"https://x.example/{number}\"}}"));
    let item = format!("{{\"id\":\"1\",{members},\"attachments\":[{files}]}}");
    // Whole, and cut off in the middle.
    for end in ["]}", ""] {
        let feed = read(&format!("{{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[{item}{end}"));
        assert_eq!((feed.entries[0].extensions.len(), feed.entries[0].enclosures.len()), (500, 10_000));
        let told = |word: &str| {
            let is_it = |one: &feed::Complaint| one.kind == ComplaintKind::TooMany && &*one.word == word;
            feed.complaints.iter().any(is_it)
        };
        assert!(told("attachments") && told("unknown members"), "{:?}", feed.complaints);
        let items = "{\"id\":\"1\"},".repeat(MOST_ENTRIES + 5);
        let feed = read(&format!("{{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[{items}{{}}{end}"));
        assert_eq!(feed.entries.len(), MOST_ENTRIES);
        assert!(feed.complaints.iter().any(|complaint| complaint.kind == ComplaintKind::TooMany));
    }
}

#[test]
fn attributes_are_bounded() {
    let many: String = (0..20_000).map(|number| format!(" a{number}")).collect();
    let feed = read(&format!(
        "<rss xmlns:media='http://search.yahoo.com/mrss/'><channel><cloud{many}/><item><x:y{many}/><media:content{many}/>"
    ));
    let entry = &feed.entries[0];
    let kept = [&feed.cloud, &entry.extensions[0].attributes, &entry.media.as_ref().unwrap().contents[0]];
    assert_eq!(kept.map(Vec::len), [1_000; 3]);
    let told = feed.complaints.iter().filter(|complaint| complaint.kind == ComplaintKind::TooMany);
    assert_eq!(told.map(|complaint| &*complaint.word).collect::<Vec<_>>(), ["cloud", "y", "content"]);
}
