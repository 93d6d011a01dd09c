//! `check`: is this installation well, and what is to be done? Asks nobody outside, unless it is told to.

use std::io::ErrorKind;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;
use crawl::checkup::{self, Finding, Found, Grade, Stored, Unwritable};
use crawl::weather;
use model::Time;
use serde::Serialize;
use store::{Database, Marks, Store, StoreError};

use super::{IN_PART, print_json, say};
use crate::settings::Settings;
use crate::wiring;

/// Is this installation well? What to do?
#[derive(clap::Args)]
pub struct Arguments {
    /// Also look up the names of some sources; without it nothing leaves this machine
    #[arg(long)]
    ask: bool,
    /// Print what was found as JSON
    #[arg(long)]
    json: bool,
}

/// Under which name the store keeps when it was checked last: a write that tells whether writing works.
const KEPT_UNDER: &str = "checked";

/// How many names are looked up.
const NAMES: usize = 5;

pub async fn run(settings: &Settings, arguments: &Arguments) -> Result<ExitCode> {
    let now = wiring::clock().now();
    let database = settings.database();
    let (free_bytes, unwritable) = match &database {
        Database::File(file) => (space(file), unwritable(file.parent().unwrap_or(Path::new(".")))),
        Database::Postgres(_) => (None, None),
    };
    let mut looked_up = vec![];
    let stored = match &database {
        Database::File(file) if !file.exists() => Ok(Stored::default()),
        _ => match Store::open(&database, now).await {
            Ok(store) => {
                if arguments.ask {
                    looked_up = look_up(settings, &store).await?;
                }
                let stored = stored(&store, now).await;
                store.close().await;
                stored
            }
            Err(why) => Err(why),
        },
    };
    // Where not even a trial fits into the folder, what the database calls a failing disk is a full one.
    let is_full = unwritable.as_ref().is_some_and(|unwritable| unwritable.is_full);
    let stored =
        stored.map_err(|why| if is_full && matches!(why, StoreError::Disk { .. }) { StoreError::Full } else { why });
    let found = Found {
        now,
        zone: settings.zone.clone(),
        has_address: settings.address.is_some(),
        has_contact: settings.contact.is_some(),
        free_bytes,
        unwritable,
        database: stored.map_err(|why| why.to_string()),
        looked_up,
    };
    let findings = checkup::judge(&found);
    if arguments.json {
        print_json(&Told::from(findings.as_slice()))?
    } else {
        say(in_words(&findings))?
    }
    Ok(match findings.iter().map(|finding| finding.grade).min() {
        Some(Grade::Wrong) => ExitCode::FAILURE,
        Some(Grade::Look) => ExitCode::from(IN_PART),
        _ => ExitCode::SUCCESS,
    })
}

/// Free bytes on the disk that holds a file or will hold it.
fn space(file: &Path) -> Option<u64> {
    let there = file.ancestors().skip(1).find(|folder| folder.exists()).unwrap_or(Path::new("."));
    let there = if there.as_os_str().is_empty() { Path::new(".") } else { there };
    let disk = rustix::fs::statvfs(there).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// Why nothing can be written into a folder; `None` if something can, or if the folder is yet to be made.
fn unwritable(folder: &Path) -> Option<Unwritable> {
    if !folder.exists() {
        return None;
    }
    let probe = folder.join(format!(".check-{}", std::process::id()));
    let written = std::fs::write(&probe, b"A trial of watersmeet check; it may be deleted.\n");
    // What could not be written need not be there.
    let _ = std::fs::remove_file(&probe);
    let why = written.err()?;
    let is_full = matches!(why.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge);
    Some(Unwritable { why: why.to_string(), is_full })
}

/// What the database says, and whether it can be written.
async fn stored(store: &Store, now: Time) -> Result<Stored, StoreError> {
    store.put_setting(KEPT_UNDER, &now.to_string()).await?;
    let marks =
        Marks { overdue: now - checkup::OVERDUE, lease: now + checkup::LONGEST_LEASE, far: now + checkup::FURTHEST };
    let mut failing = vec![];
    for (outcome, count) in store.failing().await? {
        failing.push((outcome, count, store.failing_so(outcome, checkup::NAMED).await?));
    }
    let kept = store.setting(weather::KEPT_UNDER).await?;
    let largest = net::Settings::default().largest;
    Ok(Stored {
        facts: store.facts(&marks).await?,
        trouble: kept.and_then(|kept| serde_json::from_str(&kept).ok()),
        failing,
        large: store.large_documents(largest / checkup::LARGE, checkup::NAMED).await?,
        stuck_moves: store.stuck_moves(checkup::NAMED).await?,
        host_waits: store.host_waits().await?,
        update_questions: store.waiting_update_questions().await?,
    })
}

/// Looks up the names of a few sources, and asks them for nothing.
async fn look_up(settings: &Settings, store: &Store) -> Result<Vec<(String, Option<String>)>> {
    let net = wiring::net(settings, &[])?;
    let mut looked_up: Vec<(String, Option<String>)> = vec![];
    for id in store.polled_sources().await? {
        let Some(source) = store.source(id).await? else { continue };
        let host = source.address.host().to_owned();
        if looked_up.iter().any(|(known, _)| *known == host) {
            continue;
        }
        let why = net.find(&source.address).await.err().map(|why| why.to_string());
        looked_up.push((host, why));
        if looked_up.len() >= NAMES {
            break;
        }
    }
    Ok(looked_up)
}

/// The findings for people: what is wrong first, each with what to do.
fn in_words(findings: &[Finding]) -> String {
    let mut said = String::new();
    for finding in findings {
        let mark = match finding.grade {
            Grade::Wrong => "WRONG ",
            Grade::Look => "LOOK  ",
            Grade::Well => "well  ",
        };
        said.push_str(&format!("{mark}{}\n", finding.what));
        for (name, slug, says) in &finding.sources {
            said.push_str(&format!("        {name} ({slug}) {says}\n"));
        }
        if let Some(to_do) = &finding.to_do {
            said.push_str(&format!("      → {to_do}\n"));
        }
    }
    let worst = findings.iter().map(|finding| finding.grade).min();
    said.push_str(match worst {
        Some(Grade::Wrong) => "This installation is not well.\n",
        Some(Grade::Look) => "This installation is well; a person should look at some things.\n",
        _ => "This installation is well.\n",
    });
    said
}

/// The findings for programs.
#[derive(Serialize)]
struct Told<'a> {
    is_well: bool,
    findings: Vec<FindingJson<'a>>,
}

/// One finding.
#[derive(Serialize)]
struct FindingJson<'a> {
    grade: &'static str,
    about: &'static str,
    what: &'a str,
    to_do: Option<&'a str>,
    sources: Vec<SourceJson<'a>>,
}

/// A source that a finding is about.
#[derive(Serialize)]
struct SourceJson<'a> {
    name: &'a str,
    slug: &'a str,
    says: &'a str,
}

impl<'a> From<&'a [Finding]> for Told<'a> {
    fn from(findings: &'a [Finding]) -> Self {
        let finding = |finding: &'a Finding| FindingJson {
            grade: finding.grade.as_str(),
            about: finding.about,
            what: &finding.what,
            to_do: finding.to_do.as_deref(),
            sources: finding.sources.iter().map(|(name, slug, says)| SourceJson { name, slug, says }).collect(),
        };
        Self {
            is_well: findings.iter().all(|finding| finding.grade != Grade::Wrong),
            findings: findings.iter().map(finding).collect(),
        }
    }
}
