//! Cleans the markup on standard input: `cargo run -p watersmeet-html --example clean -- https://riverton.example/post`.

use std::io::Read;

use html::{Context, clean};
use url::Url;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let base = std::env::args().nth(1).map(|address| Url::parse(&address)).transpose()?;
    let mut markup = String::new();
    std::io::stdin().read_to_string(&mut markup)?;
    let cleaned = clean(&markup, &Context { base: base.as_ref(), ..Context::default() });
    println!("{}", cleaned.html);
    if let Some(home) = cleaned.canonical_hint {
        eprintln!("published first at {home}");
    }
    Ok(())
}
