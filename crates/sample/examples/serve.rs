//! Serves the sector by itself, to look at it with a browser: `cargo run -p watersmeet-sample --example serve -- 8001`.

use std::io::Error;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let mut words = std::env::args().skip(1);
    let port = words.next().map_or(Ok(8001), |port| port.parse()).map_err(Error::other)?;
    let anchor = words.next().unwrap_or_else(|| "2026-11-23T09:00:00Z".to_owned()).parse().map_err(Error::other)?;
    let running = sample::start(anchor, port).await?;
    print!("{}", running.opml());
    eprintln!("Serving http://localhost:{} until Ctrl+C", running.port());
    tokio::signal::ctrl_c().await
}
