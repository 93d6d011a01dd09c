//! Stories about the program as a whole: it is started, asked, and killed.

mod certificate;
mod check;
mod commands;
mod guest;
mod hub;
mod kill;
mod parse;
mod projects;
mod public_sector;
mod support;
mod takeover;
