//! A part of the index: some texts with their words and meanings in one file, which never changes once it is written.

use std::ops::{ControlFlow, Range};
use std::path::PathBuf;
use std::sync::OnceLock;

use crc32fast::hash;

use crate::acronyms::{self, Explained};
use crate::index::bytes::{Fixed, put_number, take_bytes, take_small, written};
use crate::index::columns::Columns;
use crate::index::dictionary::{Block, Entry, Place, Words, each_word, word_of};
use crate::index::disk::{Folder, Reading, Writing};
use crate::index::error::{Damage, IndexError};
use crate::index::postings::List;
use crate::index::signs::{SIGNS_BYTES, Signs};
use crate::meaning::{DIMENSIONS, Parts, Vector};
use crate::scoring::{Common, Totals, Weights};

/// What a file ends with: it is of this kind, and it is whole.
const MARK: &[u8; 8] = b"WMSEGM03";
/// How many bytes are read at once where a whole section is gone through.
const BUFFER_BYTES: usize = 256 * 1_024;

/// The sections of a file in their order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Section {
    Words,
    Blocks,
    Ids,
    Places,
    Sources,
    SourceOf,
    Languages,
    LanguageOf,
    Topics,
    TopicEnds,
    TopicOf,
    Lengths,
    Vectors,
    Signs,
    Totals,
}

const SECTIONS: usize = 15;
/// Each section's beginning, length and checksum; how many texts there are; the checksum of these; the mark.
const FOOT_BYTES: usize = SECTIONS * 20 + 4 + 4 + MARK.len();

/// A segment on the disk, with what is asked of every text held in memory: some 70 bytes a text.
#[derive(Debug)]
pub(crate) struct Segment {
    pub(crate) number: u64,
    file: Reading,
    sections: [(u64, u64, u32); SECTIONS],
    blocks: Vec<Block>,
    pub(crate) columns: Columns,
    pub(crate) signs: Vec<Signs>,
    /// Of all its texts, also those taken out since.
    pub(crate) totals: Totals,
    /// What its texts had in common when their signs were taken.
    pub(crate) common: Common,
    /// Its texts in the order of their ids, once somebody looks for one.
    by_id: OnceLock<Vec<u32>>,
    /// What its texts explain, also those taken out since; once somebody asks.
    explained: OnceLock<Explained>,
}

impl Segment {
    pub(crate) fn name(number: u64) -> String {
        format!("segment-{number}")
    }

    pub(crate) fn open(folder: &Folder, number: u64) -> Result<Self, IndexError> {
        let file = Reading::open(folder.file(&Self::name(number)))?;
        let length = file.length()?;
        let Some(foot_at) = length.checked_sub(FOOT_BYTES as u64) else {
            return Err(Damage("was cut").of(file.path()));
        };
        let foot = file.bytes(foot_at, FOOT_BYTES)?;
        let (sections, texts) = read_foot(&foot, foot_at).map_err(|damage| damage.of(file.path()))?;
        let whole = |section: Section| -> Result<Vec<u8>, IndexError> {
            let (at, length, sum) = sections[section as usize];
            let bytes = file.bytes(at, length as usize)?;
            if hash(&bytes) == sum { Ok(bytes) } else { Err(CHANGED.of(file.path())) }
        };
        let columns = Columns {
            ids: Fixed::all(&whole(Section::Ids)?),
            places: Fixed::all(&whole(Section::Places)?),
            sources: Fixed::all(&whole(Section::Sources)?),
            source_of: Fixed::all(&whole(Section::SourceOf)?),
            languages: read_names(&whole(Section::Languages)?).map_err(|damage| damage.of(file.path()))?,
            language_of: Fixed::all(&whole(Section::LanguageOf)?),
            topics: read_names(&whole(Section::Topics)?).map_err(|damage| damage.of(file.path()))?,
            topic_ends: Fixed::all(&whole(Section::TopicEnds)?),
            topic_of: Fixed::all(&whole(Section::TopicOf)?),
            lengths: Fixed::all(&whole(Section::Lengths)?),
        };
        let signs =
            whole(Section::Signs)?.as_chunks::<SIGNS_BYTES>().0.iter().map(Signs::from_bytes).collect::<Vec<_>>();
        let totals: Vec<f64> = Fixed::all(&whole(Section::Totals)?);
        let words_end = sections[Section::Words as usize].1;
        let blocks = Block::all(&whole(Section::Blocks)?, words_end).map_err(|damage| damage.of(file.path()))?;
        let vectors = sections[Section::Vectors as usize].1;
        let is_sound = columns.is_sound(texts)
            && signs.len() == texts
            && vectors == (texts * DIMENSIONS) as u64
            && totals.len() == DIMENSIONS + 1;
        if !is_sound {
            return Err(CHANGED.of(file.path()));
        }
        let totals = Totals { texts, lengths: totals[0], directions: totals[1..].to_vec() };
        let common = totals.common(&Weights::USUAL);
        let (by_id, explained) = (OnceLock::new(), OnceLock::new());
        Ok(Self { number, file, sections, blocks, columns, signs, totals, common, by_id, explained })
    }

