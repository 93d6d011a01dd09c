//! Rows of any format, one at a time, each read by the same function from its names and values.

use std::collections::{BTreeSet, VecDeque};
use std::io::{self, Read};

use serde_json::Value;

use crate::csv::{self, Record};
use crate::publiccode;
use crate::text::{Lines, decoded};
use crate::value::{Pairs, pairs, parse, words};
use crate::{CLOSENESS, Format, LARGEST_ARRAY, LARGEST_CODE, LONGEST_ROW, PAGE, Row, WHY};

/// How the rows of a kind of list are read.
pub(crate) struct Reader<T> {
    /// What a row says, and what of it was left out.
    pub(crate) read: fn(&Pairs, &mut Vec<String>) -> Result<T, String>,
    /// Whether a column or a key of this name says something.
    pub(crate) is_known: fn(&str) -> bool,
}

/// How many names that say nothing are told of, and how many characters of each.
const MOST_UNKNOWN: usize = 40;
const MOST_OF_A_NAME: usize = 60;

/// The rows of a list.
pub(crate) struct Rows<R, T> {
    from: From<R>,
    reader: Reader<T>,
    /// The names that said nothing so far; each is told of once.
    unknown: BTreeSet<String>,
}

enum From<R> {
    Csv {
        lines: Lines<R>,
        names: Option<(char, Vec<String>)>,
    },
    JsonLines(Lines<R>),
    /// What is still to be read, then what was read whole.
    JsonArray(Option<R>, VecDeque<(u64, Value)>),
    /// What is still to be read.
    PublicCode(Option<R>),
}

/// A row as it is written: its line, its names and values or why it has none, and notes on it.
type Raw = (u64, Result<Pairs, String>, Vec<String>);

impl<R: Read, T> Rows<R, T> {
    pub(crate) fn new(from: R, format: Format, reader: Reader<T>) -> Self {
        let from = match format {
            Format::Csv => From::Csv { lines: Lines::new(from, LONGEST_ROW), names: None },
            Format::JsonLines => From::JsonLines(Lines::new(from, LONGEST_ROW)),
            Format::JsonArray => From::JsonArray(Some(from), VecDeque::new()),
            Format::PublicCode => From::PublicCode(Some(from)),
        };
        Self { from, reader, unknown: BTreeSet::new() }
    }

    /// A note on names that are met for the first time and say nothing.
    fn note_unknown(&mut self, row: &Pairs) -> Option<String> {
        let mut new = Vec::new();
        for (name, _) in row.iter().filter(|(_, said)| !words(said).trim().is_empty() || said.is_object()) {
            let name = model::line(name).chars().take(MOST_OF_A_NAME).collect::<String>();
            let is_told = self.unknown.len() >= MOST_UNKNOWN || self.unknown.contains(&name);
            if !is_told
                && !name.is_empty()
                && ![PAGE, CLOSENESS, WHY].contains(&name.as_str())
                && !(self.reader.is_known)(&name)
            {
                new.push(format!("“{name}”"));
                self.unknown.insert(name);
            }
        }
        (!new.is_empty()).then(|| format!("nothing is read from {}, here and in other rows", new.join(", ")))
    }

