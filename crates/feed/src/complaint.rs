//! What was wrong with a feed, and how it was read nevertheless.

use std::fmt;

/// One thing that was wrong, where, and by what it was set right.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Complaint {
    /// What was wrong.
    pub kind: ComplaintKind,
    /// Where: the byte in the text, counted after decoding to UTF-8.
    pub place: usize,
    /// The name or the words that it is about; empty where there are none.
    pub word: Box<str>,
}

/// What can be wrong.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ComplaintKind {
    /// The encoding that was declared is not the one that the bytes are in.
    WrongEncoding,
    /// The encoding that was declared is one that nobody knows.
    UnknownEncoding,
    /// Some bytes fit no encoding that could be meant.
    BadBytes,
    /// A character that no XML may hold.
    ControlCharacter,
    /// Something before the first tag.
    JunkBefore,
    /// Something after the last tag.
    JunkAfter,
    /// A second document behind the first one.
    SecondDocument,
    /// The whole document was escaped, as if it were a text.
    Escaped,
    /// An `&` that begins no entity.
    BareAmpersand,
    /// A `<` that begins no tag.
    BareLessThan,
    /// An entity that was not declared.
    UndeclaredEntity,
    /// A prefix that was not declared.
    UndeclaredPrefix,
    /// An element that was not closed before the one around it.
    Unclosed,
    /// An end tag that nothing opened.
    StrayEnd,
    /// An attribute without quotes, without a value, or with an end in the wrong place.
    BadAttribute,
    /// A CDATA section whose marks are not written as they should be, or stand in a text.
    BadMark,
    /// A comment, CDATA section, instruction or tag that does not end.
    Unended,
    /// The document ends in the middle.
    CutOff,
    /// Elements nested deeper than anybody needs.
    TooDeep,
    /// More entries than anybody reads, or more links, files and media in one.
    TooMany,
    /// Entities that would grow without end.
    EntityBomb,
    /// JSON that breaks JSON's rules.
    BrokenJson,
    /// A value that has the wrong type.
    BadValue,
    /// A line of a plain list that holds no address.
    NoAddress,
}

impl ComplaintKind {
    /// Whether the bytes were damaged, rather than well written and against a format's rules.
    pub fn is_damage(self) -> bool {
        !matches!(self, Self::TooDeep | Self::TooMany | Self::BadValue | Self::NoAddress | Self::EntityBomb)
    }

    fn words(self) -> &'static str {
        match self {
            Self::WrongEncoding => "the declared encoding is wrong",
            Self::UnknownEncoding => "the declared encoding is unknown",
            Self::BadBytes => "some bytes do not fit the encoding",
            Self::ControlCharacter => "a control character",
            Self::JunkBefore => "something stands before the first tag",
            Self::JunkAfter => "something stands after the last tag",
            Self::SecondDocument => "a second document follows",
            Self::Escaped => "the document is escaped as a whole",
            Self::BareAmpersand => "an & that should be &amp;",
            Self::BareLessThan => "a < that should be &lt;",
            Self::UndeclaredEntity => "an entity that was not declared",
            Self::UndeclaredPrefix => "a prefix that was not declared",
            Self::Unclosed => "an element that is not closed",
            Self::StrayEnd => "an end tag that nothing opened",
            Self::BadAttribute => "an attribute that is badly written",
            Self::BadMark => "a CDATA section that is badly marked",
            Self::Unended => "something that begins and does not end",
            Self::CutOff => "the document ends in the middle",
            Self::TooDeep => "elements are nested too deep",
            Self::TooMany => "there is more than is read",
            Self::EntityBomb => "entities that grow without end",
            Self::BrokenJson => "the JSON is broken",
            Self::BadValue => "a value of the wrong type",
            Self::NoAddress => "a line without an address",
        }
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} at byte {}", self.kind.words(), self.place)?;
        if !self.word.is_empty() {
            write!(out, " ({})", self.word)?;
        }
        Ok(())
    }
}

/// Collects complaints; the first ones only, so that a hostile document cannot fill the memory with them.
#[derive(Default, Debug)]
pub(crate) struct Complaints {
    kept: Vec<Complaint>,
}

/// How many complaints about one document are kept.
pub(crate) const MOST_COMPLAINTS: usize = 100;

impl Complaints {
    pub fn add(&mut self, kind: ComplaintKind, place: usize, word: &str) {
        if self.kept.len() < MOST_COMPLAINTS {
            let word: String = word.chars().filter(|letter| !letter.is_control()).take(40).collect();
            self.kept.push(Complaint { kind, place, word: word.into() });
        }
    }

    pub fn into_vec(self) -> Vec<Complaint> {
        self.kept
    }
}
