//! `watersmeet parse`: reads feeds and prints what is in them as JSON.

use std::fmt::Display;
use std::io::{BufRead, BufWriter, Read, Write};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, anyhow, bail};
use feed::{Feed, Hints};
use model::Address;
use net::{Accept, Answer, Ask, Body, Client, Validators};
use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter};
use tokio::runtime::{Builder, Runtime};
use url::Url;

use super::IN_PART;
use crate::logs;
use crate::settings::{LogLevel, Settings};
use crate::wiring;

/// How a file begins that is packed with gzip.
const GZIP: [u8; 2] = [0x1F, 0x8B];

/// What `watersmeet parse` is asked to do.
#[derive(clap::Args, Default)]
pub struct Arguments {
    /// Files and addresses (http or https) to read; `-` is what comes in by standard input
    #[arg(value_name = "FILE|URL", required_unless_present = "batch")]
    feeds: Vec<String>,
    /// Read lines of `path<TAB>content-type<TAB>address<TAB>language` and print a line of JSON for each
    #[arg(long, conflicts_with_all = ["feeds", "address", "content_type"])]
    batch: bool,
    /// Where the files are from; relative addresses start here
    #[arg(long, value_name = "URL")]
    address: Option<Url>,
    /// The content type that the files were served with
    #[arg(long, value_name = "TYPE")]
    content_type: Option<String>,
}

/// Reads and prints a document for each feed, in order. What cannot be read is said on standard error, and is a
/// document with an `error`, so that a program can tell which one it was.
pub fn run(settings: Option<&Path>, arguments: &Arguments) -> Result<ExitCode> {
    if arguments.batch {
        return batch();
    }
    let mut door = None;
    let mut failed = 0;
    for name in &arguments.feeds {
        let read = if name.contains("://") {
            let address = Address::typed(name).with_context(|| format!("reading {name}"));
            address.and_then(|address| fetch(&mut door, settings, &address))
        } else {
            read(name, arguments)
        };
        let read = read.map_err(|why| crate::in_one_line(&why));
        if let Err(why) = &read {
            failed += 1;
            eprintln!("watersmeet: {why}");
        }
        print(&read, PrettyFormatter::new())?;
    }
    Ok(match failed {
        0 => ExitCode::SUCCESS,
        all if all == arguments.feeds.len() => ExitCode::FAILURE,
        _ => ExitCode::from(IN_PART),
    })
}

/// A line of JSON for each line that comes in, as soon as it has come.
fn batch() -> Result<ExitCode> {
    for (line, number) in std::io::stdin().lock().split(b'\n').zip(1..) {
        let line = line.context("reading a line of standard input")?;
        let read = match str::from_utf8(line.strip_suffix(b"\r").unwrap_or(&line)) {
            Ok("") => Err(anyhow!("line {number} is empty: it should begin with the path of a file")),
            Ok(line) => of_line(line),
            Err(_) => Err(anyhow!("line {number} is not written in UTF-8: give the file a name that is")),
        };
        print(&read.map_err(|why| crate::in_one_line(&why)), CompactFormatter)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints the document of a feed, or of what is none, and a line end.
fn print(read: &Result<Feed, String>, formatter: impl Formatter) -> Result<()> {
    let mut out = BufWriter::new(std::io::stdout().lock());
    let mut json = Serializer::with_formatter(&mut out, formatter);
    let written = match read {
        Ok(feed) => feed::neutral::document(feed, cleaned).serialize(&mut json),
        Err(why) => feed::neutral::failure(why).serialize(&mut json),
    };
    let written = written.map_err(std::io::Error::from).and_then(|()| writeln!(out)).and_then(|()| out.flush());
    written.context("writing to standard output")
}

fn of_line(line: &str) -> Result<Feed> {
    let mut fields = line.split('\t');
    let file = fields.next().unwrap_or_default();
    let mut next = || fields.next().filter(|field| !field.is_empty());
    let (content_type, address, language) = (next(), next(), next());
    let address = address.and_then(|address| Url::parse(address).ok());
    let bytes = std::fs::read(file).with_context(|| format!("reading {file}"))?;
    feed_in(file, &bytes, &Hints { content_type, address: address.as_ref(), language })
}

/// Reads a file, or standard input.
fn read(name: &str, arguments: &Arguments) -> Result<Feed> {
    let hints =
        Hints { content_type: arguments.content_type.as_deref(), address: arguments.address.as_ref(), language: None };
    if name == "-" {
        let mut bytes = Vec::new();
        std::io::stdin().lock().read_to_end(&mut bytes).context("reading standard input")?;
        return feed_in("standard input", &bytes, &hints);
    }
    let bytes = std::fs::read(name).with_context(|| format!("reading {name}"))?;
    feed_in(name, &bytes, &hints)
}

/// The door out, and what waits for its answers.
struct Door {
    runtime: Runtime,
    net: Client,
}

impl Door {
    fn open(settings: Option<&Path>) -> Result<Self> {
        let settings = Settings::load(settings)?;
        logs::start(&settings.log, LogLevel::Warn);
        let runtime = Builder::new_current_thread().enable_all().build().context("starting the runtime")?;
        Ok(Self { runtime, net: wiring::net(&settings, &[])? })
    }
}

/// Asks for an address, as politely as a poll does, and reads the answer. The door is opened for the first one.
fn fetch(door: &mut Option<Door>, settings: Option<&Path>, address: &Address) -> Result<Feed> {
    let door = match door {
        Some(door) => door,
        None => door.insert(Door::open(settings)?),
    };
    let validators = Validators::default();
    let ask = Ask { address, validators: &validators, accept: Accept::Feed };
    let reply = door.runtime.block_on(door.net.ask(&ask)).with_context(|| format!("reading {address}"))?;
    let Answer::Body(Body { bytes, content_type, content_language, .. }) = reply.answer else {
        bail!("reading {address}: {} answered {}, not with a feed", reply.final_address.host(), reply.status);
    };
    let hints = Hints {
        content_type: content_type.as_deref(),
        address: Some(reply.final_address.url()),
        language: content_language.as_deref(),
    };
    feed_in(address, &bytes, &hints)
}

fn feed_in(name: impl Display, bytes: &[u8], hints: &Hints<'_>) -> Result<Feed> {
    if bytes.starts_with(&GZIP) {
        bail!("{name} is packed with gzip: unpack it first, such as with gunzip");
    }
    feed::read(bytes, hints).with_context(|| format!("{name} is no feed"))
}

/// A text's markup as it may be shown.
fn cleaned(text: &feed::Text) -> String {
    html::sanitised(&text.value, text.base.as_deref()).as_str().to_owned()
}
