//! Lines on standard error: for people, or as JSON.

use std::io::IsTerminal;

use tracing::Level;

use crate::settings::{Log, LogFormat, LogLevel};

/// Starts writing the log. Called once, before anything can happen that is worth a line.
pub fn start(log: &Log, usual: LogLevel) {
    let level = match log.level.unwrap_or(usual) {
        LogLevel::Error => Level::ERROR,
        LogLevel::Warn => Level::WARN,
        LogLevel::Info => Level::INFO,
        LogLevel::Debug => Level::DEBUG,
        LogLevel::Trace => Level::TRACE,
    };
    let lines = tracing_subscriber::fmt().with_max_level(level).with_writer(std::io::stderr).with_target(false);
    match log.format {
        LogFormat::Text => lines.with_ansi(std::io::stderr().is_terminal()).init(),
        LogFormat::Json => lines.json().flatten_event(true).init(),
    }
}
