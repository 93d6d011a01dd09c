//! Lists of feeds, read and written.

use feed::ComplaintKind;
use feed::opml::{self, DEEPEST, List, NotAList, Outline};

#[track_caller]
fn read(text: &str) -> List {
    opml::read(text.as_bytes()).unwrap_or_else(|why| panic!("{why}: {text}"))
}

#[test]
fn groups_and_feeds() {
    let list = read(
        "<opml version='1.0'><head><title>Ours &amp; theirs</title></head><body>
         <outline text='Councils'><outline text='Riverton' type='rss' xmlUrl='https://riverton.example/feed'
           htmlUrl='https://riverton.example/' category='/a,/b' own='kept'/>
           <outline title='Only a title' xmlurl='https://tern.example/feed'/></outline>
         <outline type='link' text='A page' url='https://otter.example/'/></body></opml>",
    );
    assert_eq!(list.title.as_deref(), Some("Ours & theirs"));
    let feeds = list.feeds();
    let found: Vec<_> = feeds
        .iter()
        .map(|(groups, one)| (groups.as_slice(), one.text.as_str(), one.feed.as_deref().unwrap()))
        .collect();
    assert_eq!(
        found,
        [
            (["Councils"].as_slice(), "Riverton", "https://riverton.example/feed"),
            (["Councils"].as_slice(), "Only a title", "https://tern.example/feed"),
        ]
    );
    assert_eq!(feeds[0].1.other, [("own".to_owned(), "kept".to_owned())]);
    assert_eq!(list.outlines[1].site.as_deref(), Some("https://otter.example/"));
    assert_eq!(list.complaints, []);
}

#[test]
fn what_is_written_is_read_again() {
    let list = List {
        title: Some("A & B <c>".to_owned()),
        outlines: vec![Outline {
            text: "Gr\"o'up\n2".to_owned(),
            other: vec![("isOpen".to_owned(), "true".to_owned())],
            children: vec![Outline {
                text: "Riverton".to_owned(),
                title: Some("Riverton's & others'".to_owned()),
                feed: Some("https://riverton.example/?a=1&b=2".to_owned()),
                site: Some("https://riverton.example/".to_owned()),
                kind: Some("rss".to_owned()),
                category: Some("/x".to_owned()),
                description: Some("About".to_owned()),
                language: Some("cy".to_owned()),
                ..Outline::default()
            }],
            ..Outline::default()
        }],
        ..List::default()
    };
    let written = opml::write(&list);
    assert_eq!(read(&written), list, "{written}");
    assert_eq!(opml::write(&read(&written)), written);

    let twice = read("<opml><body><outline text='a' x='1' x='2' own='3' own='4'/></body></opml>");
    let written = opml::write(&twice);
    assert_eq!(read(&written).complaints, [], "{written}");
}

#[test]
fn a_link_with_two_addresses_is_written_with_both() {
    for attributes in ["url='b' htmlUrl='a'", "htmlUrl='a' url='b'", "url='a' url='b' htmlUrl=''", "htmlUrl='' url='a'"]
    {
        let list = read(&format!("<opml><body><outline text='A page' type='link' {attributes}/></body></opml>"));
        assert_eq!(list.outlines[0].site.as_deref(), Some("a"), "{attributes}");
        let written = opml::write(&list);
        let back = read(&written);
        assert_eq!((back.outlines, back.complaints), (list.outlines, Vec::new()), "{written}");
    }
}

#[test]
fn damaged_lists_are_read() {
    let list = read(
        "<opml><body><outline text='A & B' xmlUrl=https://a.example/feed?x=1&y=2><outline text='C' xmlUrl='https://c.example/'></body>",
    );
    assert_eq!(list.feeds().len(), 2);
    assert!(!list.complaints.is_empty());
}

#[test]
fn duplicates_are_kept_for_the_caller_to_judge() {
    let list =
        read("<opml><body><outline xmlUrl='https://a.example/'/><outline xmlUrl='https://a.example/'/></body></opml>");
    assert_eq!(list.feeds().len(), 2);
    assert_eq!(list.outlines[0].text, "https://a.example/");
}

