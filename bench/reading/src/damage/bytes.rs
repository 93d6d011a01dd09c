//! Damage to encodings, and to what is said about them.

use super::{Damaged, Kind, Patient};

const MARK: &str = "\u{feff}";

pub(super) const KINDS: &[Kind] = &[
    ("declared as UTF-16", |feed| Some(declared(feed, "UTF-16").into())),
    ("declared as Latin 1", |feed| Some(declared(feed, "ISO-8859-1").into())),
    ("declared as ASCII", |feed| Some(declared(feed, "us-ascii").into())),
    ("declared as nothing known", |feed| Some(declared(feed, "unicode-88").into())),
    ("declared as nothing", |feed| Some(declared(feed, "").into())),
    ("declared as Japanese", |feed| Some(declared(feed, "Shift_JIS").into())),
    ("Windows-1252, not declared", |feed| Some(narrow(&declared(feed, "").replace(" encoding=\"\"", "")).into())),
    ("Windows-1252, declared as UTF-8", |feed| Some(narrow(&declared(feed, "UTF-8")).into())),
    ("Windows-1252, declared as UTF-16", |feed| Some(narrow(&declared(feed, "UTF-16")).into())),
    ("UTF-16, declared as UTF-8", |feed| {
        Some(wide(&format!("{MARK}{}", declared(feed, "UTF-8")), u16::to_le_bytes).into())
    }),
    ("UTF-16 from the other end", |feed| {
        Some(wide(&format!("{MARK}{}", declared(feed, "UTF-8")), u16::to_be_bytes).into())
    }),
    ("UTF-16 without a mark", |feed| Some(wide(&declared(feed, "UTF-16"), u16::to_le_bytes).into())),
    ("UTF-16 without a mark from the other end", |feed| Some(wide(&declared(feed, "UTF-16"), u16::to_be_bytes).into())),
    ("UTF-16 behind blank lines", |feed| {
        Some(wide(&format!("\r\n\r\n{}", declared(feed, "UTF-16")), u16::to_le_bytes).into())
    }),
    ("UTF-16 with half a character", |feed| {
        let mut bytes = wide(&format!("{MARK}{}", feed.text), u16::to_le_bytes);
        bytes.pop();
        Some(bytes.into())
    }),
    ("UTF-16 with a wrong mark", |feed| {
        let mut bytes = vec![0xfe, 0xff];
        bytes.extend(wide(feed.text, u16::to_le_bytes));
        Some(bytes.into())
    }),
    ("UTF-16 with UTF-8 behind", |feed| {
        let mut bytes = wide(&format!("{MARK}{}", feed.text), u16::to_le_bytes);
        bytes.extend_from_slice(b"<!-- cached -->");
        Some(bytes.into())
    }),
    ("a UTF-16 mark before UTF-8", |feed| Some([b"\xff\xfe", feed.text.as_bytes()].concat().into())),
    ("UTF-8 encoded twice", |feed| Some(latin(feed.text.as_bytes()).into_bytes().into())),
    ("a mark twice", |feed| Some(format!("{MARK}{MARK}{}", feed.text.trim_start_matches(MARK)).into())),
    ("a mark behind blank lines", |feed| Some(format!("\r\n{MARK}{}", feed.text.trim_start_matches(MARK)).into())),
    ("a mark taken for Latin 1", |feed| Some(format!("ï»¿{}", feed.text.trim_start_matches(MARK)).into())),
    ("marks in the middle", |feed| feed.behind(&format!("</{}>", feed.entry()), MARK, 5)),
    ("the beginnings of characters", |feed| with_bytes(feed, &[0xc3, 0xe2, 0xf0])),
    ("the ends of characters", |feed| with_bytes(feed, &[0x80, 0x93, 0xa9])),
    ("bytes of Windows-1252", |feed| with_bytes(feed, &[0x92, 0x93, 0x94, 0x96])),
    ("bytes that nobody knows", |feed| with_bytes(feed, &[0xff, 0xfe, 0xc0, 0xf8])),
    ("one byte of each character lost", |feed| {
        let bytes: Vec<u8> = feed.text.as_bytes().to_vec();
        let is_end = |byte: u8| byte & 0xc0 == 0x80;
        let keep = |at: usize| !is_end(bytes[at]) || bytes.get(at + 1).is_some_and(|next| is_end(*next));
        let kept: Vec<u8> = (0..bytes.len()).filter(|at| keep(*at)).map(|at| bytes[at]).collect();
        // A feed in plain ASCII has one character of its own put in.
        if kept.len() == bytes.len() { with_bytes(feed, &[0xe2, 0x80]) } else { Some(kept.into()) }
    }),
    ("question marks for characters", |feed| {
        Some(feed.text.replace(|letter: char| !letter.is_ascii(), "?").replacen("<title>", "<title>?", 1).into())
    }),
];

/// The feed with this encoding in its declaration.
fn declared(feed: &Patient<'_>, encoding: &str) -> String {
    let rest = match feed.text.find("?>") {
        Some(end) if feed.text.trim_start_matches(MARK).trim_start().starts_with("<?xml") => &feed.text[end + 2..],
        _ => feed.text.trim_start_matches(MARK),
    };
    format!("<?xml version=\"1.0\" encoding=\"{encoding}\"?>{rest}")
}

/// A text in Windows-1252, what it does not have left out; one that has nothing of it gains an accent.
fn narrow(text: &str) -> Vec<u8> {
    let byte = |letter: char| match letter {
        '\u{2019}' => Some(0x92),
        '\u{201c}' => Some(0x93),
        '\u{201d}' => Some(0x94),
        '\u{2013}' => Some(0x96),
        '\u{2014}' => Some(0x97),
        '\u{2026}' => Some(0x85),
        letter => u8::try_from(u32::from(letter)).ok(),
    };
    text.replacen("<title>", "<title>é ", 1).chars().filter_map(byte).collect()
}

fn wide(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(order).collect()
}

/// Bytes taken for Latin 1; those of plain ASCII gain an accent in two bytes.
fn latin(bytes: &[u8]) -> String {
    let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
    if text.is_ascii() { text.replacen("<title>", "<title>Ã© ", 1) } else { text }
}

/// The feed with a few bytes that are no UTF-8, each at the beginning of some text.
fn with_bytes(feed: &Patient<'_>, which: &[u8]) -> Option<Damaged> {
    let places: Vec<usize> = feed.text.match_indices("<title>").map(|(at, _)| at + 7).collect();
    if places.is_empty() {
        return None;
    }
    let mut bytes = feed.text.as_bytes().to_vec();
    for byte in which {
        bytes.insert(places[feed.number(places.len())], *byte);
    }
    Some(bytes.into())
}
