//! Stories about the crawler, each against real sites on the loopback interface, those with a store on both engines.

#[macro_use]
mod support;

mod bad_days;
mod discover;
mod lists;
mod politeness;
mod river;
mod sample;
