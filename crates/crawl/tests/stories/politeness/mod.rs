//! How we behave on other people's servers: one test or more for each row of the table of a good guest, P1 to P25.
//!
//! Each test is named after its row (`p01_…`), asks a real server on the loopback interface through `net` and `crawl`,
//! and moves the clock by hand. A new behaviour gets the next number, its test here, and a line in this table, which is
//! itself tested below:
//!
//! | file | rows |
//! | --- | --- |
//! | `conditional` | P1 to P7: validators, and what the same answer changes |
//! | `pace` | P8 to P13: how soon we come back, and who may say otherwise |
//! | `redirects` | P14, P15: where redirects lead |
//! | `limits` | P16, P17: sizes and times |
//! | `manners` | P18 to P21, P24: who we say we are, what we send, and whom we leave in peace |
//! | `pictures` | P18, P21, P22: pictures and icons |
//! | `crawl/tests/stories/discover` | P22: pages in which a feed is looked for |
//! | `hubs` | P23: hubs that tell us |
//! | `ours` | P25: how our own feeds answer |
//!
//! What only shows on the wire, byte for byte, is tested once more in `net`; what only a new process or a page shows, in
//! the program's stories and in those of the site:
//!
//! | file | rows |
//! | --- | --- |
//! | `net/tests/wire/validators` | P2 to P6: validators, byte for byte |
//! | `net/tests/wire/wishes` | P10, P11: what a server asks for |
//! | `net/tests/wire/redirects` | P14, P15: redirects, hop by hop |
//! | `net/tests/wire/inward` | P15: every spelling of an address inside |
//! | `net/tests/wire/limits` | P16, P17: bodies and silences |
//! | `net/tests/wire/manners` | P18 to P20: all that is sent, and when |
//! | `net/tests/wire/robots` | P22: how `robots.txt` is asked for |
//! | `cli/tests/program/guest` | P1, P9: across processes |
//! | `cli/tests/program/hub` | P23: from a hub to the page |
//! | `web/tests/site/feeds` | P25: the hub that our feeds name |

mod conditional;
mod hubs;
mod limits;
mod manners;
mod ours;
mod pace;
mod pictures;
mod redirects;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

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

/// How many rows the table of a good guest has.
const ROWS: u32 = 25;

/// The rows in words such as “P18 to P21, P24”.
fn rows_in(words: &str) -> BTreeSet<u32> {
    let number = |word: &str| word.trim().trim_start_matches('P').parse::<u32>().unwrap();
    let range = |part: &str| match part.split_once(" to ") {
        Some((first, last)) => number(first)..=number(last),
        None => number(part)..=number(part),
    };
    words.split(", ").flat_map(range).collect()
}

/// The rows after which tests in a file are named.
fn rows_tested_in(source: &str) -> BTreeSet<u32> {
    let names = source.lines().filter_map(|line| line.split_once("fn p")?.1.split_once('(')).map(|(name, _)| name);
    let row = |part: &str| part.trim_start_matches('p').parse().ok();
    names.flat_map(|name| name.split('_').map_while(row).collect::<Vec<u32>>()).collect()
}

#[test]
fn every_row_1_to_25_has_a_test_of_its_number_where_the_table_says() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let here = "crawl/tests/stories/politeness";
    let read = |file: &str| {
        let path = crates.join(file).with_extension("rs");
        std::fs::read_to_string(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display()))
    };
    let this = read(&format!("{here}/mod"));
    let mut table = BTreeMap::new();
    for line in this.lines().filter_map(|line| line.strip_prefix("//! | `")) {
        let (file, rest) = line.split_once("` | ").unwrap();
        let file = if file.contains('/') { file.to_owned() } else { format!("{here}/{file}") };
        table.insert(file, rows_in(rest.split_once(':').unwrap().0));
    }
    for (file, rows) in &table {
        assert_eq!(rows_tested_in(&read(file)), *rows, "{file}");
    }
    let through_crawl = table.iter().filter(|(file, _)| file.starts_with("crawl/"));
    let tested: BTreeSet<u32> = through_crawl.flat_map(|(_, rows)| rows).copied().collect();
    assert_eq!(tested, (1..=ROWS).collect());
    // And no file of rows is left out of it.
    for module in this.lines().filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';')) {
        assert!(table.contains_key(&format!("{here}/{module}")), "{module} is not in the table");
    }
}
