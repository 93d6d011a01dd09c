//! A post: what a poll hands over, what is known of it when it comes again, and what pages show.

use model::{Language, Licence, PostId, PostState, SourceId, SourceState, Time};

use crate::engine::Columns;
use crate::packed::Packed;
use crate::source::SourceRef;
use crate::{AuthorRef, BodyKind};

/// The keys by which a post is known again: hashes, made by whoever polls.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct PostKeys {
    /// Of the id that its feed claims.
    pub id: Option<String>,
    /// Of its link.
    pub link: Option<String>,
    /// Of its words.
    pub text: Option<String>,
    /// Of its title, where that means something.
    pub title: Option<String>,
    /// Of everything that a reader would notice: where it differs, the post was revised.
    pub body: String,
}

impl PostKeys {
    /// The strongest key there is. No two posts of a source share it.
    pub(crate) fn known_by(&self) -> String {
        let strongest = [("i", &self.id), ("l", &self.link), ("t", &self.text)]
            .into_iter()
            .find_map(|(kind, key)| key.as_ref().map(|key| format!("{kind}{key}")));
        strongest.unwrap_or_else(|| format!("b{}", self.body))
    }
}

/// A post as a poll read it.
#[derive(Clone, PartialEq, Debug)]
pub struct NewPost {
    /// Its keys.
    pub keys: PostKeys,
    /// The id that its feed claims.
    pub claimed_id: Option<String>,
    /// Its permanent link.
    pub link: Option<String>,
    /// Its title, plain, never empty.
    pub title: String,
    /// Who signed it, in that order.
    pub authors: Vec<NewAuthor>,
    /// The names as they were written, where that says more than the list.
    pub author_line: Option<String>,
    /// The language that it claims or seems to be in.
    pub language: Option<Language>,
    /// The date as it was written.
    pub claimed_date: Option<String>,
    /// The date as it was understood.
    pub claimed_at: Option<Time>,
    /// When it says that it was changed.
    pub updated_at: Option<Time>,
    /// Its place in the river. Never later than when it is first seen, and never changed by a revision.
    pub place: Time,
    /// Its first sentences, plain.
    pub excerpt: String,
    /// The picture that goes before it.
    pub picture: Option<Picture>,
    /// How many words it has.
    pub words: u32,
    /// The licence that it claims.
    pub licence: Option<Licence>,
    /// Its text.
    pub body: Body,
    /// The post elsewhere that it is a copy of.
    pub same_as: Option<PostId>,
}

/// A post's text, as it came and cleaned.
#[derive(Clone, PartialEq, Debug)]
pub struct Body {
    /// As it came.
    pub claimed: Packed,
    /// How it is written.
    pub kind: BodyKind,
    /// The address that its own addresses are relative to.
    pub base: Option<String>,
    /// Cleaned; `None` where cleaning changes nothing.
    pub cleaned: Option<Packed>,
    /// The version of the cleaner.
    pub cleaner_version: u32,
    /// What its words come to, by which posts that nearly say the same are found; `None` for a short one.
    pub sketch: Option<Vec<u8>>,
}

impl Body {
    /// Packs both texts, without a sketch.
    pub fn new(claimed: &str, kind: BodyKind, base: Option<String>, cleaned: &str, cleaner_version: u32) -> Self {
        let packed = (cleaned != claimed).then(|| Packed::new(cleaned));
        Self { claimed: Packed::new(claimed), kind, base, cleaned: packed, cleaner_version, sketch: None }
    }
}

/// Somebody who signed a post.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct NewAuthor {
    /// The name as it is written.
    pub name: String,
    /// The author's own page.
    pub address: Option<String>,
    /// The key of the author's mail address, which itself nobody keeps.
    pub mail_key: Option<String>,
}

/// A picture that stands for a post.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
pub struct Picture {
    /// Where it is.
    pub address: String,
    /// What it shows, for those who don't see it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub alternative: String,
    /// Its width in pixels, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Its height in pixels, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
}

/// What is known of a post when one like it is read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KnownPost {
    /// Its number.
    pub id: PostId,
    /// Its source.
    pub source: SourceId,
    /// Its keys when it was last read.
    pub keys: PostKeys,
    /// Its link.
    pub link: Option<String>,
    /// Its title.
    pub title: String,
    /// Its first sentences.
    pub excerpt: String,
    /// How many words it has.
    pub words: u32,
    /// The date that it claims.
    pub claimed_at: Option<Time>,
    /// When it was first seen.
    pub first_seen: Time,
    /// Its place in the river.
    pub place: Time,
    /// The post that it is a copy of.
    pub same_as: Option<PostId>,
    /// Where it stands.
    pub state: PostState,
    /// How often it was revised, the first version counted.
    pub revision: u32,
}

