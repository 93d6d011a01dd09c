//! Stories about the crawler, each against real sites on the loopback interface, those with a store on both engines.

#[macro_use]
mod support;

mod astray;
mod bad_days;
mod copies;
mod crowd;
mod discover;
mod left;
mod lists;
mod politeness;
mod project_at;
mod river;
mod sample;
mod updates;