    /// How many texts it has, with those taken out since.
    pub(crate) fn len(&self) -> usize {
        self.columns.len()
    }

    /// The place of a text in it.
    pub(crate) fn place_of(&self, id: i64) -> Option<u32> {
        let ids = &self.columns.ids;
        let by_id = self.by_id.get_or_init(|| {
            let mut by_id: Vec<u32> = (0..ids.len() as u32).collect();
            by_id.sort_by_key(|place| ids[*place as usize]);
            by_id
        });
        by_id.binary_search_by_key(&id, |place| ids[*place as usize]).ok().map(|at| by_id[at])
    }

    /// Looks a word up.
    pub(crate) fn entry(&self, word: &str) -> Result<Option<Entry>, IndexError> {
        let Some(at) = self.blocks.partition_point(|block| *block.first <= *word).checked_sub(1) else {
            return Ok(None);
        };
        let mut found = None;
        self.block(at, |other, entry| {
            if other == word.as_bytes() {
                found = Some(entry);
            }
            if other < word.as_bytes() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
        Ok(found)
    }

    fn block(&self, at: usize, take: impl FnMut(&[u8], Entry) -> ControlFlow<()>) -> Result<(), IndexError> {
        let block = &self.blocks[at];
        let bytes = self.file.bytes(block.at, block.length)?;
        each_word(block, &bytes, take).map_err(|damage| damage.of(self.file.path()))
    }

    /// Goes through the words that begin with this letter, each as its bytes. Blocks whose words all begin with what
    /// `may_begin` says no to are not read.
    pub(crate) fn each_word_from(
        &self,
        letter: char,
        may_begin: impl Fn(&str) -> bool,
        mut take: impl FnMut(&[u8], Entry),
    ) -> Result<(), IndexError> {
        let first = letter.to_string();
        let from = self.blocks.partition_point(|block| *block.first <= *first).saturating_sub(1);
        for at in from..self.blocks.len() {
            if *self.blocks[at].first > *first && !self.blocks[at].first.starts_with(letter) {
                break;
            }
            if let Some(next) = self.blocks.get(at + 1)
                && !may_begin(shared(&self.blocks[at].first, &next.first))
            {
                continue;
            }
            self.block(at, |word, entry| {
                if word.starts_with(first.as_bytes()) {
                    take(word, entry);
                }
                ControlFlow::Continue(())
            })?;
        }
        Ok(())
    }

    /// What its texts explain.
    pub(crate) fn explained(&self) -> Result<&Explained, IndexError> {
        if let Some(explained) = self.explained.get() {
            return Ok(explained);
        }
        let mut explained = Explained::default();
        let all = |_: &str| true;
        self.each_word_from(acronyms::MARK, all, |word, entry| {
            if let Ok(word) = str::from_utf8(word) {
                explained.take(word, entry.texts as usize);
            }
        })?;
        Ok(self.explained.get_or_init(|| explained))
    }

    /// The list of a word.
    pub(crate) fn list(&self, entry: &Entry) -> Result<Vec<u8>, IndexError> {
        match entry.place {
            Place::Here(text, count) => {
                let mut list = List::default();
                list.push(text, count);
                Ok(list.bytes().to_vec())
            }
            Place::There { at, length } => self.file.bytes(at, length),
        }
    }

    /// The vectors of some texts that stand side by side, in `room`.
    pub(crate) fn vectors<'r>(&self, texts: Range<usize>, room: &'r mut Vec<u8>) -> Result<&'r [Parts], IndexError> {
        room.resize(texts.len() * DIMENSIONS, 0);
        let (at, ..) = self.sections[Section::Vectors as usize];
        self.file.fill(at + (texts.start * DIMENSIONS) as u64, room)?;
        Ok(room.as_chunks().0)
    }

