//! Any text as a date: no panic, and an instant that is written as it is read.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(raw) = std::str::from_utf8(bytes) else { return };
    let Some(at) = feed::date::read(raw) else { return };
    let written = at.to_string();
    assert_eq!(feed::date::read(&written), Some(at), "{raw} is {written}");
    assert_eq!(feed::date::read(&format!("  {raw}\n")), Some(at), "white space around means nothing");
});
