//! What has changed since, for whatever follows the list of changes: posts for the shelf, projects for who else.

use std::collections::BTreeSet;

use model::{PostId, ProjectId, SourceId};
use store::{ChangeKind, Store, StoreError};

/// How many changes are followed at once.
const CHANGES: u32 = 1_000;

/// What some changes concern.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Changed {
    /// Posts that are new, or other than they were, or come or go.
    pub(crate) posts: BTreeSet<PostId>,
    /// Sources that have another name, or are otherwise not what they were: their posts are found by it.
    pub(crate) sources: BTreeSet<SourceId>,
    /// Projects that are new, or of which something else is told.
    pub(crate) projects: BTreeSet<ProjectId>,
    /// The number of the last change.
    pub(crate) last: i64,
    /// Whether there were no more by then.
    pub(crate) is_all: bool,
}

/// What changed after a number; nothing where nothing did.
pub(crate) async fn changed_after(store: &Store, number: i64) -> Result<Option<Changed>, StoreError> {
    let changes = store.changes_after(number, CHANGES).await?;
    let Some(last) = changes.last() else { return Ok(None) };
    let mut changed = Changed { last: last.number, is_all: changes.len() < CHANGES as usize, ..Changed::default() };
    for change in &changes {
        match change.kind {
            ChangeKind::PostNew | ChangeKind::PostRevised | ChangeKind::PostShown | ChangeKind::PostHidden => {
                changed.posts.extend(change.post);
            }
            ChangeKind::SourceChanged => changed.sources.extend(change.source),
            ChangeKind::ProjectNew | ChangeKind::ProjectChanged => changed.projects.extend(change.project),
            _ => {}
        }
    }
    Ok(Some(changed))
}
