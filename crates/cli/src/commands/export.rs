//! `export`: gives out the list of sources, as it came in.

use std::fs::File;
use std::io::{BufWriter, Write, stdout};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use crawl::Crawler;

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
    let crawler = wiring::crawler(settings, store, wiring::net(settings, &[])?, clock);
    match &arguments.file {
        Some(file) => {
            to_file(&crawler, &settings.name, file).await.with_context(|| format!("writing {}", file.display()))?
        }
        None => list(&crawler, &settings.name, &mut stdout()).await.context("writing to standard output")?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes beside the file first, so that an older list is replaced by a whole one or not at all.
async fn to_file(crawler: &Crawler, title: &str, file: &Path) -> Result<()> {
    // A pipe or a device has nothing to keep, and cannot be replaced.
    if std::fs::metadata(file).is_ok_and(|it| !it.is_file()) {
        return list(crawler, title, &mut File::create(file)?).await;
    }
    let mut beside = file.as_os_str().to_owned();
    beside.push(".part");
    let written = async {
        list(crawler, title, &mut File::create(&beside)?).await?;
        Ok(std::fs::rename(&beside, file)?)
    };
    let written = written.await;
    if written.is_err() {
        // What failed is told; a piece that cannot be taken away either adds nothing to that.
        let _ = std::fs::remove_file(&beside);
    }
    written
}

async fn list(crawler: &Crawler, title: &str, out: &mut dyn Write) -> Result<()> {
    let mut out = BufWriter::new(out);
    crawler.export_opml(title, &mut |piece| out.write_all(piece.as_bytes())).await?;
    Ok(out.flush()?)
}