    /// Reads all of it once, and compares each checksum.
    pub(crate) fn verify(&self) -> Result<(), IndexError> {
        let mut room = vec![0; BUFFER_BYTES];
        for (at, length, sum) in self.sections {
            let mut hasher = crc32fast::Hasher::new();
            let mut done = 0;
            while done < length {
                let many = (length - done).min(BUFFER_BYTES as u64) as usize;
                self.file.fill(at + done, &mut room[..many])?;
                hasher.update(&room[..many]);
                done += many as u64;
            }
            if hasher.finalize() != sum {
                return Err(CHANGED.of(self.file.path()));
            }
        }
        Ok(())
    }

    /// The error that its file is damaged.
    pub(crate) fn damaged(&self, damage: Damage) -> IndexError {
        damage.of(self.file.path())
    }

    /// How many bytes its file has.
    pub(crate) fn bytes(&self) -> Result<u64, IndexError> {
        self.file.length()
    }

    /// All words from the first on, a block at a time.
    pub(crate) fn words(&self) -> AllWords<'_> {
        AllWords { segment: self, block: 0, words: Vec::new().into_iter() }
    }
}

const CHANGED: Damage = Damage("holds other bytes than were written");

type Foot = ([(u64, u64, u32); SECTIONS], usize);

/// What two words both begin with: so does every word that is sorted between them.
fn shared<'w>(one: &'w str, other: &str) -> &'w str {
    let bytes = one.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count();
    &one[..one.floor_char_boundary(bytes)]
}

/// Where the sections are, and how many texts there are.
fn read_foot(mut foot: &[u8], foot_at: u64) -> Result<Foot, Damage> {
    let (told, rest) = foot.split_at(SECTIONS * 20 + 4);
    if rest[4..] != MARK[..] {
        return Err(Damage("was cut, or is no part of an index"));
    }
    if rest[..4] != hash(told).to_le_bytes() {
        return Err(CHANGED);
    }
    let mut sections = [(0, 0, 0); SECTIONS];
    for section in &mut sections {
        let bytes = take_bytes(&mut foot, 20)?;
        let numbers: Vec<u64> = Fixed::all(&bytes[..16]);
        let sums: Vec<u32> = Fixed::all(&bytes[16..]);
        *section = (numbers[0], numbers[1], sums[0]);
        if section.0.checked_add(section.1).is_none_or(|end| end > foot_at) {
            return Err(CHANGED);
        }
    }
    let texts: Vec<u32> = Fixed::all(take_bytes(&mut foot, 4)?);
    Ok((sections, texts[0] as usize))
}

fn read_names(mut bytes: &[u8]) -> Result<Vec<String>, Damage> {
    let mut names = Vec::new();
    while !bytes.is_empty() {
        let length = take_small(&mut bytes)?;
        let name = str::from_utf8(take_bytes(&mut bytes, length)?).map_err(|_| CHANGED)?;
        names.push(name.to_owned());
    }
    Ok(names)
}

fn written_names(names: &[String]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for name in names {
        put_number(&mut bytes, name.len() as u64);
        bytes.extend_from_slice(name.as_bytes());
    }
    bytes
}

/// The words of a segment with where their lists are, in their order.
#[derive(Debug)]
pub(crate) struct AllWords<'s> {
    segment: &'s Segment,
    block: usize,
    words: std::vec::IntoIter<(String, Entry)>,
}

