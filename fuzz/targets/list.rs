//! Any bytes as a list of feeds: no panic, and a list comes back as it was written.

#![no_main]

use feed::opml::{self, List, Outline};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    opml::read_plain(bytes);
    let Ok(list) = opml::read(bytes) else { return };
    let sound = List { title: list.title.clone(), outlines: list.outlines.clone(), complaints: Vec::new() };
    let written = opml::write(&sound);
    let back = opml::read(written.as_bytes()).expect("it was written by us");
    assert_eq!(shown(&back.outlines), shown(&sound.outlines), "{written}");
    assert_eq!(back.title, sound.title, "{written}");
    assert!(back.complaints.is_empty(), "{:?} in {written}", back.complaints);
});

/// What a list shows, line by line; attributes that nobody knows may have names that no XML can hold.
fn shown(outlines: &[Outline]) -> Vec<(&str, Option<&str>, Option<&str>, Vec<Vec<&str>>)> {
    outlines
        .iter()
        .map(|one| {
            let children = shown(&one.children).into_iter().map(|(text, ..)| vec![text]).collect();
            (one.text.as_str(), one.feed.as_deref(), one.site.as_deref(), children)
        })
        .collect()
}
