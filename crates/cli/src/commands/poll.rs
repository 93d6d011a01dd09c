//! `poll`: looks at what is due, says what came of it, and exits with a code that tells.

use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use crawl::{Summary, Verdict, Which};
use model::{Clock, Time};
use serde::Serialize;

use super::{IN_PART, count, print_json, progress_bar, say};
use crate::settings::Settings;
use crate::wiring;

/// Look at the sources that are due, then exit.
///
/// Pictures and icons are fetched for up to some twenty seconds after that; a site that runs fetches the rest.
#[derive(clap::Args)]
pub struct Arguments {
    /// Look at all sources; never less than an hour after the last look, or what a server asked for
    #[arg(long, conflicts_with = "source")]
    all: bool,
    /// Look at this source alone, by the name in its address on the site
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// Act as if it were this time: 2026-11-23T09:30:00Z
    #[arg(long, value_name = "TIME")]
    at: Option<Time>,
    /// Print the summary as JSON
    #[arg(long)]
    json: bool,
}

pub async fn run(settings: &Settings, arguments: &Arguments) -> Result<ExitCode> {
    let clock = arguments.at.map_or_else(wiring::clock, |at| Clock::new(move || at));
    let store = wiring::store(settings, &clock).await?;
    let which = match &arguments.source {
        _ if arguments.all => Which::All,
        None => Which::Due,
        Some(name) => match store.source_by_slug(name).await? {
            Some(source) => Which::Source(source.record.id),
            None => bail!("there is no source “{name}”; “watersmeet source list” names them all"),
        },
    };
    let crawler = wiring::crawler(settings, store.clone(), wiring::net(settings, &[])?, clock);
    let bar = progress_bar("Polling");
    let shown = bar.clone();
    let summary = crawler
        .poll(which, &move |progress| {
            shown.set_length(progress.of);
            shown.set_position(progress.done);
            shown.set_message(progress.source.to_owned());
        })
        .await
        .context("polling")?;
    bar.set_message("then pictures and icons, for some seconds");
    crawler.errands().await.context("doing what is due beside polling")?;
    bar.finish_and_clear();
    store.close().await;
    if arguments.json {
        print_json(&Told::from(&summary))?;
    } else {
        say(in_words(&summary))?;
    }
    Ok(match summary.verdict() {
        Verdict::Well => ExitCode::SUCCESS,
        Verdict::SomeFailed => ExitCode::from(IN_PART),
        Verdict::AllFailed => ExitCode::FAILURE,
    })
}

/// The summary for people: a line, and one for each trouble.
fn in_words(summary: &Summary) -> String {
    if summary.looked_at == 0 {
        return match summary.too_soon {
            0 => "Nothing is due.\n".to_owned(),
            soon => format!("Nothing may be asked yet: it is too soon for {}.\n", count(soon, "source", "sources")),
        };
    }
    let mut said = format!("{summary}.\n");
    for (name, why) in &summary.troubles {
        said.push_str(&format!("  {name}: {why}\n"));
    }
    let named = summary.troubles.len() as u64;
    if summary.failed > named {
        let more = summary.failed - named;
        said.push_str(&format!("  and {more} more; “watersmeet source list --failing” names them all\n"));
    }
    if summary.unanswered == summary.looked_at {
        said.push_str("None of them answered, so the trouble may be on our side: is the network there?\n");
    }
    said
}

/// The summary for programs.
#[derive(Serialize)]
struct Told<'a> {
    looked_at: u64,
    with_news: u64,
    unchanged: u64,
    failed: u64,
    too_soon: u64,
    new_posts: u64,
    revised_posts: u64,
    troubles: Vec<Trouble<'a>>,
}

/// One source that failed.
#[derive(Serialize)]
struct Trouble<'a> {
    source: &'a str,
    why: &'a str,
}

impl<'a> From<&'a Summary> for Told<'a> {
    fn from(summary: &'a Summary) -> Self {
        Self {
            looked_at: summary.looked_at,
            with_news: summary.with_news,
            unchanged: summary.unchanged,
            failed: summary.failed,
            too_soon: summary.too_soon,
            new_posts: summary.new,
            revised_posts: summary.revised,
            troubles: summary.troubles.iter().map(|(source, why)| Trouble { source, why }).collect(),
        }
    }
}
