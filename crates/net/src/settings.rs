//! How the door out behaves.

use std::time::Duration;

use model::Address;

use crate::{Names, Range};

/// How the door out behaves. Every value has a default that works.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The name and version that we go by.
    pub agent: String,
    /// The page that says who asks, why, and where to complain.
    pub about: Option<Address>,
    /// How many people read what we fetch, which every server is told; zero tells nothing.
    pub readers: u64,
    /// Addresses that may be asked although they are not public. On them, any port but the system's own is open.
    pub allow: Vec<Range>,
    /// The ports that may be asked on the public internet.
    pub ports: Vec<u16>,
    /// The most bytes that a reply may have on the wire.
    pub largest_packed: u64,
    /// The most bytes that a reply may have once unpacked.
    pub largest: u64,
    /// The most time that a whole fetch may take, redirects included; waiting for one's turn is not counted.
    pub whole_time: Duration,
    /// The most time that the making of one connection may take.
    pub connect_time: Duration,
    /// How many redirects are followed.
    pub most_hops: u8,
    /// How long a host is left in peace after each request.
    pub pause: Duration,
    /// How many requests may be under way at once, to all hosts together.
    pub at_once: usize,
    /// How many names may be looked up at once. A look-up that hangs holds a thread.
    pub lookups_at_once: usize,
    /// How many bodies may be in memory at once, each beyond the first 64 KiB as they come in; see [`Room`](crate::Room).
    pub bodies_at_once: usize,
    /// Who answers for names before DNS is asked.
    pub names: Names,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            agent: "Watersmeet/0.1".to_owned(),
            about: None,
            readers: 0,
            allow: Vec::new(),
            ports: vec![80, 443, 8000, 8008, 8080, 8081, 8088, 8443, 8888],
            largest_packed: 16 << 20,
            largest: 32 << 20,
            whole_time: Duration::from_secs(30),
            connect_time: Duration::from_secs(10),
            most_hops: 5,
            pause: Duration::from_secs(1),
            at_once: 16,
            lookups_at_once: 16,
            bodies_at_once: 16,
            names: Names::default(),
        }
    }
}
