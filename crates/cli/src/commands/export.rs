//! `export`: gives out the list of sources, as it came in.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};

use super::say;
use crate::settings::Settings;
use crate::wiring;

/// Give out the list of sources.
#[derive(clap::Args)]
pub struct Arguments {
    /// As OPML 2.0, with groups as nested outlines
    #[arg(long, required = true)]
    opml: bool,
    /// Write to this file instead of standard output
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
}

pub async fn run(settings: &Settings, arguments: &Arguments) -> Result<ExitCode> {
    let clock = wiring::clock();
    let store = wiring::store(settings, &clock).await?;
    let list = wiring::crawler(settings, store, wiring::net(settings, &[])?, clock).export_opml(&settings.name).await?;
    match &arguments.file {
        Some(file) => std::fs::write(file, list).with_context(|| format!("writing {}", file.display()))?,
        None => say(list)?,
    }
    Ok(ExitCode::SUCCESS)
}