#[test]
fn plain_lists() {
    let list =
        read("# ours\nhttps://a.example/feed\n\n  b.example Riverton # the blog\r\nnothing\nhttps://c.example/#x\n");
    let found: Vec<_> = list.feeds().iter().map(|(_, one)| (one.feed.as_deref().unwrap(), one.text.as_str())).collect();
    assert_eq!(
        found,
        [
            ("https://a.example/feed", "https://a.example/feed"),
            ("b.example", "Riverton"),
            ("https://c.example/#x", "https://c.example/#x")
        ]
    );
    assert_eq!(list.complaints[0].kind, ComplaintKind::NoAddress);
}

#[test]
fn what_is_no_list_is_told_in_a_sentence() {
    let check = |text: &str, why: NotAList| assert_eq!(opml::read(text.as_bytes()), Err(why), "{text}");
    check("", NotAList::Empty);
    check("just some words", NotAList::NotXml);
    check("<rss version='2.0'/>", NotAList::Feed);
    check("<html>", NotAList::OtherXml { root: "html".to_owned() });
    assert_eq!(NotAList::NotXml.to_string(), "it is no list of feeds: neither OPML nor one address a line");
}

#[test]
fn noise_is_no_list() {
    // A linear congruence is noise enough, and the same on every machine.
    let noise = |seed: u32, length: usize| -> Vec<u8> {
        let step = |state: &mut u32| {
            *state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            Some((*state >> 24) as u8)
        };
        std::iter::repeat_n((), length).scan(seed, |state, ()| step(state)).collect()
    };
    for seed in 0..50 {
        assert!(opml::read(&noise(seed, 20_000)).is_err(), "{seed}");
    }
    let letters: Vec<u8> = noise(7, 20_000).into_iter().map(|byte| 32 + byte % 95).collect();
    assert!(opml::read(&letters).is_err());
    let prose = "We write about bins.\nSee www.riverton.example for more.\nAnd e.g. this.\nThat is all.";
    assert_eq!(opml::read(prose.as_bytes()), Err(NotAList::NotXml));
}

#[test]
fn addresses_as_people_list_them() {
    let list = read(
        "a.example\n//b.example/feed\n127.0.0.1:8000/rss\nlocalhost:8001/feed\nftp://c.example\nmünchen.example/blog",
    );
    assert_eq!((list.feeds().len(), list.complaints.len()), (6, 0), "{list:?}");
    let list = read("a.example\nb.example\nc.example\ne.g.\n.net\n3.5\n");
    assert_eq!((list.feeds().len(), list.complaints.len()), (3, 3), "{list:?}");
}

#[test]
fn complaints_about_a_list_are_few() {
    let more = "<outline xmlUrl='https://x.example/'/>".repeat(opml::MOST_OUTLINES + 5_000);
    let list = read(&format!("<opml><body>{more}</body></opml>"));
    assert_eq!((list.outlines.len(), list.complaints.len()), (opml::MOST_OUTLINES, 1));
    let lines = "https://x.example/\n".repeat(20_000) + &"no address\n".repeat(5_000);
    assert_eq!(read(&lines).complaints.len(), 100);
}

#[test]
fn a_list_is_written_piece_by_piece() {
    let feed = |name: &str| Outline {
        text: name.to_owned(),
        feed: Some(format!("https://{name}.example/")),
        ..Outline::default()
    };
    let group = Outline { text: "Group".to_owned(), children: vec![feed("a"), feed("b")], ..Outline::default() };
    let list = List { title: Some("Ours".to_owned()), outlines: vec![group.clone(), feed("c")], complaints: vec![] };
    let mut writer = opml::Writer::new(Some("Ours"));
    let mut written = writer.take();
    writer.begin(&Outline { children: vec![], ..group });
    writer.outline(&feed("a"));
    written += &writer.take();
    writer.outline(&feed("b"));
    writer.close();
    writer.outline(&feed("c"));
    writer.end();
    written += &writer.take();
    assert_eq!(written, opml::write(&list));
}

#[test]
fn large_and_deep_lists() {
    let many: String =
        (0..20_000).map(|number| format!("<outline text='{number}' xmlUrl='https://x{number}.example/'/>")).collect();
    assert_eq!(read(&format!("<opml><body>{many}</body></opml>")).feeds().len(), 20_000);
    let deep = format!("<opml><body>{}<outline xmlUrl='https://x.example/'/>", "<outline text='g'>".repeat(200));
    let list = read(&deep);
    assert_eq!(list.feeds().len(), 1);
    assert!(list.feeds()[0].0.len() <= DEEPEST);
    read(&format!("<opml><body>{}", "<outline text='g'>".repeat(100_000)));
}
