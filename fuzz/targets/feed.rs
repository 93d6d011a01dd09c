//! Any bytes as a feed: no panic, the same each time, and a model that keeps its promises and stays within its bounds.

#![no_main]

use feed::{Feed, Hints, neutral};
use libfuzzer_sys::fuzz_target;
use watersmeet_fuzz::base;

/// What servers say of types, chosen by the input's first byte.
const TYPES: [Option<&str>; 8] = [
    None,
    Some("text/xml"),
    Some("application/rss+xml; charset=utf-8"),
    Some("text/html; charset=windows-1252"),
    Some("application/json"),
    Some("text/xml; charset=utf-16"),
    Some("text/plain; charset=shift_jis"),
    Some("application/atom+xml; charset=\"no such\""),
];

fuzz_target!(|bytes: &[u8]| {
    let [first, bytes @ ..] = bytes else { return };
    let base = base();
    let address = (first & 8 == 0).then_some(&base);
    let hints = Hints { content_type: TYPES[usize::from(first & 7)], address, language: None };
    let read = feed::read(bytes, &hints);
    assert_eq!(read, feed::read(bytes, &hints), "the same each time");
    let Ok(feed) = read else { return };
    keeps_its_promises(&feed);
    let json = serde_json::to_vec(&neutral::document(&feed, |text| text.value.clone())).expect("it is plain JSON");
    // Entities may grow to a mebibyte in all, addresses by as much as the input and a mebibyte; all else is bounded
    // by what is written, and JSON writes a character in six at most.
    assert!(json.len() < (4 << 20) * 6 + bytes.len() * 100, "{} bytes became {}", bytes.len(), json.len());
});

fn keeps_its_promises(feed: &Feed) {
    assert!(feed.entries.len() <= feed::MOST_ENTRIES);
    assert!(feed.complaints.len() <= 100);
    assert!(feed.skip_hours.iter().all(|hour| *hour < 24));
    for entry in &feed.entries {
        let rare = [&entry.created, &entry.expires].into_iter().flatten().map(|date| &**date);
        for date in [&entry.published, &entry.updated].into_iter().flatten().chain(rare) {
            assert_eq!(date.at, feed::date::read(&date.raw), "{}", date.raw);
        }
        assert!(entry.link().is_none_or(|link| !link.is_empty()));
        assert!(entry.body().is_none_or(|text| !text.value.trim().is_empty()));
        assert!(entry.links.iter().all(|link| !link.rel.is_empty()));
        let rare = [&entry.subtitle, &entry.rights].into_iter().flatten().map(|text| &**text);
        for text in [&entry.title, &entry.summary].into_iter().flatten().chain(&entry.content).chain(rare) {
            assert!(!text.media_type().is_empty());
        }
    }
}