    /// The next row as it is written.
    fn raw(&mut self) -> io::Result<Option<Raw>> {
        match &mut self.from {
            From::Csv { lines, names } => {
                let (separator, names) = match names {
                    Some(names) => (names.0, &names.1),
                    None => {
                        let Some(found) = heading(lines)? else { return Ok(None) };
                        let (separator, found) = names.insert(found);
                        (*separator, &*found)
                    }
                };
                let Some(Record { line, cells }) = csv::record(lines, separator)? else { return Ok(None) };
                let named =
                    |cells: Vec<String>| names.iter().cloned().zip(cells.into_iter().map(Value::String)).collect();
                Ok(Some((line, cells.map(named), vec![])))
            }
            From::JsonLines(lines) => loop {
                let Some(line) = lines.take()? else { return Ok(None) };
                if line.is_cut {
                    return Ok(Some((line.number, Err("the line is longer than a megabyte".to_owned()), vec![])));
                }
                if !line.text.trim().is_empty() {
                    return Ok(Some((line.number, parse(&line.text), vec![])));
                }
            },
            From::JsonArray(from, values) => {
                if let Some(from) = from.take() {
                    *values = array(from)?;
                }
                Ok(values.pop_front().map(|(place, value)| match value {
                    Value::Object(object) => (place, Ok(pairs(object)), vec![]),
                    _ => (place, Err("it is no object; write {\"title\": …}".to_owned()), vec![]),
                }))
            }
            From::PublicCode(from) => {
                let Some(from) = from.take() else { return Ok(None) };
                Ok(Some(match whole(from, LARGEST_CODE)?.map(|file| publiccode::row(&file)) {
                    Some(Ok((row, notes))) => (1, Ok(row), notes),
                    Some(Err(why)) => (1, Err(why), vec![]),
                    None => {
                        let why = format!("it is larger than {} MB, which no publiccode.yml is", LARGEST_CODE >> 20);
                        (1, Err(why), vec![])
                    }
                }))
            }
        }
    }
}

impl<R: Read, T> Iterator for Rows<R, T> {
    type Item = io::Result<Row<T>>;

    fn next(&mut self) -> Option<Self::Item> {
        let (line, raw, mut notes) = match self.raw() {
            Ok(row) => row?,
            Err(why) => return Some(Err(why)),
        };
        let label = raw.as_ref().map(label).unwrap_or_default();
        let unknown = raw.as_ref().ok().and_then(|row| self.note_unknown(row));
        let read = raw.and_then(|row| (self.reader.read)(&row, &mut notes));
        notes.extend(unknown);
        Some(Ok(Row { line, label, read, notes }))
    }
}

/// The names of the columns, and the sign between them.
fn heading<R: Read>(lines: &mut Lines<R>) -> io::Result<Option<(char, Vec<String>)>> {
    let Some(first) = lines.take()? else { return Ok(None) };
    let separator = csv::separator(&first.text);
    lines.give_back(std::iter::once(first));
    let names = csv::record(lines, separator)?.and_then(|record| record.cells.ok());
    Ok(names.map(|names| (separator, names)))
}

/// A whole file as text; `None` if it has more bytes than that.
fn whole(from: impl Read, most: usize) -> io::Result<Option<String>> {
    let mut bytes = vec![];
    from.take(most as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > most {
        return Ok(None);
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").map(<[u8]>::to_vec).unwrap_or(bytes);
    Ok(Some(match crate::text::wide(&bytes) {
        Some((encoding, mark)) => encoding.decode_without_bom_handling(&bytes[mark..]).0.into_owned(),
        None => decoded(bytes),
    }))
}

/// A whole JSON array, each value with its place.
fn array(from: impl Read) -> io::Result<VecDeque<(u64, Value)>> {
    let Some(text) = whole(from, LARGEST_ARRAY)? else {
        let why = format!("a JSON array of more than {} MB; write one project a line instead", LARGEST_ARRAY >> 20);
        return Err(io::Error::new(io::ErrorKind::InvalidData, why));
    };
    match serde_json::from_str(&text) {
        Ok(Value::Array(values)) => Ok((1..).zip(values).collect()),
        Ok(_) => Err(io::Error::new(io::ErrorKind::InvalidData, "it is JSON, but no array of objects")),
        Err(why) => Err(io::Error::new(io::ErrorKind::InvalidData, format!("it is no JSON: {why}"))),
    }
}

/// What a row is called in a report, whether it can be taken or not.
fn label(row: &Pairs) -> String {
    const LONGEST: usize = 80;
    let value = |name: &&str| {
        let found = row.iter().find(|(one, _)| one.trim().eq_ignore_ascii_case(name));
        found.map(|(_, value)| words(value)).filter(|words| !words.trim().is_empty())
    };
    let found = ["title", "project name", "project", "name", "official-name", "id"].iter().find_map(value);
    let first = || row.iter().map(|(_, value)| words(value)).find(|words| !words.trim().is_empty());
    model::line(&found.or_else(first).unwrap_or_default()).chars().take(LONGEST).collect()
}