impl AllWords<'_> {
    pub(crate) fn next(&mut self) -> Result<Option<(String, Entry)>, IndexError> {
        loop {
            if let Some(word) = self.words.next() {
                return Ok(Some(word));
            }
            if self.block >= self.segment.blocks.len() {
                return Ok(None);
            }
            let mut words = Vec::new();
            let mut damaged = None;
            self.segment.block(self.block, |word, entry| {
                match word_of(word) {
                    Ok(word) => words.push((word.to_owned(), entry)),
                    Err(damage) => damaged = Some(damage),
                }
                ControlFlow::Continue(())
            })?;
            if let Some(damage) = damaged {
                return Err(self.segment.damaged(damage));
            }
            self.words = words.into_iter();
            self.block += 1;
        }
    }
}

/// A segment that is being written: first its words in their order, then its texts.
#[derive(Debug)]
pub(crate) struct Draft {
    out: Writing,
    path: PathBuf,
    sections: Vec<(u64, u64, u32)>,
    begun: u64,
    /// The words of the block that is being filled, and where its lists begin.
    words: Words,
    lists: u64,
    blocks: Vec<u8>,
}

impl Draft {
    pub(crate) fn new(folder: &Folder, number: u64) -> Result<Self, IndexError> {
        let name = Segment::name(number);
        Ok(Self {
            out: folder.create(&name)?,
            path: folder.file(&name),
            sections: Vec::with_capacity(SECTIONS),
            begun: 0,
            words: Words::default(),
            lists: 0,
            blocks: Vec::new(),
        })
    }

    /// Appends a word, later than all before.
    pub(crate) fn word(&mut self, word: &str, list: &List) -> Result<(), IndexError> {
        if list.texts() > 1 {
            self.out.write(list.bytes())?;
        }
        self.words.push(word, list).map_err(|damage| damage.of(&self.path))?;
        if self.words.is_full() { self.close_block() } else { Ok(()) }
    }

    fn close_block(&mut self) -> Result<(), IndexError> {
        let (block, bytes) = self.words.close(self.lists, self.out.at());
        block.put(&mut self.blocks);
        self.out.write(&bytes)?;
        self.lists = self.out.at();
        Ok(())
    }

    fn close_section(&mut self) {
        let length = self.out.at() - self.begun;
        self.sections.push((self.begun, length, self.out.sum()));
        self.begun = self.out.at();
    }

    fn section(&mut self, bytes: &[u8]) -> Result<(), IndexError> {
        self.out.write(bytes)?;
        self.close_section();
        Ok(())
    }

    /// Appends the texts, and brings all onto the disk.
    pub(crate) fn finish(
        mut self,
        columns: &Columns,
        totals: &Totals,
        vectors: impl Iterator<Item = Result<Parts, IndexError>>,
    ) -> Result<(), IndexError> {
        if !self.words.is_empty() {
            self.close_block()?;
        }
        self.close_section();
        let blocks = std::mem::take(&mut self.blocks);
        self.section(&blocks)?;
        self.section(&written(&columns.ids))?;
        self.section(&written(&columns.places))?;
        self.section(&written(&columns.sources))?;
        self.section(&written(&columns.source_of))?;
        self.section(&written_names(&columns.languages))?;
        self.section(&written(&columns.language_of))?;
        self.section(&written_names(&columns.topics))?;
        self.section(&written(&columns.topic_ends))?;
        self.section(&written(&columns.topic_of))?;
        self.section(&written(&columns.lengths))?;
        let common = totals.common(&Weights::USUAL);
        let mut signs = Vec::with_capacity(columns.len() * SIGNS_BYTES);
        for vector in vectors {
            let vector = Vector::of_parts(vector?);
            self.out.write(vector.parts())?;
            signs.extend_from_slice(&Signs::of(&common.without(&vector)).to_bytes());
        }
        self.close_section();
        self.section(&signs)?;
        let sums: Vec<f64> = [&[totals.lengths][..], &totals.directions].concat();
        self.section(&written(&sums))?;
        let mut foot = Vec::with_capacity(FOOT_BYTES);
        for (at, length, sum) in &self.sections {
            at.put(&mut foot);
            length.put(&mut foot);
            sum.put(&mut foot);
        }
        (columns.len() as u32).put(&mut foot);
        hash(&foot).put(&mut foot);
        foot.extend_from_slice(MARK);
        self.out.write(&foot)?;
        self.out.finish()
    }
}
