//! The site through its router, as visitors and programs meet it.

mod alike;
mod feeds;
mod files;
mod filters;
mod forms;
mod hostile;
mod kit;
mod openapi;
mod pages;
mod pictures;
mod projects;
mod search;
mod sources;
mod speed;
mod topics;
mod who_else;
mod wire;
