//! `crawl`: the crawler alone, until it is told to stop.

use std::process::ExitCode;

use anyhow::Result;
use tracing::info;

use super::serve::told_to_stop;
use crate::settings::Settings;
use crate::wiring;

pub async fn run(settings: &Settings) -> Result<ExitCode> {
    let clock = wiring::clock();
    let store = wiring::store(settings, &clock).await?;
    let crawler = wiring::crawler(settings, store.clone(), wiring::net(settings, &[])?, clock);
    info!("Polling what is due until told to stop");
    crawler
        .run(async {
            told_to_stop().await;
            info!("Stopping: finishing what is under way");
        })
        .await;
    store.close().await;
    Ok(ExitCode::SUCCESS)
}
