//! Prints what is new in a feed: `curl -s https://riverton.example/feed | cargo run --example titles`.

use std::io::Read;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes)?;
    let feed = feed::read(&bytes, &feed::Hints::default())?;
    for entry in &feed.entries {
        let title = entry.title.as_ref().map_or("(no title)", |title| &title.value);
        let when = entry.published.as_ref().or(entry.updated.as_ref()).and_then(|date| date.at);
        let when = when.map_or_else(|| "(no date)".to_owned(), |at| at.to_string());
        println!("{when}  {title}  {}", entry.link().unwrap_or("(no link)"));
    }
    for complaint in &feed.complaints {
        eprintln!("{complaint}");
    }
    Ok(())
}
