//! The program `watersmeet`: reads the command line and the settings, makes the clock, and wires the rooms together.

mod commands;
mod logs;
mod settings;
mod wiring;

use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use tokio::runtime::{Builder, Runtime};

use commands::{
    check, crawl, export, import, parse, poll, reindex, request, search, serve, simulate, source, topic, update,
};
use settings::{LogLevel, Settings};

/// Reads, politely, what public-sector teams publish, and credits every original source.
#[derive(Parser)]
#[command(name = "watersmeet", version, max_term_width = 100, after_help = EXIT_CODES)]
struct Arguments {
    /// Settings file [default: watersmeet.toml, if there is one]
    #[arg(long, global = true, value_name = "FILE")]
    settings: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

/// What every command's exit code tells.
const EXIT_CODES: &str = "\
Exit codes:
  0  all went well
  1  it could not be done; the last line says why and what to do
  2  the command line is wrong
  3  it was done, but something in it failed: a source did not answer, a line was refused";

#[derive(Subcommand)]
enum Command {
    /// Run the site, and poll the sources while it runs
    Serve(serve::Arguments),
    /// Poll the sources without a site, beside other processes on one database
    Crawl,
    /// Look at the sources that are due, then exit
    Poll(poll::Arguments),
    /// Take in a list: of sources, of projects, or of organisations
    Import(import::Arguments),
    /// Give out the list of sources
    Export(export::Arguments),
    /// Add, list and change sources
    #[command(subcommand)]
    Source(source::Command),
    /// See and settle what people asked for: corrections and take-outs
    #[command(subcommand)]
    Request(request::Command),
    /// Say of posts that may tell of a project whether they do
    #[command(subcommand)]
    Update(update::Command),
    /// See what there is to write about, and say what a post or a project is about
    #[command(subcommand)]
    Topic(topic::Command),
    /// Is this installation well? What to do?
    Check(check::Arguments),
    /// Look for posts by their words and by their meaning
    Search(search::Arguments),
    /// Build the search index again from the posts, while the old one answers
    Reindex,
    /// Read feeds and print what is in them as JSON
    Parse(parse::Arguments),
    /// Simulate polling many sources: how soon posts are seen, and for how many requests
    Simulate(simulate::Arguments),
    /// Print every setting with its meaning and default, as a settings file
    Settings,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments) {
        Ok(code) => code,
        // Whoever read our words has read enough: `watersmeet source list | head`.
        Err(why) if is_broken_pipe(&why) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("watersmeet: {}", in_one_line(&why));
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<ExitCode> {
    let file = arguments.settings.as_deref();
    match arguments.command {
        Command::Serve(serve) => lasting(file, async |settings| serve::run(settings, &serve).await),
        Command::Crawl => lasting(file, crawl::run),
        Command::Poll(poll) => with_settings(file, async |settings| poll::run(settings, &poll).await),
        Command::Import(import) => with_settings(file, async |settings| import::run(settings, &import).await),
        Command::Export(export) => with_settings(file, async |settings| export::run(settings, &export).await),
        Command::Source(source) => with_settings(file, async |settings| source::run(settings, &source).await),
        Command::Request(request) => with_settings(file, async |settings| request::run(settings, &request).await),
        Command::Update(update) => with_settings(file, async |settings| update::run(settings, &update).await),
        Command::Topic(topic) => with_settings(file, async |settings| topic::run(settings, &topic).await),
        Command::Search(search) => with_settings(file, async |settings| search::run(settings, &search).await),
        Command::Reindex => with_settings(file, reindex::run),
        Command::Check(check) => with_settings(file, async |settings| check::run(settings, &check).await),
        Command::Simulate(simulate) => simulate::run(&simulate),
        Command::Parse(parse) => parse::run(file, &parse),
        Command::Settings => {
            commands::say(Settings::reference())?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// What runs until it is stopped does many things at once, on all cores, and says what it does.
fn lasting(file: Option<&Path>, command: impl AsyncFnOnce(&Settings) -> Result<ExitCode>) -> Result<ExitCode> {
    // Look-ups of names, and what computes; each of them has a bound of its own below this.
    const MOST_THREADS: usize = 64;
    let settings = Settings::load(file)?;
    logs::start(&settings.log, LogLevel::Info);
    let runtime = Builder::new_multi_thread().max_blocking_threads(MOST_THREADS).enable_all().build();
    wait_for(runtime, Box::pin(command(&settings)))
}

/// Every other command does one thing and waits for it, so one thread does, and its memory with it; what computes has
/// threads of its own. It says what it has to on standard output, and logs only trouble.
fn with_settings(file: Option<&Path>, command: impl AsyncFnOnce(&Settings) -> Result<ExitCode>) -> Result<ExitCode> {
    const MOST_THREADS: usize = 8;
    let settings = Settings::load(file)?;
    logs::start(&settings.log, LogLevel::Warn);
    let runtime = Builder::new_current_thread().max_blocking_threads(MOST_THREADS).enable_all().build();
    wait_for(runtime, Box::pin(command(&settings)))
}

/// Boxed, so that waiting is compiled once and not for every command.
fn wait_for(
    runtime: io::Result<Runtime>,
    command: Pin<Box<dyn Future<Output = Result<ExitCode>> + '_>>,
) -> Result<ExitCode> {
    runtime.context("starting the runtime")?.block_on(command)
}

fn is_broken_pipe(why: &anyhow::Error) -> bool {
    let cause = why.root_cause().downcast_ref::<io::Error>();
    cause.is_some_and(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}

/// An error and its causes as one sentence, each cause once: libraries like to say theirs twice.
fn in_one_line(why: &anyhow::Error) -> String {
    let mut said = String::new();
    for cause in why.chain().map(ToString::to_string) {
        if said.contains(&cause) {
            continue;
        }
        if !said.is_empty() {
            said.push_str(": ");
        }
        said.push_str(&cause);
    }
    said
}
