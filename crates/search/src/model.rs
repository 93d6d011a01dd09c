//! The model that turns a text into a vector: a table of word pieces, built into the program.

use std::collections::HashMap;
use std::fmt;
use std::ops::Range;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::meaning::{DIMENSIONS, Vector};
use crate::words::folded;

/// The table of vectors. It is a part of the program's own file, which the system maps and reads as far as it is used.
static TABLE: &[u8] = include_bytes!("../model/model.safetensors");
/// The pieces, a line each, in the order of the table.
static PIECES: &str = include_str!("../model/vocab.txt");

/// The most pieces of a text that are read: a page of prose. What comes after says little that is new.
const MOST_PIECES: usize = 600;
/// A longer run of letters is no word.
const LONGEST_WORD: usize = 60;

/// Why a model cannot be used.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadModel {
    /// It has another size than its own head says, or than the vocabulary needs.
    #[error(
        "the table of meanings has {found} bytes where {needed} are needed: put the whole file model.safetensors back"
    )]
    Size {
        /// What it has.
        found: usize,
        /// What it needs.
        needed: usize,
    },
    /// Its head cannot be read, or names another kind of table.
    #[error("the table of meanings is damaged or of another kind ({why}): put the file model.safetensors back")]
    Head {
        /// What is wrong with it.
        why: String,
    },
}

/// What knows the meaning of texts.
pub struct Meaning {
    rows: &'static [u8],
    scales: Vec<f32>,
    pieces: HashMap<&'static str, u32>,
}

impl fmt::Debug for Meaning {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Meaning of {} pieces", self.pieces.len())
    }
}

/// The head of a file of tensors, as far as ours has one.
#[derive(Deserialize)]
struct Head {
    embeddings: Tensor,
    scales: Tensor,
}

#[derive(Deserialize)]
struct Tensor {
    dtype: String,
    shape: Vec<usize>,
    data_offsets: (usize, usize),
}

impl Meaning {
    /// The model that is built into the program.
    pub fn built_in() -> &'static Self {
        static MEANING: LazyLock<Meaning> =
            LazyLock::new(|| Meaning::read(TABLE, PIECES).expect("a test reads the very bytes that are built in"));
        &MEANING
    }

    /// Reads a model: a file of the format safetensors, and its vocabulary.
    pub fn read(file: &'static [u8], vocabulary: &'static str) -> Result<Self, BadModel> {
        let pieces: HashMap<&str, u32> = vocabulary.lines().zip(0..).collect();
        let short = |needed| BadModel::Size { found: file.len(), needed };
        let (length, rest) = file.split_first_chunk::<8>().ok_or(short(8))?;
        let length = usize::try_from(u64::from_le_bytes(*length)).unwrap_or(usize::MAX);
        let head = rest.get(..length).ok_or(short(length.saturating_add(8)))?;
        let data = &rest[length..];
        let head: Head = serde_json::from_slice(head).map_err(|why| BadModel::Head { why: why.to_string() })?;
        let rows = pieces.len();
        let embeddings = head.embeddings.range("I8", &[rows, DIMENSIONS], 1)?;
        let scales = head.scales.range("F32", &[rows], 4)?;
        let end = embeddings.end.max(scales.end);
        if data.len() != end {
            return Err(BadModel::Size { found: file.len(), needed: (file.len() - data.len()).saturating_add(end) });
        }
        let (embeddings, scales) = (&data[embeddings], &data[scales]);
        let (scales, _) = scales.as_chunks::<4>();
        let scales: Vec<f32> = scales.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
        if !scales.iter().all(|scale| scale.is_finite() && scale.abs() < 1_000.0) {
            return Err(BadModel::Head { why: "a scale is no number".to_owned() });
        }
        Ok(Self { rows: embeddings, scales, pieces })
    }

    /// What a text means: a heading, a sentence, a page. Of a long text its beginning counts.
    ///
    /// The text is folded as the model's vocabulary is: small letters, no marks, punctuation apart.
    pub fn of(&self, text: &str) -> Vector {
        let mut sum = [0.0_f32; DIMENSIONS];
        let mut left = MOST_PIECES;
        each_word(text, |word| {
            self.add(word, &mut sum, &mut left);
            left > 0
        });
        Vector::of(&sum)
    }

    /// Whether this is a word of the vocabulary, folded as it is: mostly a usual word of English.
    pub(crate) fn knows(&self, word: &str) -> bool {
        self.pieces.contains_key(word)
    }

    /// Whether enough of a text's words are in the vocabulary for its vector to say something: the model knows English.
    pub(crate) fn grasps(&self, text: &str) -> bool {
        let (mut words, mut known) = (0, 0);
        for word in folded(text).split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()) {
            words += 1;
            known += usize::from(self.knows(word));
        }
        known * 2 >= words.max(1)
    }

    /// How rare a word is among English texts, folded as it is: its place in the vocabulary, where the most usual come
    /// first; that of none for what is not in it.
    pub(crate) fn rank(&self, word: &str) -> usize {
        self.pieces.get(word).map_or(usize::MAX, |row| *row as usize)
    }

    /// Adds up the pieces of a word, the longest first; a word that cannot be spelled with them counts for nothing.
    fn add(&self, word: &str, sum: &mut [f32; DIMENSIONS], left: &mut usize) {
        if word.len() > LONGEST_WORD {
            return;
        }
        let mut found: Vec<u32> = Vec::with_capacity(4);
        let mut piece = String::with_capacity(word.len() + 2);
        let mut start = 0;
        while start < word.len() {
            piece.clear();
            piece.push_str(if start == 0 { "" } else { "##" });
            let marks = piece.len();
            piece.push_str(&word[start..]);
            let row = loop {
                if let Some(row) = self.pieces.get(piece.as_str()) {
                    break *row;
                }
                if piece.pop().is_none() || piece.len() <= marks {
                    return;
                }
            };
            found.push(row);
            start += piece.len() - marks;
        }
        for row in found {
            let Some(fewer) = left.checked_sub(1) else { return };
            *left = fewer;
            let at = row as usize;
            let scale = self.scales[at];
            let row = &self.rows[at * DIMENSIONS..(at + 1) * DIMENSIONS];
            for (sum, part) in sum.iter_mut().zip(row) {
                *sum += scale * f32::from(part.cast_signed());
            }
        }
    }
}

