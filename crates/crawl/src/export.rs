//! The list of sources, given out piece by piece: what is held in memory at once does not grow with it.

use std::io;

use feed::opml::{Outline, Part};
use model::{GroupId, SourceId};
use store::{Group, SourceKind, SourceRecord, StoreError};

use crate::poll::Crawler;

/// How many sources are read and written in one go.
const AT_ONCE: usize = 500;

/// Why a list could not be given out.
#[derive(Debug, thiserror::Error)]
pub enum CouldNotExport {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What was written went nowhere.
    #[error("writing the list")]
    Write(#[source] io::Error),
}

/// What is still to be written.
enum Step<'a> {
    Group(&'a Group),
    Sources(&'a [SourceId]),
    Close,
}

impl Crawler {
    /// Gives the list of sources as OPML to `write`: what went in comes out, with the names that an editor has set since.
    pub async fn export_opml(
        &self,
        title: &str,
        write: &mut dyn FnMut(&str) -> io::Result<()>,
    ) -> Result<(), CouldNotExport> {
        let shown = self.store.shown_source_ids().await?;
        let mut groups = self.store.groups().await?;
        for group in &mut groups {
            group.sources.retain(|id| shown.binary_search(id).is_ok());
        }
        let mut grouped: Vec<SourceId> = groups.iter().flat_map(|group| group.sources.iter().copied()).collect();
        grouped.sort_unstable();
        let alone: Vec<SourceId> = shown.into_iter().filter(|id| grouped.binary_search(id).is_err()).collect();
        let mut put = |part: &Part<'_>| write(&part.to_string()).map_err(CouldNotExport::Write);
        put(&Part::Start(title))?;
        // The next step is the last: no recursion, so no depth is too deep.
        let mut steps = vec![Step::Sources(&alone)];
        steps.extend(inside(&groups, None).rev().map(Step::Group));
        while let Some(step) = steps.pop() {
            match step {
                Step::Group(group) => {
                    let outline = Outline { text: group.name.clone(), ..Outline::default() };
                    let mut children = inside(&groups, Some(group.id)).rev().map(Step::Group).collect::<Vec<_>>();
                    if children.is_empty() && group.sources.is_empty() {
                        put(&Part::Whole(&outline))?;
                        continue;
                    }
                    put(&Part::Open(&outline))?;
                    steps.extend([Step::Close, Step::Sources(&group.sources)]);
                    steps.append(&mut children);
                }
                Step::Sources(ids) => {
                    for ids in ids.chunks(AT_ONCE) {
                        for source in self.store.sources_by_id(ids).await? {
                            put(&Part::Whole(&outline(&source)))?;
                        }
                    }
                }
                Step::Close => put(&Part::Close)?,
            }
        }
        put(&Part::End)
    }
}

/// The groups inside one, or those inside none.
fn inside(groups: &[Group], parent: Option<GroupId>) -> impl DoubleEndedIterator<Item = &Group> {
    groups.iter().filter(move |group| group.parent == parent)
}

fn outline(source: &SourceRecord) -> Outline {
    let name = source.set.name.clone().or_else(|| source.listed_name.clone()).unwrap_or_else(|| source.name.clone());
    // A site that led to its feed is polled there now.
    let is_feed = source.kind == SourceKind::Feed || source.site.as_deref() != Some(source.address.as_str());
    let mut outline = Outline {
        text: name,
        feed: is_feed.then(|| source.address.to_string()),
        site: source.site.clone().or_else(|| (!is_feed).then(|| source.address.to_string())),
        kind: Some(if is_feed { "rss" } else { "link" }.to_owned()),
        ..Outline::default()
    };
    for (name, value) in source.listed_attributes.iter().cloned() {
        match name.as_str() {
            "type" => outline.kind = Some(value),
            "category" => outline.category = Some(value),
            "description" => outline.description = Some(value),
            "language" => outline.language = Some(value),
            "title" => outline.title = Some(value),
            _ => outline.other.push((name, value)),
        }
    }
    outline
}
