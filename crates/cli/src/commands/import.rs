//! `import`: takes in a list of sources and says what came of every line.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use crawl::Fate;
use serde::Serialize;

use super::{IN_PART, count, print_json, progress_bar, say_line};
use crate::settings::Settings;
use crate::wiring;

/// Take in a list of sources: OPML, or one address a line.
#[derive(clap::Args)]
pub struct Arguments {
    /// The list; “-” reads standard input
    #[arg(value_name = "FILE", required_unless_present = "built_in")]
    file: Option<PathBuf>,
    /// Take the list that comes with the program: where the UK public sector publishes
    #[arg(long, conflicts_with = "file")]
    built_in: bool,
    /// Print what came of each line as JSON
    #[arg(long)]
    json: bool,
}

/// Where the UK public sector publishes.
const BUILT_IN: &[u8] = include_bytes!("../../../../sources/public-sector.opml");

/// The largest list that is read, in bytes: some hundred thousand sources.
const LARGEST: u64 = 64 << 20;

/// How many refused lines are told one by one: a person reads no more, and a list may hold a hundred thousand.
const MOST_REFUSED: usize = 20;

pub async fn run(settings: &Settings, arguments: &Arguments) -> Result<ExitCode> {
    let list = match &arguments.file {
        None => BUILT_IN.to_vec(),
        Some(file) => read(file)?,
    };
    let clock = wiring::clock();
    let store = wiring::store(settings, &clock).await?;
    let crawler = wiring::crawler(settings, store.clone(), wiring::net(settings, &[])?, clock);
    let bar = progress_bar("Importing");
    let imported = crawler
        .import(&list, &|done, of| {
            bar.set_length(of as u64);
            bar.set_position(done as u64);
        })
        .await;
    let (done, of) = (bar.position(), bar.length().unwrap_or_default());
    bar.finish_and_clear();
    let report = imported.with_context(|| match done {
        0 => "importing".to_owned(),
        _ => format!("after {done} of {of}, which are here (the same command again carries on)"),
    })?;
    store.close().await;
    let added = report.count(|fate| matches!(fate, Fate::Added | Fate::BroughtBack));
    let refused = report.refused().count();
    if arguments.json {
        let lines: Vec<Told> = report.lines.iter().map(Told::from).collect();
        print_json(&lines)?;
    } else {
        for complaint in &report.complaints {
            eprintln!("The list itself: {complaint}");
        }
        for (line, why) in report.refused().take(MOST_REFUSED) {
            say_line(format_args!("  {}. {}: {why}", line.number, line.name))?;
        }
        if refused > MOST_REFUSED {
            say_line(format_args!("  and {} more were refused; --json names them all", refused - MOST_REFUSED))?;
        }
        say_line(format_args!(
            "{} added, {} already there, {} refused.{}",
            count(added as u64, "source", "sources"),
            report.count(|fate| matches!(fate, Fate::AlreadyThere | Fate::Twice)),
            refused,
            if added > 0 { " “watersmeet poll” reads them, and so does “watersmeet serve”." } else { "" },
        ))?;
    }
    let is_whole = refused == 0 && report.complaints.is_empty();
    Ok(if !is_whole { ExitCode::from(IN_PART) } else { ExitCode::SUCCESS })
}

fn read(file: &Path) -> Result<Vec<u8>> {
    let what = || format!("reading {}", file.display());
    let mut list = vec![];
    let open: Box<dyn Read> = if file.as_os_str() == "-" {
        Box::new(std::io::stdin())
    } else {
        Box::new(File::open(file).with_context(what)?)
    };
    open.take(LARGEST + 1).read_to_end(&mut list).with_context(what)?;
    ensure!(list.len() as u64 <= LARGEST, "{} is larger than {} MB; split it", file.display(), LARGEST >> 20);
    Ok(list)
}

/// What came of one line, for programs.
#[derive(Serialize)]
struct Told<'a> {
    line: usize,
    name: &'a str,
    fate: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'a str>,
}

impl<'a> From<&'a crawl::Line> for Told<'a> {
    fn from(line: &'a crawl::Line) -> Self {
        let (fate, why) = match &line.fate {
            Fate::Added => ("added", None),
            Fate::BroughtBack => ("brought-back", None),
            Fate::AlreadyThere => ("already-there", None),
            Fate::Twice => ("twice", None),
            Fate::Refused(why) => ("refused", Some(why.as_str())),
        };
        Self { line: line.number, name: &line.name, fate, why }
    }
}
