//! What the targets share: the eyes of another parser.

use url::Url;

#[path = "../../crates/html/tests/seen/mod.rs"]
pub mod seen;

/// The address that relative ones are read against.
pub fn base() -> Url {
    Url::parse("https://riverton.example/blog/").expect("a constant")
}
