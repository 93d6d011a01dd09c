//! What a poll decided, for the store to carry out.

use model::{Address, PostId, SourceId};

use crate::hubs::HubNews;
use crate::post::{NewPost, PostKeys};
use crate::source::{PollState, SourceClaims};

/// All that one poll of one source means.
#[derive(Clone, PartialEq, Debug)]
pub struct Intents {
    /// Which source.
    pub source: SourceId,
    /// How polling it goes from now on.
    pub poll: PollState,
    /// Its new address, once a move has held for long enough. Left undone if another source is polled there.
    pub move_to: Option<Address>,
    /// It answered 410: its posts stay, but it is not asked again.
    pub retire: bool,
    /// What it says of itself; `None` if nothing was read.
    pub claims: Option<SourceClaims>,
    /// What it says of its hub.
    pub hub: HubNews,
    /// New posts, in the order of the numbers they shall get.
    pub add: Vec<NewPost>,
    /// Posts that say something else now.
    pub revise: Vec<Revised>,
    /// Posts that say the same under another id or link.
    pub rekey: Vec<Rekeyed>,
    /// Posts that are there as they were.
    pub seen: Vec<PostId>,
    /// Known posts elsewhere that turn out to be copies of a new one: which, and the index of that in `add`.
    pub copies: Vec<(PostId, usize)>,
}

impl Intents {
    /// A poll that only brings news of the polling itself.
    pub fn quiet(source: SourceId, poll: PollState) -> Self {
        Self {
            source,
            poll,
            move_to: None,
            retire: false,
            claims: None,
            hub: HubNews::None,
            add: vec![],
            revise: vec![],
            rekey: vec![],
            seen: vec![],
            copies: vec![],
        }
    }

    /// Whether it only brings news of the polling itself.
    pub(crate) fn is_quiet(&self) -> bool {
        let Self { source: _, poll: _, move_to, retire, claims, hub, add, revise, rekey, seen, copies } = self;
        move_to.is_none()
            && !retire
            && claims.is_none()
            && *hub == HubNews::None
            && add.is_empty()
            && revise.is_empty()
            && rekey.is_empty()
            && seen.is_empty()
            && copies.is_empty()
    }
}

/// A post that says something else now. Its place and what it is a copy of stay as they were.
#[derive(Clone, PartialEq, Debug)]
pub struct Revised {
    /// Which post.
    pub id: PostId,
    /// What it says now.
    pub post: NewPost,
}

/// A post that says the same under another id or link.
#[derive(Clone, PartialEq, Debug)]
pub struct Rekeyed {
    /// Which post.
    pub id: PostId,
    /// Its keys from now on.
    pub keys: PostKeys,
    /// The id that its feed claims now.
    pub claimed_id: Option<String>,
    /// Its link now.
    pub link: Option<String>,
}

/// What came of it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CarriedOut {
    /// How many posts are new. Those that were there already are not counted.
    pub added: usize,
    /// How many posts were revised.
    pub revised: usize,
    /// Sources whose move was left undone, because another source is polled there.
    pub not_moved: Vec<SourceId>,
    /// Sources that somebody took out while they were polled; nothing of those polls was stored.
    pub not_wanted: Vec<SourceId>,
}
