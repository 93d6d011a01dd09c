//! `/sources.opml`: the list of sources, written while it is read, so that its length costs no memory.

use std::io::Write;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Response, header};
use bytes::Bytes;
use feed::opml::{Outline, Part};
use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::stream;
use model::SourceId;
use store::{GroupPart, GroupRef, SourceRecord, StoreError};
use tracing::error;

use crate::answer::{has_it, set_date};
use crate::newsroom::Newsroom;
use crate::packing::Packing;

const OPML: HeaderValue = HeaderValue::from_static("text/x-opml; charset=utf-8");
/// For how long a reader program may rest.
const FRESH: HeaderValue = HeaderValue::from_static("public, max-age=300");
/// How many sources are read at once.
const AT_ONCE: u32 = 500;
/// The most groups that a list has; who needs more has them in the export of the command line.
const MOST_GROUPS: u32 = 10_000;

/// `/sources.opml`.
pub(crate) async fn file(State(newsroom): State<Arc<Newsroom>>, asked: HeaderMap) -> Response<Body> {
    let revision = match newsroom.store().sources_revision().await {
        Ok(revision) => revision,
        Err(why) => return newsroom.sorry(&why),
    };
    // The list is not read to be named: it is another one whenever a source changed.
    let etag = format!("W/\"sources-{}-{}\"", revision.number, revision.at.millis());
    let mut answer = Response::new(Body::empty());
    let headers = answer.headers_mut();
    headers.insert(header::CACHE_CONTROL, FRESH);
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    headers.insert(header::ETAG, HeaderValue::from_str(&etag).expect("figures make a header"));
    set_date(headers, revision.at);
    if has_it(&asked, &etag, revision.at) {
        *answer.status_mut() = axum::http::StatusCode::NOT_MODIFIED;
        return answer;
    }
    let groups = match newsroom.store().group_names(MOST_GROUPS).await {
        Ok(groups) => groups,
        Err(why) => return newsroom.sorry(&why),
    };
    headers.insert(header::CONTENT_TYPE, OPML);
    let is_packed = Packing::asked(&asked) != Packing::None;
    if is_packed {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    let writing = Writing { newsroom, groups: groups.into_iter(), step: Step::Start, out: Out::new(is_packed) };
    *answer.body_mut() = Body::from_stream(stream::try_unfold(writing, Writing::next));
    answer
}

/// A list that is being written.
struct Writing {
    newsroom: Arc<Newsroom>,
    groups: std::vec::IntoIter<GroupRef>,
    step: Step,
    out: Out,
}

/// What comes next.
enum Step {
    Start,
    Group(GroupRef, Option<(i64, SourceId)>),
    Ungrouped(Option<SourceId>),
    End,
    Done,
}

impl Writing {
    /// The next piece of it.
    async fn next(mut self) -> Result<Option<(Bytes, Self)>, StoreError> {
        loop {
            if matches!(self.step, Step::Done) {
                return Ok(None);
            }
            self.advance().await.inspect_err(|why| error!("A list of sources broke off: {why}"))?;
            let piece = self.out.take();
            if !piece.is_empty() {
                return Ok(Some((piece, self)));
            }
        }
    }

    async fn advance(&mut self) -> Result<(), StoreError> {
        let store = self.newsroom.store();
        self.step = match std::mem::replace(&mut self.step, Step::Done) {
            Step::Start => {
                self.out.write(Part::Start(&format!("Sources of {}", self.newsroom.settings().name)));
                self.next_group()
            }
            Step::Group(group, from) => {
                let part = store.group_part(group.id, from, AT_ONCE).await?;
                if from.is_none() {
                    let text = group.name.clone();
                    self.out.write(Part::Open(&Outline { title: Some(text.clone()), text, ..Outline::default() }));
                }
                self.out.sources(&part);
                match part.next {
                    Some(next) => Step::Group(group, Some(next)),
                    None => {
                        self.out.write(Part::Close);
                        self.next_group()
                    }
                }
            }
            Step::Ungrouped(from) => {
                let part = store.ungrouped_part(from, AT_ONCE).await?;
                self.out.sources(&part);
                part.next.map_or(Step::End, |(_, next)| Step::Ungrouped(Some(next)))
            }
            Step::End => {
                self.out.write(Part::End);
                self.out.finish();
                Step::Done
            }
            Step::Done => Step::Done,
        };
        Ok(())
    }

    fn next_group(&mut self) -> Step {
        self.groups.next().map_or(Step::Ungrouped(None), |group| Step::Group(group, None))
    }
}

/// Where the list goes, packed or not, until it is taken.
enum Out {
    Plain(Vec<u8>),
    Packed(GzEncoder<Vec<u8>>),
}

impl Out {
    fn new(is_packed: bool) -> Self {
        match is_packed {
            true => Self::Packed(GzEncoder::new(Vec::new(), Compression::new(6))),
            false => Self::Plain(Vec::new()),
        }
    }

    fn write(&mut self, part: Part<'_>) {
        let text = part.to_string();
        let written = match self {
            Self::Plain(out) => out.write_all(text.as_bytes()),
            Self::Packed(out) => out.write_all(text.as_bytes()),
        };
        written.expect("memory takes all that is written to it");
    }

    fn sources(&mut self, part: &GroupPart) {
        for source in &part.sources {
            self.write(Part::Whole(&outline(source)));
        }
    }

    fn finish(&mut self) {
        if let Self::Packed(out) = self {
            out.try_finish().expect("memory takes all that is written to it");
        }
    }

    fn take(&mut self) -> Bytes {
        match self {
            Self::Plain(out) => std::mem::take(out).into(),
            Self::Packed(out) => std::mem::take(out.get_mut()).into(),
        }
    }
}

fn outline(source: &SourceRecord) -> Outline {
    Outline {
        text: source.name.clone(),
        title: Some(source.name.clone()),
        feed: Some(source.address.to_string()),
        site: source.site.clone(),
        kind: Some("rss".to_owned()),
        language: source.language.as_ref().map(ToString::to_string),
        ..Outline::default()
    }
}
