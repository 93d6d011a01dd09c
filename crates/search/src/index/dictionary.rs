//! The words of a segment, sorted and in blocks: each is written as what differs from the one before.

use std::ops::ControlFlow;

use crate::index::bytes::{put_number, take_bytes, take_number, take_small};
use crate::index::error::Damage;
use crate::index::postings::{Cursor, List};

/// How many words a block has.
pub(crate) const WORDS_A_BLOCK: usize = 64;

/// A word of a segment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Entry {
    /// How many texts have it.
    pub(crate) texts: u32,
    pub(crate) place: Place,
}

/// Where the list of a word is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Place {
    /// One text, and how often that has it: most words have no more.
    Here(u32, u32),
    /// In the file.
    There { at: u64, length: usize },
}

/// Where a block is, and the first of its words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Block {
    pub(crate) first: Box<str>,
    /// Where the lists of its words begin, and where itself does, right after them.
    pub(crate) lists: u64,
    pub(crate) at: u64,
    pub(crate) length: usize,
}

impl Block {
    pub(crate) fn put(&self, out: &mut Vec<u8>) {
        put_number(out, self.first.len() as u64);
        out.extend_from_slice(self.first.as_bytes());
        for number in [self.lists, self.at, self.length as u64] {
            put_number(out, number);
        }
    }

    /// Reads all blocks of a segment; none may reach beyond `end`.
    pub(crate) fn all(mut bytes: &[u8], end: u64) -> Result<Vec<Self>, Damage> {
        let mut blocks: Vec<Self> = Vec::new();
        while !bytes.is_empty() {
            let length = take_small(&mut bytes)?;
            let first = word_of(take_bytes(&mut bytes, length)?)?;
            let (lists, at) = (take_number(&mut bytes)?, take_number(&mut bytes)?);
            let length = take_small(&mut bytes)?;
            let block = Self { first: first.into(), lists, at, length };
            let is_after = blocks.last().is_none_or(|last| last.first < block.first);
            if !is_after || lists > at || at.checked_add(length as u64).is_none_or(|to| to > end) {
                return Err(Damage("has a list of words that leads nowhere"));
            }
            blocks.push(block);
        }
        Ok(blocks)
    }
}

/// A word that was kept as these bytes.
pub(crate) fn word_of(bytes: &[u8]) -> Result<&str, Damage> {
    str::from_utf8(bytes).map_err(|_| NO_WORD)
}

const NO_WORD: Damage = Damage("has a word that is none");

/// A block as it grows.
#[derive(Clone, Debug, Default)]
pub(crate) struct Words {
    bytes: Vec<u8>,
    first: String,
    last: String,
    many: usize,
}

impl Words {
    /// Appends a word, later than all before.
    pub(crate) fn push(&mut self, word: &str, list: &List) -> Result<(), Damage> {
        if self.many == 0 {
            self.first = word.to_owned();
        }
        let shared = self.last.bytes().zip(word.bytes()).take_while(|(one, other)| one == other).count();
        put_number(&mut self.bytes, shared as u64);
        put_number(&mut self.bytes, (word.len() - shared) as u64);
        self.bytes.extend_from_slice(&word.as_bytes()[shared..]);
        put_number(&mut self.bytes, u64::from(list.texts()));
        if list.texts() == 1 {
            let (text, count) = Cursor::new(list.bytes(), 1, u32::MAX)?.here().unwrap_or_default();
            put_number(&mut self.bytes, u64::from(text));
            put_number(&mut self.bytes, u64::from(count));
        } else {
            put_number(&mut self.bytes, list.bytes().len() as u64);
        }
        self.last = word.to_owned();
        self.many += 1;
        Ok(())
    }

    pub(crate) fn is_full(&self) -> bool {
        self.many >= WORDS_A_BLOCK
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.many == 0
    }

    /// The block, whose first list is at `lists`, and which will be at `at` itself; and its bytes.
    pub(crate) fn close(&mut self, lists: u64, at: u64) -> (Block, Vec<u8>) {
        let Self { bytes, first, .. } = std::mem::take(self);
        (Block { first: first.into(), lists, at, length: bytes.len() }, bytes)
    }
}

/// Goes through the words of a block in their order, as long as `take` wants more.
pub(crate) fn each_word(
    block: &Block,
    mut bytes: &[u8],
    mut take: impl FnMut(&[u8], Entry) -> ControlFlow<()>,
) -> Result<(), Damage> {
    let mut word: Vec<u8> = Vec::new();
    let mut at = block.lists;
    while !bytes.is_empty() {
        let (shared, length): (usize, usize) = (take_small(&mut bytes)?, take_small(&mut bytes)?);
        if shared > word.len() {
            return Err(NO_WORD);
        }
        word.truncate(shared);
        word.extend_from_slice(take_bytes(&mut bytes, length)?);
        let texts: u32 = take_small(&mut bytes)?;
        let place = if texts == 1 {
            Place::Here(take_small(&mut bytes)?, take_small(&mut bytes)?)
        } else {
            let length: usize = take_small(&mut bytes)?;
            let place = Place::There { at, length };
            at = at.saturating_add(length as u64);
            if at > block.at {
                return Err(Damage("has a list that leads nowhere"));
            }
            place
        };
        if take(&word, Entry { texts, place }).is_break() {
            break;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(texts: &[u32]) -> List {
        let mut list = List::default();
        texts.iter().for_each(|text| list.push(*text, 1));
        list
    }

    proptest::proptest! {
        #[test]
        fn words_come_back_with_their_lists(words in proptest::collection::btree_map("[a-cé]{1,6}", 1_u32..4, 1..40)) {
            let mut growing = Words::default();
            let mut lists = Vec::new();
            for (word, texts) in &words {
                let list = list(&(0..*texts).collect::<Vec<_>>());
                growing.push(word, &list).expect("the list is whole");
                if *texts > 1 {
                    lists.extend_from_slice(list.bytes());
                }
            }
            let (block, bytes) = growing.close(0, lists.len() as u64);
            let mut found = Vec::new();
            let read = each_word(&block, &bytes, |word, entry| {
                found.push((word_of(word).expect("it was put in").to_owned(), entry.texts));
                match entry.place {
                    Place::Here(text, count) => assert_eq!((text, count), (0, 1)),
                    Place::There { at, length } => {
                        let bytes = &lists[at as usize..at as usize + length];
                        assert!(Cursor::new(bytes, entry.texts, 10).is_ok());
                    }
                }
                ControlFlow::Continue(())
            });
            proptest::prop_assert_eq!(read, Ok(()));
            proptest::prop_assert_eq!(found, words.into_iter().collect::<Vec<_>>());
            let mut written = Vec::new();
            block.put(&mut written);
            proptest::prop_assert_eq!(Block::all(&written, 10_000), Ok(vec![block]));
        }

        #[test]
        fn any_bytes_are_words_or_damaged(bytes in proptest::collection::vec(0_u8.., 0..60)) {
            let block = Block { first: "a".into(), lists: 0, at: 50, length: bytes.len() };
            let _ = each_word(&block, &bytes, |_, _| ControlFlow::Continue(()));
            let _ = Block::all(&bytes, 1_000);
        }
    }
}
