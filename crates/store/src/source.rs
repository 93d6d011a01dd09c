//! A source as the store keeps it, and the few words of it that stand beside each post.

use model::{Address, Health, Language, Licence, Outcome, Pace, Show, SourceId, SourceState, Time};

use crate::SourceKind;
use crate::engine::Columns;
use crate::hubs::Hub;
use crate::post::shown_link;

/// The attributes of an outline that are not ours, in their order, so that a list goes out as it came in.
pub type Attributes = Vec<(String, String)>;

/// All that is known about a source.
#[derive(Clone, PartialEq, Debug)]
pub struct SourceRecord {
    /// Its number.
    pub id: SourceId,
    /// Its place in our addresses; never changes.
    pub slug: String,
    /// Where it is polled.
    pub address: Address,
    /// What its address gives.
    pub kind: SourceKind,
    /// Where it stands.
    pub state: SourceState,
    /// Since when.
    pub state_since: Time,
    /// And why, where somebody said so.
    pub state_reason: Option<String>,
    /// When it was added.
    pub added: Time,
    /// The name that is shown: what was set, else what a person would say.
    pub name: String,
    /// Its website, as shown.
    pub site: Option<String>,
    /// What it says of itself, as shown.
    pub about: Option<String>,
    /// The language that counts.
    pub language: Option<Language>,
    /// The licence that counts.
    pub licence: Option<Licence>,
    /// What the feed and the list say, before anybody set anything.
    pub claims: SourceClaims,
    /// The name in the list that it was imported from.
    pub listed_name: Option<String>,
    /// What an editor or the proved owner set; it wins and lasts.
    pub set: SetSource,
    /// The rest of its outline in the list that it was imported from.
    pub listed_attributes: Attributes,
    /// When an editor last said that whatever its address gives is its own.
    pub accepted: Option<Time>,
    /// How often an editor wants it asked; it wins over its rhythm and lasts.
    pub pace: Option<Pace>,
    /// How polling it goes.
    pub poll: PollState,
    /// Where it says that its news is told.
    pub hub: Option<Hub>,
    /// Until when that hub has promised to tell us.
    pub told_until: Option<Time>,
    /// The hash of the icon that is kept of it.
    pub icon: Option<String>,
}

/// What a source claims about itself, and the name that we make of it. Every good poll brings it anew.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SourceClaims {
    /// The title of the feed, as it is.
    pub title: Option<String>,
    /// The name that a person would say.
    pub said_name: String,
    /// Its website.
    pub site: Option<String>,
    /// Its subtitle or description.
    pub about: Option<String>,
    /// Its language.
    pub language: Option<Language>,
    /// Its licence.
    pub licence: Option<Licence>,
    /// The address of its icon.
    pub icon: Option<String>,
}

/// What an editor or the proved owner set. What is `None` is as the source claims.
#[derive(Clone, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct SetSource {
    /// The name.
    pub name: Option<String>,
    /// The website.
    pub site: Option<String>,
    /// What it says of itself.
    pub about: Option<String>,
    /// The language of all its posts.
    pub language: Option<Language>,
    /// The licence of all its posts.
    pub licence: Option<Licence>,
    /// How much of its posts is shown.
    pub show: Option<Show>,
}

/// How polling a source goes: what we know for the next look, and what came of the last.
#[derive(Clone, PartialEq, Debug)]
pub struct PollState {
    /// The `ETag`.
    pub etag: Option<String>,
    /// The `Last-Modified`.
    pub last_modified: Option<String>,
    /// The address that both belong to.
    pub validators_for: Option<String>,
    /// The mark of the last body.
    pub body_hash: Option<String>,
    /// When to look next.
    pub next_poll: Time,
    /// When we last looked.
    pub last_polled: Option<Time>,
    /// What came of it.
    pub last_answer: Option<Outcome>,
    /// Its status.
    pub last_status: Option<u16>,
    /// More about it in words.
    pub last_message: Option<String>,
    /// When it last answered well.
    pub last_ok: Option<Time>,
    /// When something new last came.
    pub last_new: Option<Time>,
    /// Since when every look has failed.
    pub failing_since: Option<Time>,
    /// How many have failed in a row.
    pub failures: u32,
    /// Where it says that it has moved for good.
    pub moved_to: Option<Address>,
    /// Since when it says so.
    pub moved_since: Option<Time>,
    /// Until when it asked us to wait.
    pub wish_until: Option<Time>,
    /// How it asked.
    pub wish_reason: Option<String>,
    /// Why the next look is when it is, in words: the end of "we ask again tomorrow, because …".
    pub next_reason: Option<String>,
    /// How large its document was when it was last read, in bytes.
    pub document_bytes: Option<u64>,
    /// What the feed itself asked for when it was last read: hours and days to skip, how long it stays fresh.
    pub asked: Option<String>,
    /// When it publishes, as `crawl` packs it: some forty bytes.
    pub rhythm: Option<Vec<u8>>,
}

