//! Cleans many pieces of markup: reads a JSON string a line, and prints what [`html::clean`] and [`html::sanitised`] make of
//! it as a JSON object a line; `unplaced` is what the latter makes of it without a base. Programs in other languages can drive the cleaner with it; the browser tests do.

use std::io::{BufRead, Write};

use html::{Context, clean, sanitised};
use serde_json::json;
use url::Url;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let base = Url::parse("https://riverton.example/blog/")?;
    let context = Context { base: Some(&base), ..Context::default() };
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let markup: String = serde_json::from_str(&line?)?;
        let cleaned = clean(&markup, &context);
        let safe = sanitised(&markup, Some(&base));
        let unplaced = sanitised(&markup, None);
        let line = json!({ "clean": cleaned.html.as_str(), "sanitised": safe.as_str(), "unplaced": unplaced.as_str() });
        writeln!(out, "{line}")?;
    }
    Ok(())
}
