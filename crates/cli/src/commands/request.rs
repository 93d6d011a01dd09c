//! `request`: the editor's desk for what people asked with the site's form.

use std::process::ExitCode;

use anyhow::{Result, bail};
use model::{RequestId, Time};
use serde::Serialize;
use store::{Request, RequestKind, RequestState, Store, Wishes};

use super::{count, print_json, say, say_line};
use crate::settings::Settings;
use crate::wiring;

/// See and settle what people asked for: corrections and take-outs.
#[derive(clap::Subcommand)]
pub enum Command {
    /// List the latest requests, those that wait for you first
    List {
        /// How many at most
        #[arg(long, default_value_t = 50)]
        most: u32,
        /// Print the list as JSON
        #[arg(long)]
        json: bool,
    },
    /// Show all of one request
    Show {
        /// Its number
        number: RequestId,
        /// Print it as JSON
        #[arg(long)]
        json: bool,
    },
    /// Do what it asks, as if control had been proved; “undo” takes it back
    Accept {
        /// Its number
        number: RequestId,
    },
    /// Undo what it did, or decline what it asks: everything is as it was before; “accept” takes it back
    Undo {
        /// Its number
        number: RequestId,
    },
}

pub async fn run(settings: &Settings, command: &Command) -> Result<ExitCode> {
    let clock = wiring::clock();
    let store = wiring::store(settings, &clock).await?;
    match command {
        Command::List { most, json } => {
            let requests = store.requests(*most).await?;
            if *json {
                print_json(&requests.iter().map(Told::from).collect::<Vec<_>>())?;
            } else {
                for request in &requests {
                    say_line(in_a_line(request, settings))?;
                }
                say_line(count(requests.len() as u64, "request", "requests"))?;
            }
        }
        Command::Show { number, json } => {
            let request = find(&store, *number).await?;
            if *json { print_json(&Told::from(&request))? } else { say(at_length(&request, settings))? }
        }
        Command::Accept { number } => {
            let request = find(&store, *number).await?;
            if !store.accept_request(*number, clock.now()).await? {
                bail!("request {number} is settled already ({})", request.state);
            }
            say_line(format_args!("Done: {}", in_a_line(&find(&store, *number).await?, settings)))?;
        }
        Command::Undo { number } => {
            let request = find(&store, *number).await?;
            if !store.undo_request(*number, clock.now()).await? {
                bail!("request {number} cannot be undone: {}", why_it_stays(&request));
            }
            say_line(format_args!("Undone: {}", in_a_line(&find(&store, *number).await?, settings)))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn find(store: &Store, number: RequestId) -> Result<Request> {
    match store.request_by_id(number).await? {
        Some(request) => Ok(request),
        None => bail!("there is no request {number}; “watersmeet request list” shows them all"),
    }
}

/// Why a request cannot be undone.
fn why_it_stays(request: &Request) -> &'static str {
    match request.state {
        RequestState::Undone => "it is undone already; “accept” does what it asks",
        RequestState::Proved => "whoever made it proved to be the owner, and what an owner took out stays out",
        _ => "another request for the same was proved, and what an owner took out stays out",
    }
}

/// "3. take out the source Riverton Digital (in force since 3 March 2026)".
fn in_a_line(request: &Request, settings: &Settings) -> String {
    let what = match (&request.kind, &request.post) {
        (RequestKind::Correct, _) => format!("correct {}", request.source.name),
        (RequestKind::TakeOut, Some(post)) => format!("take out “{}” of {}", post.title, request.source.name),
        (RequestKind::TakeOut, None) => format!("take out the source {}", request.source.name),
    };
    let made = request.made.in_zone(&settings.zone).strftime("%-d %B %Y");
    let stands = match request.state {
        RequestState::Waiting => "waiting for you or for a proof",
        RequestState::InForce => "in force until you undo it; final once proved",
        RequestState::Proved => "proved, and final",
        RequestState::Undone => "undone; “accept” does it after all",
        RequestState::Done => "done; “undo” takes it back",
    };
    format!("{}. {what} ({made}; {stands})", request.id)
}

fn at_length(request: &Request, settings: &Settings) -> String {
    let mut said = format!("{}\n", in_a_line(request, settings));
    let mut line = |what: &str, value: Option<&str>| {
        if let Some(value) = value {
            said.push_str(&format!("  {what:<10}{value}\n"));
        }
    };
    let Wishes { name, site, about, language, licence, show, address, contact } = &request.wishes;
    line("name", name.as_deref());
    line("site", site.as_deref());
    line("about", about.as_deref());
    line("language", language.as_ref().map(|language| language.as_str()));
    line("licence", licence.as_ref().map(|licence| licence.as_str()));
    line("shows", show.map(|show| show.as_str()));
    line("address", address.as_ref().map(|address| address.as_str()));
    line("contact", contact.as_deref());
    line("says", request.message.as_deref());
    line("proof", Some(&request.proof_line));
    said
}

/// A request for programs.
#[derive(Serialize)]
struct Told<'a> {
    number: RequestId,
    kind: &'static str,
    source: &'a str,
    post: Option<i64>,
    wishes: &'a Wishes,
    message: Option<&'a str>,
    state: &'static str,
    made: Time,
    proof_line: &'a str,
    proof_checked: Option<Time>,
    proof_found: Option<Time>,
    settled: Option<Time>,
}

impl<'a> From<&'a Request> for Told<'a> {
    fn from(request: &'a Request) -> Self {
        Self {
            number: request.id,
            kind: request.kind.as_str(),
            source: &request.source.slug,
            post: request.post.as_ref().map(|post| post.id.get()),
            wishes: &request.wishes,
            message: request.message.as_deref(),
            state: request.state.as_str(),
            made: request.made,
            proof_line: &request.proof_line,
            proof_checked: request.proof_checked,
            proof_found: request.proof_found_at,
            settled: request.settled,
        }
    }
}
