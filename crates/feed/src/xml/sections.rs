//! CDATA sections: where they end, and where one ends that nothing does.

use memchr::{memchr_iter, memmem};

use super::scanner::Scanner;
use crate::complaint::ComplaintKind;

/// How a section begins.
pub(super) const SECTION: &str = "<![CDATA[";

/// The tags of entries, which are in no section but one that was not ended.
const ENTRY_TAGS: &[&str] = &["<item>", "<item ", "</item>", "<entry>", "<entry ", "</entry>"];

/// The beginnings of whole feeds.
const DOCUMENTS: &[&str] = &["<?xml version", "<rss version", "<feed xmlns", "<rdf:RDF"];

impl<'a> Scanner<'a> {
    /// The section that begins here with a mark of this length.
    pub(super) fn data(&mut self, inside: &str, mark: usize) -> &'a str {
        let from = self.at + mark;
        if inside.is_empty() {
            // Outside of everything it is junk, which must not hide what it holds.
            self.complain(ComplaintKind::BareLessThan, SECTION);
            self.at = from;
            return "";
        }
        let end = self.data.first(from, || memmem::find(&self.text.as_bytes()[from..], b"]]>"));
        let whole = &self.text[from..end.unwrap_or(self.text.len())];
        let is_entry = |rest: &str| ENTRY_TAGS.iter().any(|tag| rest.starts_with(tag));
        let hides = |rest: &str| is_entry(rest) || rest.starts_with(SECTION);
        let mut hides_one = || self.hidden.first(from, || Some(cut(whole, hides).unwrap_or(whole.len()))) < end;
        if holds_entries(inside) && (end.is_none() || hides_one()) {
            // Nor does one hide fields and entries that stands where no text does.
            self.complain(ComplaintKind::Unended, SECTION);
            self.at = from;
            return "";
        }
        // A section that holds another's beginning may be one that was not ended.
        let limit = match end {
            Some(_) => {
                let next = || memmem::find(whole.as_bytes(), SECTION.as_bytes()).or(Some(whole.len()));
                self.section.first(from, next).filter(|next| Some(*next) < end).map_or(0, |next| next - from)
            }
            None => whole.len(),
        };
        let is_document = |rest: &str| DOCUMENTS.iter().any(|root| rest.starts_with(root));
        let cut = cut(&whole[..limit], |rest| is_end_tag(rest, inside) || is_entry(rest) || is_document(rest));
        if let Some(cut) = cut {
            self.complain(ComplaintKind::Unended, SECTION);
            self.at = from + cut;
            return &whole[..cut];
        }
        match end {
            Some(end) => self.at = end + 3,
            None => {
                self.complain(ComplaintKind::CutOff, SECTION);
                self.at = self.text.len();
            }
        }
        whole
    }
}

/// Whether an end tag of this name begins a text.
fn is_end_tag(text: &str, name: &str) -> bool {
    let behind = text.strip_prefix("</").and_then(|tag| tag.strip_prefix(name));
    behind.is_some_and(|behind| behind.trim_start_matches([' ', '\t', '\r', '\n']).starts_with('>'))
}

/// Where the first `<` stands in a section that begins one of these.
fn cut(section: &str, is_one: impl Fn(&str) -> bool) -> Option<usize> {
    memchr_iter(b'<', section.as_bytes()).find(|at| is_one(&section[*at..]))
}

/// Whether an element holds entries or fields, and no text of its own.
fn holds_entries(name: &str) -> bool {
    ["item", "entry", "channel", "feed", "rss", "items", "RDF"].contains(&name) || name.ends_with(":RDF")
}

/// The length of a section's beginning that is not written as it should be: `<![cdata[`, `<!CDATA[`, `<! [CDATA [`.
pub(super) fn odd_section(text: &str) -> Option<usize> {
    let rest = text.strip_prefix("<!")?;
    let rest = rest.trim_start_matches(['[', ' ']);
    let rest = rest.get(..5).filter(|word| word.eq_ignore_ascii_case("cdata")).map(|_| &rest[5..])?;
    let rest = rest.strip_prefix(' ').filter(|rest| rest.starts_with('[')).unwrap_or(rest);
    Some(text.len() - rest.strip_prefix('[').unwrap_or(rest).len())
}
