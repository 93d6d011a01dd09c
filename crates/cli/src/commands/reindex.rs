//! `reindex`: builds the search index again from the posts, while the old one answers.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Result, bail};

use super::search::bring_up_to_date;
use super::{count, progress_bar, say};
use crate::settings::Settings;
use crate::wiring;

/// How often to look how far another process is.
const LOOK: Duration = Duration::from_millis(500);
/// How many looks another process has to begin: a minute.
const BEGINS_WITHIN: u32 = 120;

pub async fn run(settings: &Settings) -> Result<ExitCode> {
    let clock = wiring::clock();
    let store = wiring::store(settings, &clock).await?;
    let shelf = wiring::shelf(settings, store.clone())?;
    shelf.build_again()?;
    if shelf.is_kept_here() {
        bring_up_to_date(&shelf).await?;
    } else {
        wait_for_another(&shelf, store.count(&store::RiverFilter::default()).await?).await?;
    }
    say(format_args!("The search index was built again, of {}.\n", count(shelf.len() as u64, "post", "posts")))?;
    store.close().await;
    Ok(ExitCode::SUCCESS)
}

/// Waits until the process that keeps the index has built it.
async fn wait_for_another(shelf: &web::Shelf, all: u64) -> Result<()> {
    let bar = progress_bar("Another process reads posts");
    bar.set_length(all);
    let mut looks = 0;
    while shelf.is_wanted_again() {
        looks += 1;
        if looks > BEGINS_WITHIN {
            bail!("the process that keeps the search index does not begin to build it; it will with its next step");
        }
        tokio::time::sleep(LOOK).await;
    }
    while let Some(done) = shelf.built_elsewhere()? {
        bar.set_position(done as u64);
        tokio::time::sleep(LOOK).await;
    }
    bar.finish_and_clear();
    shelf.catch_up(|_| {}).await?;
    Ok(())
}
