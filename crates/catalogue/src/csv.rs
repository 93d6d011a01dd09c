//! Lines → records of cells, as spreadsheets write them (RFC 4180, and what is made of it).

use std::io::{self, Read};

use crate::text::{Line, Lines};

/// A record reaches over so many lines at most, and bytes: a quote that nobody closed must not swallow the list.
const MOST_LINES: usize = 400;
const MOST_BYTES: usize = 128 << 10;
/// How many cells of a record are read.
const MOST_CELLS: usize = 500;

/// A record, or why it is none.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Record {
    /// The line that it begins on, from 1.
    pub(crate) line: u64,
    pub(crate) cells: Result<Vec<String>, String>,
}

/// The sign between cells: the one of which the first line has most outside quotes.
pub(crate) fn separator(line: &str) -> char {
    let mut is_quoted = false;
    let mut counts = [(',', 0), (';', 0), ('\t', 0), ('|', 0)];
    for letter in line.chars() {
        match letter {
            '"' => is_quoted = !is_quoted,
            _ if is_quoted => {}
            _ => counts.iter_mut().filter(|(sign, _)| *sign == letter).for_each(|(_, count)| *count += 1),
        }
    }
    // Of two with as many, the first.
    counts.iter().rev().max_by_key(|(_, count)| *count).map_or(',', |(sign, _)| *sign)
}

/// The next record that is not empty.
pub(crate) fn record<R: Read>(lines: &mut Lines<R>, separator: char) -> io::Result<Option<Record>> {
    loop {
        let Some(first) = lines.take()? else { return Ok(None) };
        let is_empty = first.text.chars().all(|letter| letter.is_whitespace() || letter == separator);
        if !is_empty || first.is_cut {
            return from(lines, separator, first).map(Some);
        }
    }
}

fn from<R: Read>(lines: &mut Lines<R>, separator: char, first: Line) -> io::Result<Record> {
    let line = first.number;
    if first.is_cut {
        return Ok(Record { line, cells: Err("the line is longer than a megabyte".to_owned()) });
    }
    let mut cells = Cells::new(separator);
    cells.add(&first.text);
    let (mut taken, mut bytes) = (vec![], first.text.len());
    while cells.is_quoted {
        let next = if taken.len() < MOST_LINES && bytes < MOST_BYTES { lines.take()? } else { None };
        let Some(next) = next else {
            // Only the first line is lost: the others are read again as if nothing had been opened.
            lines.give_back(taken.into_iter());
            return Ok(Record { line, cells: Err("a quotation mark opens a cell and none closes it".to_owned()) });
        };
        bytes += next.text.len();
        cells.now.push('\n');
        cells.add(&next.text);
        taken.push(next);
    }
    Ok(Record { line, cells: Ok(cells.done()) })
}

/// Cells that are being read.
struct Cells {
    separator: char,
    done: Vec<String>,
    now: String,
    /// Whether a quoted cell is open.
    is_quoted: bool,
    /// Whether the cell was quoted and is closed: what follows is still its own.
    was_quoted: bool,
}

impl Cells {
    fn new(separator: char) -> Self {
        Self { separator, done: vec![], now: String::new(), is_quoted: false, was_quoted: false }
    }

    fn add(&mut self, line: &str) {
        let mut letters = line.chars().peekable();
        while let Some(letter) = letters.next() {
            match letter {
                '"' if self.is_quoted && letters.peek() == Some(&'"') => {
                    letters.next();
                    self.now.push('"');
                }
                '"' if self.is_quoted => (self.is_quoted, self.was_quoted) = (false, true),
                '"' if self.now.trim().is_empty() && !self.was_quoted => {
                    self.now.clear();
                    self.is_quoted = true;
                }
                letter if letter == self.separator && !self.is_quoted => self.end(),
                letter => self.now.push(letter),
            }
        }
    }

    fn end(&mut self) {
        let cell = std::mem::take(&mut self.now);
        self.was_quoted = false;
        if self.done.len() < MOST_CELLS {
            self.done.push(cell);
        }
    }

    fn done(mut self) -> Vec<String> {
        self.end();
        self.done
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let mut lines = Lines::new(text.as_bytes(), 1 << 20);
        let mut found = vec![];
        let sign = separator(text.lines().next().unwrap_or_default());
        while let Some(record) = record(&mut lines, sign).unwrap() {
            found.push(match record.cells {
                Ok(cells) => format!("{} {}", record.line, cells.join("|")),
                Err(why) => format!("{} ({why})", record.line),
            });
        }
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn records_as_spreadsheets_write_them() {
        check("a,b\n1,2\n\n,,\n3,\"4\"\n", &["1 a|b", "2 1|2", "5 3|4"]);
        check("a;b\r\n\"1;\"\"2\"\"\";3", &["1 a|b", "2 1;\"2\"|3"]);
        check("a\tb\n\"one\ntwo\"\t3\n4\t5", &["1 a|b", "2 one\ntwo|3", "4 4|5"]);
        check("a,b\n1, \"2\" ,3", &["1 a|b", "2 1|2 |3"]);
        check("a,b\nsay \"hello\",2", &["1 a|b", "2 say \"hello\"|2"]);
    }

    #[test]
    fn a_quote_that_nobody_closes_costs_one_row() {
        check(
            "a,b\n\"1,2\n3,4\n5,6\n",
            &["1 a|b", "2 (a quotation mark opens a cell and none closes it)", "3 3|4", "4 5|6"],
        );
    }
}