impl PollState {
    /// Of a source that was never asked.
    pub fn fresh(next_poll: Time) -> Self {
        Self {
            etag: None,
            last_modified: None,
            validators_for: None,
            body_hash: None,
            next_poll,
            last_polled: None,
            last_answer: None,
            last_status: None,
            last_message: None,
            last_ok: None,
            last_new: None,
            failing_since: None,
            failures: 0,
            moved_to: None,
            moved_since: None,
            wish_until: None,
            wish_reason: None,
            next_reason: None,
            document_bytes: None,
            asked: None,
            rhythm: None,
        }
    }
}

/// What pages and feeds say of a source beside each of its posts.
#[derive(Clone, PartialEq, Debug)]
pub struct SourceRef {
    /// Its number.
    pub id: SourceId,
    /// Its place in our addresses.
    pub slug: String,
    /// The name that is shown.
    pub name: String,
    /// Its website.
    pub site: Option<String>,
    /// Where it is polled.
    pub address: String,
    /// The language that counts.
    pub language: Option<Language>,
    /// The licence that counts.
    pub licence: Option<Licence>,
    /// Whether an editor or the owner named that licence, so that it goes before a post's own.
    pub licence_set: bool,
    /// How much of its posts the owner or an editor wants shown.
    pub show_set: Option<Show>,
    /// Where it stands.
    pub state: SourceState,
    /// Since when.
    pub state_since: Time,
    /// The hash of the icon that is kept of it.
    pub icon: Option<String>,
}

impl SourceRecord {
    /// How it has been answering.
    pub fn health(&self) -> Health {
        Health {
            state: self.state,
            outcome: self.poll.last_answer,
            status: self.poll.last_status,
            failing_since: self.poll.failing_since,
            last_polled: self.poll.last_polled,
            last_new: self.poll.last_new,
            next_poll: self.poll.next_poll,
        }
    }

    /// The few words of it that stand beside each post.
    pub fn reference(&self) -> SourceRef {
        SourceRef {
            id: self.id,
            slug: self.slug.clone(),
            name: self.name.clone(),
            site: self.site.clone(),
            address: self.address.as_str().to_owned(),
            language: self.language.clone(),
            licence: self.licence.clone(),
            licence_set: self.set.licence.is_some(),
            show_set: self.set.show,
            state: self.state,
            state_since: self.state_since,
            icon: self.icon.clone(),
        }
    }

