//! Stories about the program as a whole: it is started, asked, and killed.

mod commands;
mod kill;
mod public_sector;
mod support;
mod takeover;
