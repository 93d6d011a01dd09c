//! Which source now; fetch, parse, clean, decide, store.
//!
//! [`Crawler`] is what the program uses. What it decides, it decides in pure functions: [`decide`] says what a
//! document that was read means for the posts in the store, [`pace`] when to look again, [`name`] what a person would
//! call a source.

mod add;
mod another;
mod arrival;
mod astray;
mod begun;
pub mod checkup;
mod closeness;
mod copies;
pub mod decide;
mod digest;
pub mod discover;
mod errands;
mod export;
mod hosts;
mod hub;
mod icons;
mod import;
mod keys;
mod list;
pub mod look;
pub mod name;
pub mod pace;
pub mod pictures;
mod places;
mod poll;
pub mod project_at;
mod proof;
#[cfg(test)]
mod properties;
mod queue;
pub mod read;
pub mod robots;
mod round;
mod set_pace;
mod settle;
pub mod simulate;
mod sniff;
pub mod take_in;
mod tell;
mod telling;
mod tongue;
mod under_way;
mod updates;
pub mod weather;

pub use add::{Added, CouldNotAdd, How};
pub use export::CouldNotExport;
pub use import::{CouldNotImport, Fate, ImportReport, Line};
pub use poll::{Crawler, Pictures, Progress, Settings, Summary, Verdict, Watcher, Which};
pub use set_pace::set_pace;
pub use take_in::{CouldNotTakeIn, RowFate, TakenIn, Tally, take_in_organisations, take_in_project, take_in_projects};
