#![doc = include_str!("../README.md")]

mod ask;
mod client;
mod connect;
mod error;
mod form;
mod gate;
mod headers;
mod judge;
mod links;
mod names;
mod reply;
mod robots;
mod settings;
mod tls;
mod unpack;

pub use ask::{Accept, Ask, Validators};
pub use client::Client;
pub use error::{FetchError, NetError};
pub use form::{Form, Posted};
pub use links::Links;
pub use model::{BadRange, Range};
pub use names::Names;
pub use reply::{Answer, Body, Reply, Wait, Wishes};
pub use robots::{Robots, Rules};
pub use settings::Settings;
