//! Lists of sources, taken in.

use std::collections::HashMap;

use feed::opml::{self, NotAList};
use model::{Address, Time};
use store::{NewSource, SourceKind, StoreError};
use tracing::info;

use crate::list::{self, Listed};
use crate::poll::Crawler;
use crate::read::Claims;
use crate::{pace, settle};

/// How many sources are added in one go.
const AT_ONCE: usize = 500;

/// Why a list could not be taken in.
#[derive(Debug, thiserror::Error)]
pub enum CouldNotImport {
    /// It is no list.
    #[error("this is not a list of sources: {}{}", .0, what_else(.0))]
    NotAList(#[from] NotAList),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What other lists look like, for whoever meant one of those.
fn what_else(why: &NotAList) -> &'static str {
    match why {
        NotAList::NotXml => "; a list of projects has a column or key “title”, one of organisations “name”",
        _ => "",
    }
}

/// What came of each source that a list names.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct ImportReport {
    /// The list's title.
    pub title: Option<String>,
    /// What came of each, in the order of the list.
    pub lines: Vec<Line>,
    /// What was wrong with the list itself, in words; the first of them.
    pub complaints: Vec<String>,
}

/// What came of one source of a list.
#[derive(Clone, PartialEq, Debug)]
pub struct Line {
    /// Where it stands in the list, from 1.
    pub number: usize,
    /// What the list calls it, or its address.
    pub name: String,
    /// What came of it.
    pub fate: Fate,
}

/// What came of one source of a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fate {
    /// It is new.
    Added,
    /// It was removed once, and is back.
    BroughtBack,
    /// It was there before.
    AlreadyThere,
    /// The list names it twice; the first of them counts.
    Twice,
    /// It cannot be added, and why.
    Refused(String),
}

impl ImportReport {
    /// How many sources had this fate.
    pub fn count(&self, is: impl Fn(&Fate) -> bool) -> usize {
        self.lines.iter().filter(|line| is(&line.fate)).count()
    }

    /// Those that were refused, each with the reason.
    pub fn refused(&self) -> impl Iterator<Item = (&Line, &str)> {
        self.lines.iter().filter_map(|line| match &line.fate {
            Fate::Refused(why) => Some((line, why.as_str())),
            _ => None,
        })
    }
}

impl Crawler {
    /// Takes in a list: OPML, whose nested outlines become groups, or one address a line.
    ///
    /// `watch` is told how many of how many are done. What was added before an error stays, and is met again as
    /// "already there" when the list is imported once more.
    pub async fn import(
        &self,
        bytes: &[u8],
        watch: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<ImportReport, CouldNotImport> {
        let list = opml::read(bytes)?;
        let listed = list::sources(&list);
        let mut report = ImportReport {
            title: list.title,
            lines: vec![],
            complaints: list.complaints.iter().take(10).map(ToString::to_string).collect(),
        };
        let (of, now) = (listed.len(), self.clock.now());
        let mut wanted: Vec<(usize, NewSource)> = vec![];
        let mut met: HashMap<String, usize> = HashMap::new();
        for one in listed {
            let name = one.label.clone();
            let fate = match &one.address {
                Err(refused) => Fate::Refused(refused.to_string()),
                Ok(address) => {
                    let plain = model::plain_link(address.as_str()).unwrap_or_else(|| address.to_string());
                    match met.get(&plain) {
                        Some(first) => {
                            wanted[*first].1.groups.extend(Some(one.groups).filter(|path| !path.is_empty()));
                            Fate::Twice
                        }
                        None => {
                            met.insert(plain, wanted.len());
                            wanted.push((report.lines.len(), new_source(address.clone(), one, now)));
                            Fate::Added
                        }
                    }
                }
            };
            report.lines.push(Line { number: report.lines.len() + 1, name, fate });
        }
        let new = wanted.len() as u64;
        for ((_, source), nth) in wanted.iter_mut().zip(0..) {
            source.next_poll = pace::first_look(now, nth, new);
        }
        let mut done = of - wanted.len();
        watch(done, of);
        for some in wanted.chunks(AT_ONCE) {
            let sources: Vec<NewSource> = some.iter().map(|(_, source)| source.clone()).collect();
            let added = self.store.add_sources(&sources, now).await?;
            for ((line, _), added) in some.iter().zip(added) {
                report.lines[*line].fate = match added {
                    store::Added::New(_) => Fate::Added,
                    store::Added::Back(_) => Fate::BroughtBack,
                    store::Added::Known(_) => Fate::AlreadyThere,
                    store::Added::Left { .. } => Fate::Refused("it has left, at its owner's wish".to_owned()),
                };
            }
            done += some.len();
            watch(done, of);
        }
        let added = report.count(|fate| matches!(fate, Fate::Added | Fate::BroughtBack));
        info!(added, of, "Imported a list: {added} of {of} sources are new");
        Ok(report)
    }
}

fn new_source(address: Address, listed: Listed, now: Time) -> NewSource {
    let claims = Claims { site: listed.site, ..Claims::default() };
    NewSource {
        claims: settle::source_claims(listed.name.as_deref(), &address, None, claims),
        kind: if listed.is_feed { SourceKind::Feed } else { SourceKind::Site },
        address,
        listed_name: listed.name,
        listed_attributes: listed.attributes,
        groups: Some(listed.groups).filter(|path| !path.is_empty()).into_iter().collect(),
        next_poll: now,
    }
}
