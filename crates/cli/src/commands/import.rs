//! `import`: takes in a list of sources, projects or organisations and says what came of every line.

mod page;
mod rows;

use std::fs::File;
use std::io::Read;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail, ensure};
use catalogue::{Format, Kind};
use crawl::Fate;
use crawl::look::Looker;
use crawl::project_at::ProjectAt;
use model::Address;
use serde::Serialize;

use super::{IN_PART, count, print_json, progress_bar, say_line};
use crate::settings::Settings;
use crate::wiring;

/// Take in a list: of sources (OPML, or one address a line), of projects, or of organisations (CSV or JSON); or a project's
/// publiccode.yml, or a draft of its page.
///
/// An address is looked up: a list or a publiccode.yml there, or in the repository there, is taken in like a file; a project's
/// page makes a draft, which is shown and taken in only with “--yes”. What it is a list of is told by its content. Projects and organisations have their columns or keys in any order: “title”
/// is enough, and “id”, “summary”, “organisation”, “phase” and “url” help. The same list again changes nothing.
#[derive(clap::Args)]
pub struct Arguments {
    /// The list, or an address that begins with http:// or https://; “-” reads standard input
    #[arg(value_name = "FILE|ADDRESS", required_unless_present_any = ["built_in", "councils"])]
    file: Option<PathBuf>,
    /// Take the list that comes with the program: where the UK public sector publishes
    #[arg(long, conflicts_with = "file")]
    built_in: bool,
    /// Take the register that comes with the program: the UK's 470 councils
    #[arg(long, conflicts_with_all = ["file", "built_in", "kind"])]
    councils: bool,
    /// What it is a list of, where that is not certain
    #[arg(long = "as", value_name = "KIND")]
    kind: Option<As>,
    /// Take in the draft that a project's page makes
    #[arg(long)]
    yes: bool,
    /// Print what came of each line as JSON; of projects and organisations one object a line
    #[arg(long)]
    json: bool,
}

/// What a list is a list of.
#[derive(Clone, Copy, PartialEq, clap::ValueEnum)]
enum As {
    Sources,
    Projects,
    Organisations,
}

/// Where the UK public sector publishes.
const BUILT_IN: &[u8] = include_bytes!("../../../../sources/public-sector.opml");

/// The UK's councils.
const COUNCILS: &[u8] = include_bytes!("../../../../registers/uk-local-authorities.csv");

/// The largest list of sources that is read, in bytes: some hundred thousand of them.
const LARGEST: u64 = 64 << 20;

/// How many refused lines are told one by one: a person reads no more, and a list may hold a hundred thousand.
const MOST_REFUSED: usize = 20;

pub async fn run(settings: &Settings, arguments: &Arguments) -> Result<ExitCode> {
    let at = arguments.file.as_deref().and_then(|file| file.to_str()).filter(|file| is_address(file));
    let (name, mut list): (String, Box<dyn Read>) = match &arguments.file {
        _ if let Some(written) = at => {
            let looker = Looker::new(wiring::net(settings, &[])?, wiring::clock(), 1);
            match looker.project_at(&Address::parse(written)?).await? {
                ProjectAt::File { address, bytes } => (address.to_string(), Box::new(std::io::Cursor::new(bytes))),
                ProjectAt::Page { address, page, tried } => {
                    return page::run(settings, &address, &page, &tried, arguments.yes, arguments.json).await;
                }
            }
        }
        _ if arguments.councils => ("the register".to_owned(), Box::new(COUNCILS)),
        None => ("the list".to_owned(), Box::new(BUILT_IN)),
        Some(file) if file.as_os_str() == "-" => ("standard input".to_owned(), Box::new(std::io::stdin())),
        Some(file) => {
            let opened = File::open(file).with_context(|| format!("reading {}", file.display()))?;
            (file.display().to_string(), Box::new(opened))
        }
    };
    let mut head = vec![];
    let read = list.by_ref().take(catalogue::HEAD as u64).read_to_end(&mut head);
    read.with_context(|| format!("reading {name}"))?;
    let kind = told(catalogue::kind(&head), arguments.kind, &head)
        .with_context(|| format!("{name}: say what it is with --as sources, --as projects or --as organisations"))?;
    let list = std::io::Cursor::new(head).chain(list);
    match kind {
        Kind::Projects(format) => rows::run(settings, list, format, rows::Of::Projects, arguments.json).await,
        Kind::Organisations(format) => rows::run(settings, list, format, rows::Of::Organisations, arguments.json).await,
        Kind::Sources | Kind::Unsure(_) => {
            let mut whole = vec![];
            let read = list.take(LARGEST + 1).read_to_end(&mut whole);
            read.with_context(|| format!("reading {name}"))?;
            ensure!(whole.len() as u64 <= LARGEST, "{name} is larger than {} MB; split it", LARGEST >> 20);
            sources(settings, &whole, arguments.json).await
        }
    }
}

/// Whether somebody means an address and no file.
fn is_address(written: &str) -> bool {
    let start = written.get(..8).unwrap_or(written).to_ascii_lowercase();
    start.starts_with("http://") || start.starts_with("https://")
}

/// What a list is: as somebody says, else as it looks.
fn told(looks: Kind, said: Option<As>, head: &[u8]) -> Result<Kind> {
    let format = match &looks {
        Kind::Projects(format) | Kind::Organisations(format) => *format,
        _ => match head.iter().find(|byte| !byte.is_ascii_whitespace()) {
            Some(b'{') => Format::JsonLines,
            Some(b'[') => Format::JsonArray,
            _ => Format::Csv,
        },
    };
    Ok(match (said, looks) {
        (Some(As::Sources), _) => Kind::Sources,
        (Some(As::Organisations), Kind::Projects(Format::PublicCode)) => {
            bail!("it is a publiccode.yml, which tells of a project")
        }
        (Some(As::Projects), _) => Kind::Projects(format),
        (Some(As::Organisations), _) => Kind::Organisations(format),
        (None, Kind::Unsure(why)) => bail!("{why}"),
        (None, looks) => looks,
    })
}

async fn sources(settings: &Settings, list: &[u8], json: bool) -> Result<ExitCode> {
    let clock = wiring::clock();
    let store = wiring::store(settings, &clock).await?;
    let crawler = wiring::crawler(settings, store.clone(), wiring::net(settings, &[])?, clock);
    let bar = progress_bar("Importing");
    let imported = crawler
        .import(list, &|done, of| {
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
    if json {
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
