//! Lists of projects and registers of organisations, taken in row by row, with a report of every row.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Read};

use catalogue::{Format, Row, Told};
use model::{Organisation, Time};
use store::{NewProject, Put, Store, StoreError};
use tracing::info;

/// How many rows are stored in one transaction.
const AT_ONCE: usize = 200;

/// Why a list could not be taken in to its end. What was told of before that is here.
#[derive(Debug, thiserror::Error)]
pub enum CouldNotTakeIn {
    /// It could not be read.
    #[error("the list could not be read on: {0}")]
    Read(#[from] io::Error),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What came of a row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TakenIn {
    /// The line that it begins on, from 1.
    pub line: u64,
    /// What it is called.
    pub label: String,
    /// What came of it.
    pub fate: RowFate,
    /// What of it was left out, in sentences.
    pub notes: Vec<String>,
}

/// What came of a row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RowFate {
    /// It is new.
    Taken,
    /// It was here, and says something else now.
    Changed,
    /// It was here just so.
    Unchanged,
    /// It was not taken, and why.
    Refused(String),
}

/// How many rows had each fate.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Tally {
    /// That are new.
    pub taken: u64,
    /// That say something else now.
    pub changed: u64,
    /// That were here just so.
    pub unchanged: u64,
    /// That were not taken.
    pub refused: u64,
}

impl Tally {
    fn add(&mut self, fate: &RowFate) {
        *match fate {
            RowFate::Taken => &mut self.taken,
            RowFate::Changed => &mut self.changed,
            RowFate::Unchanged => &mut self.unchanged,
            RowFate::Refused(_) => &mut self.refused,
        } += 1;
    }

    fn log(&self, what: &str) {
        let Self { taken, changed, refused, .. } = *self;
        info!(taken, changed, refused, "Took in {what}: {taken} new, {changed} changed");
    }
}

/// Takes in a list of projects; `tell` is told of every row in the order of the list. The same list again changes nothing.
pub async fn take_in_projects(
    store: &Store,
    from: impl Read,
    format: Format,
    now: Time,
    tell: &mut dyn FnMut(&TakenIn),
) -> Result<Tally, CouldNotTakeIn> {
    let new = |told: Told| NewProject { known_by: told.known_by(), given_id: told.id, told: told.project };
    let put = async |some: Vec<Told>| -> Result<Vec<RowFate>, StoreError> {
        let some: Vec<NewProject> = some.into_iter().map(new).collect();
        Ok(store.put_projects(&some, now).await?.into_iter().map(|put| fate(put, ANOTHER_PROJECT)).collect())
    };
    let tally = take_in(catalogue::projects(from, format), Told::known_by, put, tell).await?;
    tally.log("projects");
    Ok(tally)
}

/// Takes in one project, as if it were a list.
pub async fn take_in_project(store: &Store, told: Told, now: Time) -> Result<RowFate, StoreError> {
    let new = NewProject { known_by: told.known_by(), given_id: told.id, told: told.project };
    let put = store.put_projects(std::slice::from_ref(&new), now).await?.into_iter().next();
    Ok(fate(put.expect("the store gives a fate for each that it was given"), ANOTHER_PROJECT))
}

/// Takes in a register of organisations in the same way. Sources and projects that are theirs become so.
pub async fn take_in_organisations(
    store: &Store,
    from: impl Read,
    format: Format,
    now: Time,
    tell: &mut dyn FnMut(&TakenIn),
) -> Result<Tally, CouldNotTakeIn> {
    let put = async |some: Vec<Organisation>| -> Result<Vec<RowFate>, StoreError> {
        Ok(store.put_organisations(&some, now).await?.into_iter().map(|put| fate(put, ANOTHER_ORGANISATION)).collect())
    };
    let known_by = |told: &Organisation| told.code.clone().unwrap_or_else(|| format!("name:{}", told.name));
    let tally = take_in(catalogue::organisations(from, format), known_by, put, tell).await?;
    tally.log("organisations");
    Ok(tally)
}

/// What is said where another goes by the same id, or by the same code.
const ANOTHER_PROJECT: &str = "another project here has this id, and title, organisation and address are all different: give \
                               the list ids of its own, such as with the organisation’s code before them";
const ANOTHER_ORGANISATION: &str = "another organisation here goes by this code, and neither name nor GSS code nor website is \
                                    the same: correct the code, or give its GSS code or website";

fn fate<Id>(put: Put<Id>, another: &str) -> RowFate {
    match put {
        Put::New(_) => RowFate::Taken,
        Put::Changed(_) => RowFate::Changed,
        Put::Same(_) => RowFate::Unchanged,
        Put::Other(_) => RowFate::Refused(another.to_owned()),
    }
}

async fn take_in<T>(
    rows: impl Iterator<Item = io::Result<Row<T>>>,
    known_by: impl Fn(&T) -> String,
    put: impl AsyncFn(Vec<T>) -> Result<Vec<RowFate>, StoreError>,
    tell: &mut dyn FnMut(&TakenIn),
) -> Result<Tally, CouldNotTakeIn> {
    let mut tally = Tally::default();
    let mut met: HashMap<u64, u64> = HashMap::new();
    let mut rows = rows.peekable();
    while rows.peek().is_some() {
        let (mut some, mut told) = (vec![], vec![]);
        let mut broke = None;
        while some.len() < AT_ONCE
            && let Some(row) = rows.next()
        {
            let row = match row {
                Ok(row) => row,
                Err(why) => {
                    broke = Some(why);
                    break;
                }
            };
            // Of two rows with one id the first counts: else each import would turn one into the other and back.
            let read = row.read.and_then(|read| match met.entry(hash(&known_by(&read))) {
                Entry::Occupied(first) => Err(format!("it is the same one as on line {}, which counts", first.get())),
                Entry::Vacant(place) => {
                    place.insert(row.line);
                    Ok(read)
                }
            });
            let refused = read.map(|read| some.push(read)).err();
            told.push((row.line, row.label, refused, row.notes));
        }
        let mut fates = put(some).await?.into_iter();
        for (line, label, refused, notes) in told {
            let fate = match refused {
                Some(why) => RowFate::Refused(why),
                None => fates.next().expect("the store gives a fate for each that it was given"),
            };
            tally.add(&fate);
            tell(&TakenIn { line, label, fate, notes });
        }
        if let Some(why) = broke {
            return Err(why.into());
        }
    }
    Ok(tally)
}

fn hash(key: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}
