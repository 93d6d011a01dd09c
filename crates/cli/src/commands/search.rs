//! `search`: looks for posts by their words and by their meaning.

use std::fmt::Write;
use std::process::ExitCode;

use anyhow::{Context, Result};
use web::{Findings, SearchJson, Shelf, Standing};

use super::{count, print_json, progress_bar, say};
use crate::settings::Settings;
use crate::wiring;

/// Look for posts by their words and by their meaning
#[derive(clap::Args)]
pub struct Arguments {
    /// Words or a sentence, "phrases" in quotes of their own, source:NAME, org:NAME, topic:NAME, lang:CODE, after:DAY, before:DAY; what
    /// begins with a minus is left out, and comes after --
    #[arg(required = true)]
    words: Vec<String>,
    /// How many posts to show
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=50))]
    most: u16,
    /// Print what was found as JSON
    #[arg(long)]
    json: bool,
}

pub async fn run(settings: &Settings, arguments: &Arguments) -> Result<ExitCode> {
    let clock = wiring::clock();
    let store = wiring::store(settings, &clock).await?;
    let shelf = wiring::shelf(settings, store.clone())?;
    bring_up_to_date(&shelf).await?;
    let typed = arguments.words.join(" ");
    let today = clock.now().timestamp().to_zoned(settings.zone.clone()).date();
    let found = web::find(&shelf, &store, &typed, today, &settings.zone, usize::from(arguments.most))
        .await
        .context("searching the posts")?;
    if arguments.json {
        print_json(&SearchJson::new(&typed, &found, &settings.public_address()))?;
    } else {
        say(in_words(&found, settings))?;
    }
    store.close().await;
    Ok(ExitCode::SUCCESS)
}

/// Reads what is not in the index yet, if no other process does that.
pub(super) async fn bring_up_to_date(shelf: &Shelf) -> Result<()> {
    let bar = progress_bar("Reading posts");
    let told = |standing| {
        if let Standing::Filling { done, all } | Standing::Again { done, all } = standing {
            bar.set_length(all as u64);
            bar.set_position(done as u64);
        }
    };
    shelf.catch_up(told).await.context("bringing the search index up to date")?;
    bar.finish_and_clear();
    Ok(())
}

fn in_words(found: &Findings, settings: &Settings) -> String {
    let all = count(found.among as u64, "post", "posts");
    let mut said = match (found.posts.len(), found.is_near_only) {
        (0, _) if found.unread_in_words().is_some() => "Nothing like this was found.\n".to_owned(),
        (0, _) => format!("Nothing like this is in {all}.\n"),
        (_, true) => format!("Nothing in {all} says this. These come nearest:\n"),
        (_, false) => format!("{} of {all}; the best:\n", found.counts.texts),
    };
    for note in found.understood_in_words().chain(found.unread_in_words()).chain(found.unfollowed.iter().cloned()) {
        writeln!(said, "{note}").expect("a String takes all that is written to it");
    }
    for found in &found.posts {
        let card = &found.post.card;
        let day = card.place.timestamp().to_zoned(settings.zone.clone()).date();
        let link = card.link.as_deref().unwrap_or("(no address of its own)");
        let words = format!("\n{}\n  {}, {day}\n  {link}\n", card.title, card.source.name);
        said.push_str(&words);
        let reason = found.in_words();
        if !reason.is_empty() {
            writeln!(said, "  {reason}").expect("a String takes all that is written to it");
        }
    }
    said
}
