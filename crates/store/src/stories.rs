//! Stories about the store, each told once and run on both engines, in a database of its own.

mod copies;
mod directory;
mod editing;
mod guest;
mod pictures;
mod plans;
mod polling;
mod posts;
mod projects;
mod requests;
mod rivers;
mod topics;
mod trouble;
mod world;
