//! `watersmeet parse`: reads feeds and prints what is in them as JSON.

use std::io::{BufRead, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use url::Url;

/// What `watersmeet parse` is asked to do.
#[derive(clap::Args, Default)]
pub struct Arguments {
    /// Files to read; `-` is what comes in by standard input
    #[arg(value_name = "FILE", required_unless_present = "batch")]
    files: Vec<PathBuf>,
    /// Read lines of `path<TAB>content-type<TAB>address<TAB>language` and print a line of JSON for each
    #[arg(long, conflicts_with_all = ["files", "address", "content_type"])]
    batch: bool,
    /// Where the files are from; relative addresses start here
    #[arg(long, value_name = "URL")]
    address: Option<Url>,
    /// The content type that they were served with
    #[arg(long, value_name = "TYPE")]
    content_type: Option<String>,
}

/// Reads and prints; fails when one of the files is no feed.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let mut out = std::io::stdout().lock();
    if arguments.batch {
        for line in std::io::stdin().lock().lines() {
            let document = of_line(&line.context("reading a line")?);
            writeln!(out, "{document}").and_then(|()| out.flush()).context("writing")?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let mut failed = 0;
    for file in &arguments.files {
        let bytes = read(file)?;
        let content_type = arguments.content_type.as_deref();
        let hints = feed::Hints { content_type, address: arguments.address.as_ref(), language: None };
        let document = document(&bytes, &hints);
        failed += usize::from(document.get("error").is_some());
        writeln!(out, "{document:#}").context("writing")?;
    }
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::from(3) })
}

fn read(file: &PathBuf) -> Result<Vec<u8>> {
    if file.as_os_str() == "-" {
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut std::io::stdin().lock(), &mut bytes).context("reading standard input")?;
        return Ok(bytes);
    }
    if file.to_str().is_some_and(|name| name.starts_with("http://") || name.starts_with("https://")) {
        bail!("{} is an address: `parse` reads files; `source add` looks at addresses", file.display());
    }
    std::fs::read(file).with_context(|| format!("reading {}", file.display()))
}

fn of_line(line: &str) -> Value {
    let mut fields = line.split('\t');
    let file = fields.next().unwrap_or_default();
    let mut next = || fields.next().filter(|field| !field.is_empty());
    let (content_type, address, language) = (next(), next(), next());
    let address = address.and_then(|address| Url::parse(address).ok());
    match std::fs::read(file) {
        Ok(bytes) => document(&bytes, &feed::Hints { content_type, address: address.as_ref(), language }),
        Err(why) => feed::neutral::failure(&format!("{file}: {why}")),
    }
}

fn document(bytes: &[u8], hints: &feed::Hints<'_>) -> Value {
    match feed::read(bytes, hints) {
        Ok(feed) => feed::neutral::document(&feed, cleaned),
        Err(why) => feed::neutral::failure(&why),
    }
}

/// A text's markup as it may be shown.
fn cleaned(text: &feed::Text) -> String {
    html::sanitised(&text.value, text.base.as_deref()).as_str().to_owned()
}