impl Tensor {
    /// Where its bytes are, if it is of this type and shape.
    fn range(&self, dtype: &str, shape: &[usize], width: usize) -> Result<Range<usize>, BadModel> {
        let (start, end) = self.data_offsets;
        let is_so = self.dtype == dtype && self.shape == shape;
        if !is_so || end.checked_sub(start) != Some(shape.iter().product::<usize>() * width) {
            let why =
                format!("{} {:?} from byte {start} to {end} where {dtype} {shape:?} should be", self.dtype, self.shape);
            return Err(BadModel::Head { why });
        }
        Ok(start..end)
    }
}

/// Hands over the words of a text one by one, folded, each punctuation mark and each CJK character as a word of its own,
/// until `take` has enough.
fn each_word(text: &str, mut take: impl FnMut(&str) -> bool) {
    let folded = folded(text);
    let mut from = None;
    for (at, letter) in folded.char_indices() {
        if letter.is_alphanumeric() && !is_ideograph(letter) {
            from = from.or(Some(at));
            continue;
        }
        if from.take().is_some_and(|from| !take(&folded[from..at])) {
            return;
        }
        if !letter.is_whitespace() && !take(letter.encode_utf8(&mut [0; 4])) {
            return;
        }
    }
    if let Some(from) = from {
        take(&folded[from..]);
    }
}

fn is_ideograph(letter: char) -> bool {
    matches!(letter, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{2FA1F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn closer(text: &str, near: &str, far: &str) {
        let meaning = Meaning::built_in();
        let [text, near, far] = [text, near, far].map(|text| meaning.of(text));
        let (near, far) = (text.closeness(&near), text.closeness(&far));
        assert!(near > far + 0.1, "{near} and {far}");
    }

    #[test]
    fn the_same_in_other_words_is_closer_than_something_else() {
        closer("black mould in council flats", "damp and condensation in social housing", "booking a tennis court");
        closer("people who fall behind with council tax", "helping residents in debt", "a new bridge over the river");
        closer("missed bin collections", "rubbish that was not picked up", "school admissions");
    }

    #[track_caller]
    fn same(one: &str, other: &str) {
        let meaning = Meaning::built_in();
        let closeness = meaning.of(one).closeness(&meaning.of(other));
        assert!(closeness > 0.999, "{one} and {other}: {closeness}");
    }

    #[test]
    fn capitals_marks_and_spaces_mean_nothing() {
        same("Damp Homes", "damp  homes");
        same("café", "CAFE");
        same("naïve\u{200d}", "naive");
    }

    #[test]
    fn what_cannot_be_read_means_nothing() {
        let meaning = Meaning::built_in();
        for text in ["", "   ", "\u{1F9E9}", &"x".repeat(100_000)] {
            assert!(!meaning.of(text).says_something(), "{text:.20}");
        }
    }

    #[track_caller]
    fn refused(file: Vec<u8>, words: &str) {
        let why = Meaning::read(file.leak(), PIECES).err().map(|why| why.to_string()).unwrap_or_default();
        assert!(why.contains(words), "{why}");
    }

    #[test]
    fn a_damaged_model_is_refused_with_a_reason() {
        refused(vec![], "has 0 bytes");
        refused(TABLE[..5_000_000].to_vec(), "has 5000000 bytes where 7936112 are needed");
        refused([TABLE, b"more"].concat(), "has 7936116 bytes where 7936112 are needed");
        refused([&[255; 8][..], TABLE].concat(), "bytes where");
        let mut file = TABLE.to_vec();
        file[9] = b'!';
        refused(file, "damaged");
        refused(b"\x02\0\0\0\0\0\0\0{}".to_vec(), "missing field");
    }

    #[test]
    fn a_vocabulary_of_another_model_is_refused() {
        assert!(matches!(Meaning::read(TABLE, "one\ntwo"), Err(BadModel::Head { .. })));
    }

    proptest::proptest! {
        #[test]
        fn any_text_has_a_vector(text in "\\PC{0,200}") {
            let vector = Meaning::built_in().of(&text);
            let self_closeness = vector.closeness(&vector);
            proptest::prop_assert!(!vector.says_something() || (self_closeness - 1.0).abs() < 0.001);
        }
    }
}
