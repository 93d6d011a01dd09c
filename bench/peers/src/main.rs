//! Measures other parsers in Rust on a folder of feeds: `peers NAME FOLDER`, as `feed-parse` measures ours.

use std::fs;
use std::hint::black_box;

/// For how long each is measured, in nanoseconds on the processor.
const LONG_ENOUGH: u64 = 2_000_000_000;

fn main() {
    let [name, folder] = std::env::args().skip(1).collect::<Vec<_>>().try_into().expect("peers NAME FOLDER");
    let read: fn(&[u8]) -> Option<usize> = match name.as_str() {
        "rss+atom_syndication" => rss_and_atom,
        "feed-rs" => |bytes| feed_rs(bytes, false),
        "feed-rs-sanitised" => |bytes| feed_rs(bytes, true),
        _ => panic!("no parser named {name}"),
    };
    let paths = fs::read_dir(&folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let files: Vec<Vec<u8>> = paths.filter(|path| path.is_file()).map(|path| fs::read(path).expect("a file")).collect();
    // What it refuses counts neither in bytes nor in time.
    let readable: Vec<&Vec<u8>> = files.iter().filter(|bytes| read(bytes).is_some()).collect();
    let bytes: usize = readable.iter().map(|bytes| bytes.len()).sum();
    let entries: usize = readable.iter().filter_map(|bytes| read(bytes)).sum();
    let (started, mut rounds) = (on_processor(), 0);
    while on_processor() - started < LONG_ENOUGH {
        for bytes in &readable {
            black_box(read(black_box(bytes)));
        }
        rounds += 1;
    }
    let seconds = (on_processor() - started) as f64 / 1e9;
    println!("{name} {:.1} {} {} {entries}", (bytes * rounds) as f64 / seconds / 1e6, readable.len(), files.len());
}

/// Nanoseconds that this thread was on a processor.
fn on_processor() -> u64 {
    let said = fs::read_to_string("/proc/thread-self/schedstat").expect("Linux tells it");
    said.split(' ').next().and_then(|first| first.parse().ok()).expect("a number stands first")
}

fn rss_and_atom(bytes: &[u8]) -> Option<usize> {
    if let Ok(channel) = rss::Channel::read_from(bytes) {
        return Some(channel.items.len());
    }
    atom_syndication::Feed::read_from(bytes).ok().map(|feed| feed.entries.len())
}

fn feed_rs(bytes: &[u8], sanitise: bool) -> Option<usize> {
    let parser = feed_rs::parser::Builder::new().sanitize_content(sanitise).build();
    parser.parse(bytes).ok().map(|feed| feed.entries.len())
}
