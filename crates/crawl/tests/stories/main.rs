//! Stories about the crawler, each against real sites on the loopback interface, those with a store on both engines.

#[macro_use]
mod support;

mod astray;
mod crowd;
mod discover;
mod guest;
mod hubs;
mod left;
mod lists;
mod river;
mod sample;
