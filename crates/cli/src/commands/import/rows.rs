//! Lists of projects and of organisations: what came of every row, told while it is taken in.

use std::io::Read;
use std::process::ExitCode;

use anyhow::{Context, Result};
use catalogue::Format;
use crawl::{RowFate, TakenIn, take_in_organisations, take_in_projects};
use serde::Serialize;

use super::MOST_REFUSED;
use crate::commands::{IN_PART, count, progress_bar, say_line};
use crate::settings::Settings;
use crate::wiring;

/// What the rows are.
#[derive(Clone, Copy)]
pub enum Of {
    Projects,
    Organisations,
}

pub async fn run(settings: &Settings, list: impl Read, format: Format, of: Of, json: bool) -> Result<ExitCode> {
    let clock = wiring::clock();
    let store = wiring::store(settings, &clock).await?;
    let bar = progress_bar("Importing");
    let (mut told, mut said) = (0, Ok(()));
    let mut tell = |row: &TakenIn| {
        bar.set_length(bar.position() + 1);
        bar.inc(1);
        if said.is_ok() && (json || is_worth_telling(row) && told < MOST_REFUSED) {
            told += usize::from(!json);
            said = if json { say_json(row) } else { say(row) };
        }
    };
    let now = clock.now();
    let taken = match of {
        Of::Projects => take_in_projects(&store, list, format, now, &mut tell).await,
        Of::Organisations => take_in_organisations(&store, list, format, now, &mut tell).await,
    };
    let done = bar.position();
    bar.finish_and_clear();
    let tally =
        taken.with_context(|| format!("after {done} rows, which are here (the same command again carries on)"))?;
    store.close().await;
    said?;
    if !json {
        let name = match of {
            Of::Projects => count(tally.taken, "project", "projects"),
            Of::Organisations => count(tally.taken, "organisation", "organisations"),
        };
        say_line(format_args!(
            "{name} taken, {} changed, {} unchanged, {} refused.{}",
            tally.changed,
            tally.unchanged,
            tally.refused,
            if told >= MOST_REFUSED { " --json tells of every row." } else { "" },
        ))?;
    }
    Ok(if tally.refused > 0 { ExitCode::from(IN_PART) } else { ExitCode::SUCCESS })
}

fn is_worth_telling(row: &TakenIn) -> bool {
    // What was left out of a row that changed nothing was told when it was first taken in.
    matches!(row.fate, RowFate::Refused(_)) || row.fate != RowFate::Unchanged && !row.notes.is_empty()
}

fn say(row: &TakenIn) -> Result<()> {
    let mut why: Vec<&str> = row.notes.iter().map(String::as_str).collect();
    if let RowFate::Refused(reason) = &row.fate {
        why.insert(0, reason);
    }
    let fate = if matches!(row.fate, RowFate::Refused(_)) { "refused" } else { "taken without a part" };
    let name = if row.label.is_empty() { String::new() } else { format!(" ({})", row.label) };
    say_line(format_args!("  Line {}{name}: {fate}: {}", row.line, why.join("; ")))
}

/// What came of a row, for programs.
#[derive(Serialize)]
struct Told<'a> {
    line: u64,
    name: &'a str,
    fate: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'a str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    notes: &'a [String],
}

fn say_json(row: &TakenIn) -> Result<()> {
    let (fate, why) = match &row.fate {
        RowFate::Taken => ("taken", None),
        RowFate::Changed => ("changed", None),
        RowFate::Unchanged => ("unchanged", None),
        RowFate::Refused(why) => ("refused", Some(why.as_str())),
    };
    let told = Told { line: row.line, name: &row.label, fate, why, notes: &row.notes };
    say_line(serde_json::to_string(&told).context("writing JSON")?)
}