/// A post as a list shows it.
#[derive(Clone, PartialEq, Debug)]
pub struct Card {
    /// Its number.
    pub id: PostId,
    /// Its title.
    pub title: String,
    /// The original.
    pub link: Option<String>,
    /// Who signed it.
    pub authors: Vec<AuthorRef>,
    /// The names as they were written, where that says more.
    pub author_line: Option<String>,
    /// Where it comes from.
    pub source: SourceRef,
    /// The language that counts.
    pub language: Option<Language>,
    /// The date that it claims.
    pub claimed_at: Option<Time>,
    /// When we first saw it.
    pub first_seen: Time,
    /// Its place in the river.
    pub place: Time,
    /// When we last saw it change; `first_seen` if it never did.
    pub revised_at: Time,
    /// Its first sentences.
    pub excerpt: String,
    /// The picture that goes before it.
    pub picture: Option<Picture>,
    /// How many words it has.
    pub words: u32,
    /// The licence that it claims itself.
    pub licence: Option<Licence>,
}

/// A post with all that its page shows.
#[derive(Clone, PartialEq, Debug)]
pub struct Post {
    /// What lists show of it.
    pub card: Card,
    /// Whether it is in the river: it and its source are shown, and no other post is shown in its stead.
    pub in_river: bool,
    /// Where it stands.
    pub state: PostState,
    /// Since when.
    pub state_since: Time,
    /// And why.
    pub state_reason: Option<String>,
    /// Where its source stands.
    pub source_state: SourceState,
    /// Why its source stands there.
    pub source_state_reason: Option<String>,
    /// The post that it is a copy of.
    pub same_as: Option<PostId>,
    /// Its cleaned text.
    pub cleaned: Option<String>,
    /// The date as it was written.
    pub claimed_date: Option<String>,
    /// How many versions we have seen.
    pub revisions: u32,
    /// Where else it can be read, as far as that is shown: the one in the river first.
    pub also_at: Vec<AlsoAt>,
}

/// What a post said before it was revised.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Version {
    /// Which version: 1 is the first.
    pub number: u32,
    /// When we first saw it so.
    pub seen_at: Time,
    /// Its title then.
    pub title: String,
    /// Its text then, as it came: never to be printed without being cleaned.
    pub claimed: Packed,
}

/// The same text in another source.
#[derive(Clone, PartialEq, Debug)]
pub struct AlsoAt {
    /// Its number.
    pub id: PostId,
    /// Whether the river shows this one for all.
    pub in_river: bool,
    /// Where it comes from.
    pub source: SourceRef,
    /// The original.
    pub link: Option<String>,
    /// Its title there.
    pub title: String,
    /// Its place in the river.
    pub place: Time,
}

/// The columns of a [`Card`] besides its source's and its authors, for a statement in which `posts` goes by `p`.
macro_rules! card_columns {
    () => {
        "p.id AS id, p.title, p.link, p.author_line, p.language AS language, p.claimed_at, p.first_seen, p.place,
         p.revised_at, p.excerpt, p.picture, p.words, p.licence AS licence"
    };
}
pub(crate) use card_columns;

impl Card {
    pub(crate) fn read(row: &impl Columns) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.must("id")?,
            title: row.must("title")?,
            link: shown_link(row, "link")?,
            authors: vec![],
            author_line: row.maybe("author_line")?,
            source: SourceRef::read(row)?,
            language: row.maybe("language")?,
            claimed_at: row.maybe("claimed_at")?,
            first_seen: row.must("first_seen")?,
            place: row.must("place")?,
            revised_at: row.must("revised_at")?,
            excerpt: row.must("excerpt")?,
            picture: row.maybe("picture")?,
            words: row.must("words")?,
            licence: row.maybe("licence")?,
        })
    }
}

/// A link as it is shown; the store keeps it as it was claimed.
pub(crate) fn shown_link(row: &impl Columns, column: &str) -> sqlx::Result<Option<String>> {
    let link: Option<String> = row.maybe(column)?;
    Ok(link.map(|link| model::shown_link(&link).into_owned()))
}

impl Version {
    pub(crate) fn read(row: &impl Columns) -> sqlx::Result<Self> {
        Ok(Self {
            number: row.must("number")?,
            seen_at: row.must("seen_at")?,
            title: row.must("title")?,
            claimed: Packed::from_store(row.must("claimed")?),
        })
    }
}

impl KnownPost {
    pub(crate) fn read(row: &impl Columns) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.must("id")?,
            source: row.must("source_id")?,
            keys: PostKeys {
                id: row.maybe("id_key")?,
                link: row.maybe("link_key")?,
                text: row.maybe("text_key")?,
                title: row.maybe("title_key")?,
                body: row.must("body_key")?,
            },
            link: row.maybe("link")?,
            title: row.must("title")?,
            excerpt: row.must("excerpt")?,
            words: row.must("words")?,
            claimed_at: row.maybe("claimed_at")?,
            first_seen: row.must("first_seen")?,
            place: row.must("place")?,
            same_as: row.maybe("same_as")?,
            state: row.must("state")?,
            revision: row.must("revision")?,
        })
    }
}
