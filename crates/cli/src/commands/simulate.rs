//! `simulate`: how soon posts would be seen, and at what price, without asking anybody.

use std::fs;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use crawl::simulate::{Habits, Simulation};

use super::{print_json, progress_bar, say};

/// Simulate polling many sources by the rule that `serve` follows and by those of others.
#[derive(clap::Args)]
pub struct Arguments {
    /// How many sources
    #[arg(long, value_name = "NUMBER", default_value_t = 1_000_000, value_parser = clap::value_parser!(u64).range(1..=4_000_000))]
    sources: u64,
    /// Over how many days
    #[arg(long, value_name = "NUMBER", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=90))]
    days: u32,
    /// What decides all that is left to chance: the same number gives the same result
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u64,
    /// How many threads [default: one for each core]
    #[arg(long, value_name = "NUMBER")]
    threads: Option<NonZero<usize>>,
    /// Draw the rhythms from the dates in the feeds of this folder, not from those that come with the program
    #[arg(long, value_name = "FOLDER")]
    feeds: Option<PathBuf>,
    /// Print these dates in the form in which they come with the program, and simulate nothing
    #[arg(long, requires = "feeds", conflicts_with_all = ["plot", "json"])]
    print_dates: bool,
    /// Write a picture of the result to this file, as SVG
    #[arg(long, value_name = "FILE")]
    plot: Option<PathBuf>,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

/// Simulates, and says what came of it.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let habits = match &arguments.feeds {
        None => Habits::bundled(),
        Some(folder) => of_folder(folder)?,
    };
    if arguments.print_dates {
        say(habits.to_text())?;
        return Ok(ExitCode::SUCCESS);
    }
    let cores = || std::thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN);
    let simulation = Simulation {
        sources: arguments.sources,
        days: arguments.days,
        seed: arguments.seed,
        threads: arguments.threads.unwrap_or_else(cores),
    };
    let bar = progress_bar("Simulating");
    let report = simulation.run(&habits, &|done, of| {
        bar.set_length(of as u64);
        bar.set_position(done as u64);
    });
    bar.finish_and_clear();
    if let Some(file) = &arguments.plot {
        fs::write(file, report.plot()).with_context(|| format!("writing the picture to {}", file.display()))?;
    }
    if arguments.json {
        print_json(&report)?
    } else {
        say(&report)?
    }
    Ok(ExitCode::SUCCESS)
}

/// The dates of every feed in a folder; what is no feed is passed over.
fn of_folder(folder: &Path) -> Result<Habits> {
    const LARGEST: u64 = 64 << 20;
    let reading = || format!("reading the folder {}", folder.display());
    let mut files: Vec<PathBuf> = vec![];
    for entry in fs::read_dir(folder).with_context(reading)? {
        let entry = entry.with_context(reading)?;
        let about = entry.metadata().with_context(|| format!("looking at {}", entry.path().display()))?;
        if about.is_file() && about.len() <= LARGEST {
            files.push(entry.path());
        }
    }
    let mut documents = vec![];
    for file in files {
        documents.push(fs::read(&file).with_context(|| format!("reading {}", file.display()))?);
    }
    let habits = Habits::of_feeds(documents);
    if habits.is_empty() {
        bail!("no file in {} is a feed with five dates over three hours or more", folder.display());
    }
    Ok(habits)
}