    pub(crate) fn read(row: &impl Columns) -> sqlx::Result<Self> {
        let claims = SourceClaims {
            title: row.maybe("claimed_title")?,
            said_name: row.must("said_name")?,
            site: row.maybe("site")?,
            about: row.maybe("about")?,
            language: row.maybe("language")?,
            licence: row.maybe("licence")?,
            icon: row.maybe("claimed_icon")?,
        };
        let set = SetSource {
            name: row.maybe("set_name")?,
            site: row.maybe("set_site")?,
            about: row.maybe("set_about")?,
            language: row.maybe("set_language")?,
            licence: row.maybe("set_licence")?,
            show: row.maybe("show_set")?,
        };
        Ok(Self {
            id: row.must("id")?,
            slug: row.must("slug")?,
            address: row.must("address")?,
            kind: row.must("kind")?,
            state: row.must("state")?,
            state_since: row.must("state_since")?,
            state_reason: row.maybe("state_reason")?,
            added: row.must("added")?,
            name: set.name.clone().unwrap_or_else(|| claims.said_name.clone()),
            site: set.site.clone().or_else(|| claims.site.clone()),
            about: set.about.clone().or_else(|| claims.about.clone()),
            language: set.language.clone().or_else(|| claims.language.clone()),
            licence: set.licence.clone().or_else(|| claims.licence.clone()),
            claims,
            listed_name: row.maybe("listed_name")?,
            set,
            listed_attributes: row.must("listed_attributes")?,
            accepted: row.maybe("accepted")?,
            pace: row.maybe("set_pace")?,
            poll: PollState::read(row)?,
            hub: row.maybe("hub")?,
            told_until: row.maybe("told_until")?,
            icon: row.maybe("icon")?,
        })
    }
}

impl PollState {
    fn read(row: &impl Columns) -> sqlx::Result<Self> {
        Ok(Self {
            etag: row.maybe("etag")?,
            last_modified: row.maybe("last_modified")?,
            validators_for: row.maybe("validators_for")?,
            body_hash: row.maybe("body_hash")?,
            next_poll: row.must("next_poll")?,
            last_polled: row.maybe("last_polled")?,
            last_answer: row.maybe("last_answer")?,
            last_status: row.maybe("last_status")?,
            last_message: row.maybe("last_message")?,
            last_ok: row.maybe("last_ok")?,
            last_new: row.maybe("last_new")?,
            failing_since: row.maybe("failing_since")?,
            failures: row.must("failures")?,
            moved_to: row.maybe("moved_to")?,
            moved_since: row.maybe("moved_since")?,
            wish_until: row.maybe("wish_until")?,
            wish_reason: row.maybe("wish_reason")?,
            next_reason: row.maybe("next_reason")?,
            document_bytes: row.maybe("document_bytes")?,
            asked: row.maybe("asked")?,
            rhythm: row.maybe("rhythm")?,
        })
    }
}

/// The columns of a [`SourceRecord`].
macro_rules! source_columns {
    () => {
        "id, slug, address, kind, state, state_since, state_reason, added, claimed_title, listed_name, said_name,
         set_name, site, set_site, about, set_about, language, set_language, licence, set_licence, show_set,
         listed_attributes, etag, last_modified, validators_for, body_hash, next_poll, last_polled, last_answer,
         last_status, last_message, last_ok, last_new, failing_since, failures, moved_to, moved_since, wish_until,
         wish_reason, asked, rhythm, hub, told_until, claimed_icon, icon, next_reason, document_bytes, accepted,
         set_pace"
    };
}
pub(crate) use source_columns;

/// The columns of a [`SourceRef`], for a statement in which `sources` goes by `s`.
macro_rules! source_ref_columns {
    () => {
        "s.id AS source_id, s.slug AS source_slug, COALESCE(s.set_name, s.said_name) AS source_name,
         COALESCE(s.set_site, s.site) AS source_site, s.address AS source_address,
         COALESCE(s.set_language, s.language) AS source_language,
         COALESCE(s.set_licence, s.licence) AS source_licence,
         CAST(CASE WHEN s.set_licence IS NULL THEN 0 ELSE 1 END AS BIGINT) AS source_licence_set, s.show_set AS source_show,
         s.state AS source_state, s.state_since AS source_state_since, s.icon AS source_icon"
    };
}
pub(crate) use source_ref_columns;

impl SourceRef {
    pub(crate) fn read(row: &impl Columns) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.must("source_id")?,
            slug: row.must("source_slug")?,
            name: row.must("source_name")?,
            site: shown_link(row, "source_site")?,
            address: row.must("source_address")?,
            language: row.maybe("source_language")?,
            licence: row.maybe("source_licence")?,
            licence_set: row.must::<i64>("source_licence_set")? == 1,
            show_set: row.maybe("source_show")?,
            state: row.must("source_state")?,
            state_since: row.must("source_state_since")?,
            icon: row.maybe("source_icon")?,
        })
    }
}
