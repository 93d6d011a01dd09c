//! How we behave on other people's servers: one test or more for each row of the table of a good guest, P1 to P25.
//!
//! Each test is named after its row (`p01_…`), asks a real server on the loopback interface through `net` and `crawl`,
//! and moves the clock by hand. What only shows on the wire, byte for byte, is tested once more in `net`
//! (`crates/net/tests/wire`), and what only a new process shows in the program's stories (`crates/cli/tests/program`).
//! A new behaviour gets the next number, its test here, and a line in this table:
//!
//! | file | rows |
//! | --- | --- |
//! | `conditional` | P1 to P7: validators, and what the same answer changes |
//! | `pace` | P8 to P13: how soon we come back, and who may say otherwise |
//! | `redirects` | P14, P15: where redirects lead |
//! | `limits` | P16, P17: sizes and times |
//! | `manners` | P18 to P21, P24: who we say we are, what we send, and whom we leave in peace |
//! | `pictures` | P21, P22: pictures and icons |
//! | `hubs` | P23: hubs that tell us |
//! | `ours` | P25: how our own feeds answer |

mod conditional;
mod hubs;
mod limits;
mod manners;
mod ours;
mod pace;
mod pictures;
mod redirects;

use crate::support::farm::{Farm, Page, rss};

/// The date of the one post in [`feed`].
const DATE: &str = "Fri, 20 Nov 2026 10:00:00 GMT";

/// A feed of one post, without validators.
fn feed(host: &str) -> Page {
    Page::feed(rss(host, &[("1", "Bins", "We move bins.", DATE)]))
}

/// A header of the only request since the last look at the farm.
fn one_header(farm: &Farm, name: &str) -> Option<String> {
    let asked = farm.asked();
    assert_eq!(asked.len(), 1, "{asked:?}");
    asked[0].header(name).map(str::to_owned)
}
