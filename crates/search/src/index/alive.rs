//! Which texts of a segment are still there.

use crc32fast::hash;

use crate::index::bytes::{Fixed, take_bytes, written};
use crate::index::disk::Folder;
use crate::index::error::{Damage, IndexError};
use crate::index::segment::Segment;
use crate::meaning::{DIMENSIONS, Vector};
use crate::scoring::Totals;

/// Which texts of a segment were taken out, and the sums over the others.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Alive {
    /// A bit for each text that was taken out; empty where none was.
    dead: Vec<u64>,
    pub(crate) totals: Totals,
}

impl Alive {
    pub(crate) fn all(segment: &Segment) -> Self {
        Self { dead: Vec::new(), totals: segment.totals.clone() }
    }

    fn name(segment: u64, number: u64) -> String {
        format!("segment-{segment}-without-{number}")
    }

    /// Whether a file of that name tells what was taken out of this segment.
    pub(crate) fn is_name(name: &str, segment: u64, number: u64) -> bool {
        name == Self::name(segment, number)
    }

    pub(crate) fn has(&self, text: u32) -> bool {
        self.dead.get(text as usize / 64).is_none_or(|dead| dead >> (text % 64) & 1 == 0)
    }

    /// How many texts are there.
    pub(crate) fn len(&self) -> usize {
        self.totals.texts
    }

    pub(crate) fn is_whole(&self) -> bool {
        self.dead.is_empty()
    }

    /// Takes a text out. Whether it was there.
    pub(crate) fn take(&mut self, segment: &Segment, text: u32) -> Result<bool, IndexError> {
        if !self.has(text) {
            return Ok(false);
        }
        let at = text as usize;
        let mut room = Vec::new();
        for parts in segment.vectors(at..at + 1, &mut room)? {
            self.totals.take(&Vector::of_parts(*parts), f32::from(segment.columns.lengths[at]));
        }
        self.dead.resize(segment.len().div_ceil(64), 0);
        self.dead[at / 64] |= 1 << (at % 64);
        Ok(true)
    }

    pub(crate) fn write(&self, folder: &Folder, segment: u64, number: u64) -> Result<(), IndexError> {
        let sums: Vec<f64> = [&[self.totals.lengths][..], &self.totals.directions].concat();
        let mut bytes = [written(&self.dead), written(&[self.totals.texts as u64]), written(&sums)].concat();
        hash(&bytes).put(&mut bytes);
        folder.replace(&Self::name(segment, number), &bytes)
    }

    pub(crate) fn read(folder: &Folder, segment: &Segment, number: u64) -> Result<Self, IndexError> {
        let name = Self::name(segment.number, number);
        let damaged = |why| Damage(why).of(&folder.file(&name));
        let bytes = folder.read(&name)?.ok_or_else(|| damaged("is missing"))?;
        let dead_bytes = segment.len().div_ceil(64) * 8;
        let mut rest = &bytes[..];
        let mut take = |many| take_bytes(&mut rest, many).map_err(|_| damaged("was cut"));
        let (dead, texts, sums) = (take(dead_bytes)?, take(8)?, take((DIMENSIONS + 1) * 8)?);
        if take(4)? != hash(&bytes[..bytes.len() - 4]).to_le_bytes() {
            return Err(damaged("holds other bytes than were written"));
        }
        let (texts, sums): (Vec<u64>, Vec<f64>) = (Fixed::all(texts), Fixed::all(sums));
        let totals = Totals { texts: texts[0] as usize, lengths: sums[0], directions: sums[1..].to_vec() };
        Ok(Self { dead: Fixed::all(dead), totals })
    }
}
