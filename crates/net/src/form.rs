//! A form to be sent, and what came of it: how hubs are spoken to (WebSub §5).

use model::Address;

use crate::Wishes;

/// A form to be sent.
#[derive(Clone, Copy, Debug)]
pub struct Form<'a> {
    /// Where to.
    pub address: &'a Address,
    /// Its fields, in order. Together no longer than a few kilobytes: they are held in memory.
    pub fields: &'a [(&'a str, &'a str)],
}

/// What came of a form.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Posted {
    /// The status of the answer.
    pub status: u16,
    /// What the server would like us to do.
    pub wishes: Wishes,
    /// The beginning of what it said, as it came.
    pub words: String,
}

impl Form<'_> {
    /// As `application/x-www-form-urlencoded`.
    pub(crate) fn written(&self) -> String {
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(self.fields).finish()
    }
}

impl Posted {
    /// The most bytes of an answer that are kept.
    pub(crate) const LONGEST_WORDS: usize = 400;

    /// Whether the server took it: any 2xx.
    pub fn is_taken(&self) -> bool {
        (200..300).contains(&self.status)
    }
}
