//! Reads lists of projects and of organisations, whatever state they are in, row by row; writes CSV that is safe to open.
//!
//! ```
//! let list = b"Project name;Lead council;Stage\nDamp homes;Riverton;Private beta\n";
//! assert_eq!(catalogue::kind(list), catalogue::Kind::Projects(catalogue::Format::Csv));
//! let rows: Vec<_> = catalogue::projects(&list[..], catalogue::Format::Csv).map(Result::unwrap).collect();
//! let told = rows[0].read.as_ref().unwrap();
//! assert_eq!((rows[0].line, told.project.title.as_str()), (2, "Damp homes"));
//! assert_eq!(told.project.phase, Some(model::Phase::Beta));
//! ```
//!
//! A bad row never spoils the good ones: it is refused with a sentence. Nothing is fetched.
//!
//! # Bounds
//!
//! Rows are read one at a time: memory is that of the longest row, which is refused beyond [`LONGEST_ROW`] bytes. Only a
//! list that is one JSON array is read whole, up to [`LARGEST_ARRAY`] bytes, and a `publiccode.yml`, up to [`LARGEST_CODE`]
//! bytes and so many values that no alias can make more of it. Texts are cut at lengths that are stated in
//! `told.rs`.

mod csv;
mod draft;
mod field;
mod kind;
mod organisation;
mod publiccode;
mod rows;
mod text;
mod told;
mod value;
mod write;
mod yaml;

use std::io::{self, Read};

use model::{Organisation, Project};

pub use draft::{Page, draft};
pub use kind::{Format, Kind, kind};
pub use write::{CLOSENESS, PAGE, Sheet, WHY};

/// The longest row that is read, in bytes.
pub const LONGEST_ROW: usize = 1 << 20;

/// The longest list that is one JSON array, in bytes.
pub const LARGEST_ARRAY: usize = 64 << 20;

/// The longest `publiccode.yml`, in bytes.
pub const LARGEST_CODE: usize = 1 << 20;

/// How much of the beginning [`kind`] wants to see, in bytes.
pub const HEAD: usize = LONGEST_ROW;

/// A row of a list.
#[derive(Clone, PartialEq, Debug)]
pub struct Row<T> {
    /// The line that it begins on, from 1; in a JSON array its place, from 1.
    pub line: u64,
    /// What to call it in a report.
    pub label: String,
    /// What it says, or why it cannot be taken.
    pub read: Result<T, String>,
    /// What of it could not be understood and was left out, in sentences.
    pub notes: Vec<String>,
}

/// A project as a row tells of it.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Told {
    /// Its id in the list.
    pub id: Option<String>,
    /// What is told of it.
    pub project: Project,
}

impl Told {
    /// What it is known again by in any list: its id; else its own address; else whose it is and its title.
    pub fn known_by(&self) -> String {
        if let Some(id) = &self.id {
            return format!("id:{id}");
        }
        if let Some(link) = self.project.url.as_deref().and_then(model::plain_link) {
            return format!("url:{link}");
        }
        let key = |text: &str| model::OrganisationKeys::of(text).whole;
        let whose = self.project.organisation.as_deref().map(key).unwrap_or_default();
        format!("title:{whose}/{}", key(&self.project.title))
    }
}

/// An id as it is kept, whatever stands around it where it is written: a list and a question agree on it.
///
/// ```
/// assert_eq!(catalogue::id("  HOU \u{a0} 12 "), "HOU 12");
/// ```
pub fn id(written: &str) -> String {
    told::id(&serde_json::Value::String(written.to_owned())).unwrap_or_default()
}

/// What a project's own page tells of it.
#[derive(Clone, PartialEq, Debug)]
pub struct Draft {
    /// What is told.
    pub told: Told,
    /// Each part that was found, and where.
    pub parts: Vec<Part>,
    /// What one would want to know and the page does not say, in sentences.
    pub missing: Vec<String>,
    /// What of it could not be understood and was left out, in sentences.
    pub notes: Vec<String>,
}

/// One part of a draft.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Part {
    /// Which field of the project.
    pub field: &'static str,
    /// What it says.
    pub said: String,
    /// Where in the page that was found.
    pub whence: String,
}

/// The projects of a list, row by row. An error is one of reading; what a row says is never one.
pub fn projects<R: Read>(from: R, format: Format) -> impl Iterator<Item = io::Result<Row<Told>>> {
    rows::Rows::new(from, format, told::READER)
}

/// The organisations of a list, row by row.
pub fn organisations<R: Read>(from: R, format: Format) -> impl Iterator<Item = io::Result<Row<Organisation>>> {
    rows::Rows::new(from, format, organisation::READER)
}
