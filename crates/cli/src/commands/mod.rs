//! The commands: each reads its arguments, asks the rooms, and says what came of it.

pub mod check;
pub mod crawl;
pub mod export;
pub mod import;
pub mod parse;
pub mod poll;
pub mod reindex;
pub mod request;
pub mod search;
pub mod serve;
pub mod simulate;
pub mod source;
pub mod topic;
pub mod update;

use std::fmt::Display;
use std::io::{IsTerminal, Write};

use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

/// Exit code 3: it was done, but something in it failed.
const IN_PART: u8 = 3;

/// A progress bar for a waiting person; nothing where standard error is a file or a pipe.
fn progress_bar(what: &'static str) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{prefix} {bar:32} {pos}/{len} {wide_msg}")
        .expect("the template is well formed")
        .progress_chars("━━─");
    ProgressBar::new(0).with_style(style).with_prefix(what)
}

/// Says something on standard output. A reader that has gone (`| head`) or a full disk is an error, not a panic.
pub fn say(words: impl Display) -> Result<()> {
    write!(std::io::stdout(), "{words}").context("writing to standard output")
}

/// The same, as a line.
fn say_line(words: impl Display) -> Result<()> {
    say(format_args!("{words}\n"))
}

/// Prints a value as JSON for programs.
fn print_json(value: &impl Serialize) -> Result<()> {
    say_line(serde_json::to_string_pretty(value).context("writing JSON")?)
}

/// "1 post", "2 posts".
fn count(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
