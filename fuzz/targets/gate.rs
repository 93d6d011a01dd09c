//! The quick ways beside the trusted ones: what the recogniser passes is what ammonia would give back, the quick builder
//! builds what html5ever's tree construction builds, and the lexer cuts as its tokenizer cuts.

#![no_main]

use html::proof;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(markup) = std::str::from_utf8(bytes) else { return };
    proof::recogniser_agrees(markup);
    proof::builders_agree(markup);
    proof::lexer_agrees(markup);
});
