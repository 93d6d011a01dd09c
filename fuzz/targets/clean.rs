//! Any markup, cleaned: nothing but the allow list comes out, and cleaning that again changes nothing.

#![no_main]

use html::{Context, clean};
use libfuzzer_sys::fuzz_target;
use watersmeet_fuzz::base;
use watersmeet_fuzz::seen::forbidden;

fuzz_target!(|bytes: &[u8]| {
    let Ok(markup) = std::str::from_utf8(bytes) else { return };
    let base = base();
    let context = Context { base: Some(&base), title: Some("Title"), source_name: Some("Name") };
    let once = clean(markup, &context).html;
    assert_eq!(forbidden(once.as_str()), None, "{once}");
    let twice = clean(once.as_str(), &context).html;
    assert_eq!(once.as_str(), twice.as_str());
});
