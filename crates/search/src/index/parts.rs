//! Which segments an index is made of: told by one small file, which is replaced as a whole.

use std::sync::Arc;

use crc32fast::hash;
use serde::{Deserialize, Serialize};

use crate::index::alive::Alive;
use crate::index::disk::Folder;
use crate::index::error::{Damage, IndexError};
use crate::index::segment::Segment;
use crate::scoring::Totals;

/// How the files are laid out, and words are cut. An index of another number is built again.
const FORMAT: u32 = 2;

/// A segment, and which of its texts are still there.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) segment: Arc<Segment>,
    pub(crate) alive: Arc<Alive>,
    /// The number of the file that tells which were taken out, if one does.
    pub(crate) without: Option<u64>,
}

/// An index as it is at one moment.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parts {
    pub(crate) all: Vec<Part>,
    /// How far whoever keeps it has come, in their own words.
    pub(crate) progress: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct Manifest {
    format: u32,
    progress: String,
    segments: Vec<Named>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Named {
    number: u64,
    without: Option<u64>,
    /// How many texts it has left.
    texts: usize,
}

impl Manifest {
    fn read(folder: &Folder, name: &str) -> Result<Option<Self>, IndexError> {
        let damaged = |why| Damage(why).of(&folder.file(name));
        let Some(bytes) = folder.read(name)? else { return Ok(None) };
        let text = str::from_utf8(&bytes).map_err(|_| damaged("is no text"))?;
        let lines = text.strip_suffix('\n').and_then(|text| text.rsplit_once('\n'));
        let (told, sum) = lines.ok_or_else(|| damaged("was cut"))?;
        if format!("{:08x}", hash(format!("{told}\n").as_bytes())) != sum {
            return Err(damaged("holds other bytes than were written"));
        }
        let manifest: Self = serde_json::from_str(told).map_err(|_| damaged("is of another version"))?;
        if manifest.format == FORMAT { Ok(Some(manifest)) } else { Err(damaged("is of another version")) }
    }
}

impl Parts {
    /// Over all its texts.
    pub(crate) fn totals(&self) -> Totals {
        let mut totals = Totals::new();
        self.all.iter().for_each(|part| totals.add_all(&part.alive.totals));
        totals
    }

    pub(crate) fn len(&self) -> usize {
        self.all.iter().map(|part| part.alive.len()).sum()
    }

    /// Writes which segments these are to the file of this name; from then on it is so.
    pub(crate) fn write(&self, folder: &Folder, name: &str) -> Result<(), IndexError> {
        let named = |part: &Part| Named { number: part.segment.number, without: part.without, texts: part.alive.len() };
        let segments = self.all.iter().map(named).collect();
        let manifest = Manifest { format: FORMAT, progress: self.progress.clone(), segments };
        let mut told = serde_json::to_string(&manifest).expect("numbers and a text are always JSON");
        told.push('\n');
        let sum = hash(told.as_bytes());
        folder.replace(name, format!("{told}{sum:08x}\n").as_bytes())
    }

    /// How many texts there are by what the file of this name tells, if there is one.
    pub(crate) fn told(folder: &Folder, name: &str) -> Result<Option<usize>, IndexError> {
        let manifest = Manifest::read(folder, name)?;
        Ok(manifest.map(|manifest| manifest.segments.iter().map(|named| named.texts).sum()))
    }

    /// Opens what the file of this name tells of, if there is one. What `before` has of it is not opened again.
    pub(crate) fn read(folder: &Folder, name: &str, before: &Self) -> Result<Option<Self>, IndexError> {
        let Some(manifest) = Manifest::read(folder, name)? else { return Ok(None) };
        let mut all = Vec::new();
        for Named { number, without, .. } in manifest.segments {
            let known = before.all.iter().find(|part| part.segment.number == number);
            if let Some(part) = known.filter(|part| part.without == without) {
                all.push(part.clone());
                continue;
            }
            let segment = match known {
                Some(part) => Arc::clone(&part.segment),
                None => Arc::new(Segment::open(folder, number)?),
            };
            let alive = match without {
                Some(without) => Alive::read(folder, &segment, without)?,
                None => Alive::all(&segment),
            };
            all.push(Part { segment, alive: Arc::new(alive), without });
        }
        Ok(Some(Self { all, progress: manifest.progress }))
    }

    /// Whether they need the file of this name.
    pub(crate) fn need(&self, name: &str) -> bool {
        self.all.iter().any(|part| {
            let number = part.segment.number;
            name == Segment::name(number) || part.without.is_some_and(|without| Alive::is_name(name, number, without))
        })
    }
}
