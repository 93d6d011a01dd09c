//! Any markup, made safe: it is safe, it is so for good, and every letter of its text is still there.

#![no_main]

use html::sanitised;
use libfuzzer_sys::fuzz_target;
use watersmeet_fuzz::base;
use watersmeet_fuzz::seen::{forbidden_in_plain, forbidden_without_base, letters_of};

fuzz_target!(|bytes: &[u8]| {
    let Ok(markup) = std::str::from_utf8(bytes) else { return };
    let base = base();
    let once = sanitised(markup, Some(&base));
    assert_eq!(forbidden_in_plain(once.as_str()), None, "{once}");
    let twice = sanitised(once.as_str(), Some(&base));
    assert_eq!(once.as_str(), twice.as_str());
    let unplaced = sanitised(markup, None);
    assert_eq!(forbidden_without_base(unplaced.as_str()), None, "{unplaced}");
    assert_eq!(sanitised(unplaced.as_str(), None).as_str(), unplaced.as_str());
    // The other parser reads these otherwise than a browser without script does, or than we want to.
    let lower = markup.to_ascii_lowercase();
    if ["<!", "noscript", "annotation-xml", "iframe", "video", "audio"].iter().all(|name| !lower.contains(name)) {
        assert_eq!(letters_of(once.as_str()), letters_of(markup), "{once}");
    }
});
