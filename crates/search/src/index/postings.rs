//! Which texts have a word, and how often: mostly one byte a text.

use crate::index::bytes::{put_number, take_number};
use crate::index::error::Damage;

/// The counts that are written in two bits beside the number; a larger one follows.
const COUNT_BITS: u32 = 2;
const LARGEST_CODE: u64 = (1 << COUNT_BITS) - 1;

/// The list of a word as it grows.
#[derive(Clone, Debug, Default)]
pub(crate) struct List {
    bytes: Vec<u8>,
    /// The first text that may come next.
    next: u32,
    texts: u32,
}

impl List {
    /// Appends a text, later than all before, with how often it has the word, from 1 on.
    pub(crate) fn push(&mut self, text: u32, count: u32) {
        let gap = u64::from(text - self.next);
        let more = u64::from(count.max(1) - 1);
        put_number(&mut self.bytes, gap << COUNT_BITS | more.min(LARGEST_CODE));
        if more >= LARGEST_CODE {
            put_number(&mut self.bytes, more - LARGEST_CODE);
        }
        self.next = text + 1;
        self.texts += 1;
    }

    /// How many texts have the word.
    pub(crate) fn texts(&self) -> u32 {
        self.texts
    }

    /// As it is kept.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// What it takes in memory.
    pub(crate) fn room(&self) -> usize {
        self.bytes.capacity()
    }

    /// Forgets all, and keeps the room.
    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        (self.next, self.texts) = (0, 0);
    }
}

/// Reads a list from its beginning.
#[derive(Clone, Debug)]
pub(crate) struct Cursor<'b> {
    rest: &'b [u8],
    left: u32,
    next: u32,
    end: u32,
    here: Option<(u32, u32)>,
}

impl<'b> Cursor<'b> {
    /// At the first of so many texts, all below `end`.
    pub(crate) fn new(bytes: &'b [u8], texts: u32, end: u32) -> Result<Self, Damage> {
        let mut cursor = Self { rest: bytes, left: texts, next: 0, end, here: None };
        cursor.advance()?;
        Ok(cursor)
    }

    /// The text it stands at and how often that has the word; nothing after the last.
    #[inline]
    pub(crate) fn here(&self) -> Option<(u32, u32)> {
        self.here
    }

    fn advance(&mut self) -> Result<(), Damage> {
        let Some(left) = self.left.checked_sub(1) else {
            self.here = None;
            return Ok(());
        };
        self.left = left;
        self.here = Some(take_text(&mut self.rest, self.next, self.end)?);
        self.next = self.here.map_or(0, |(text, _)| text + 1);
        Ok(())
    }

    /// Hands over all texts before `end`, and stands at the next. This is where most of a question's time goes, so what
    /// changes with each text is kept in variables of its own.
    #[inline]
    pub(crate) fn until(&mut self, end: u32, mut take: impl FnMut(u32, u32)) -> Result<(), Damage> {
        let Some((mut text, mut count)) = self.here else { return Ok(()) };
        let (mut rest, mut left) = (self.rest, self.left);
        while text < end {
            take(text, count);
            let Some(fewer) = left.checked_sub(1) else {
                (self.here, self.left) = (None, 0);
                return Ok(());
            };
            left = fewer;
            (text, count) = match rest.split_first() {
                // A gap and a small count in one byte, as most are.
                Some((first, after)) if *first < 0x80 && u64::from(*first) & LARGEST_CODE < LARGEST_CODE => {
                    rest = after;
                    let text = text.saturating_add(1 + u32::from(*first >> COUNT_BITS));
                    if text >= self.end {
                        return Err(NOT_THERE);
                    }
                    (text, (u32::from(*first) & LARGEST_CODE as u32) + 1)
                }
                _ => {
                    let mut slowly = rest;
                    let taken = take_text(&mut slowly, text + 1, self.end)?;
                    rest = slowly;
                    taken
                }
            };
        }
        *self = Self { rest, left, next: text + 1, end: self.end, here: Some((text, count)) };
        Ok(())
    }
}

const NOT_THERE: Damage = Damage("names a text that is not there");

/// Takes a text, at `next` or later, and its count off the front.
fn take_text(rest: &mut &[u8], next: u32, end: u32) -> Result<(u32, u32), Damage> {
    let number = take_number(rest)?;
    let mut count = (number & LARGEST_CODE) + 1;
    if count > LARGEST_CODE {
        count = count.saturating_add(take_number(rest)?);
    }
    let text = u64::from(next) + (number >> COUNT_BITS);
    if text >= u64::from(end) {
        return Err(NOT_THERE);
    }
    Ok((text as u32, count.min(u64::from(u32::MAX)) as u32))
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn what_was_put_in_comes_out(texts in proptest::collection::btree_map(0_u32..100_000, 1_u32..2_000, 0..50)) {
            let mut list = List::default();
            texts.iter().for_each(|(text, count)| list.push(*text, *count));
            let mut cursor = Cursor::new(list.bytes(), list.texts(), 100_000).expect("it is whole");
            let mut found = Vec::new();
            for end in [5, 50_000, 100_000] {
                cursor.until(end, |text, count| found.push((text, count))).expect("it is whole");
                proptest::prop_assert!(found.iter().all(|(text, _)| *text < end));
            }
            proptest::prop_assert_eq!(found, texts.into_iter().collect::<Vec<_>>());
        }

        #[test]
        fn any_bytes_are_read_or_damaged(bytes in proptest::collection::vec(0_u8.., 0..40), texts in 0_u32..50) {
            if let Ok(mut cursor) = Cursor::new(&bytes, texts, 1_000) {
                let mut last = None;
                let read = cursor.until(2_000, |text, _| {
                    assert!(text < 1_000 && last < Some(text));
                    last = Some(text);
                });
                proptest::prop_assert!(read.is_err() || cursor.here().is_none());
            }
        }
    }
}
