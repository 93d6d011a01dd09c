//! CSV out, which a spreadsheet shows and never computes.

use std::fmt::Write;

/// The column of the page that something has on our site. Like the two that follow, it is no part of what a list tells, so
/// that `import` passes it over without a word.
pub const PAGE: &str = "page here";
/// The column of how close something is to what was asked, from 0 to 1.
pub const CLOSENESS: &str = "closeness";
/// The column of why something was found.
pub const WHY: &str = "why";

/// A table that is being written.
#[derive(Clone, Debug)]
pub struct Sheet(String);

impl Sheet {
    /// A table under a row of names.
    pub fn new(names: &[&str]) -> Self {
        let mut sheet = Self(String::new());
        sheet.row(names.iter().copied());
        sheet
    }

    /// Adds a row. What a spreadsheet would take for a formula has an apostrophe before it (CWE-1236).
    pub fn row<'a>(&mut self, cells: impl IntoIterator<Item = &'a str>) {
        for (place, cell) in cells.into_iter().enumerate() {
            let comma = if place == 0 { "" } else { "," };
            let guard = if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
            let is_plain = !cell.contains([',', '"', '\n', '\r', ';', '\t']) && cell.trim() == cell;
            let written = match is_plain {
                true => write!(self.0, "{comma}{guard}{cell}"),
                false => write!(self.0, "{comma}\"{guard}{}\"", cell.replace('"', "\"\"")),
            };
            written.expect("a String takes all that is written to it");
        }
        self.0.push_str("\r\n");
    }

    /// The table as text.
    pub fn done(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_be_computed_is_shown() {
        let mut sheet = Sheet::new(&["a", "b"]);
        sheet.row(["=1+1", "@cmd"]);
        sheet.row(["-2", "+3"]);
        sheet.row(["one, \"two\"", "three\nfour"]);
        sheet.row(["\t=1", "plain"]);
        let lines = "a,b\r\n'=1+1,'@cmd\r\n'-2,'+3\r\n\"one, \"\"two\"\"\",\"three\nfour\"\r\n\"'\t=1\",plain\r\n";
        assert_eq!(sheet.done(), lines);
    }
}
