//! `/author/{slug}` and its feeds: what one person published, in one source and in those where it is certain who signs.

use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Response, Uri};
use store::{Author, Evidence, RiverFilter, StoreError};

use crate::asked::Asked;
use crate::card::{DayView, Named, Outside, by_day};
use crate::drawing::Drawing;
use crate::feeds::Format;
use crate::filter::Filter;
use crate::frame::{Frame, Pager, Way};
use crate::newsroom::{Moment, Newsroom};
use crate::outgoing;
use crate::pages::{missing, river};
use crate::words::counted;

/// The most authors of the same name that are named.
const MOST_NAMESAKES: u32 = 20;

#[derive(Template)]
#[template(path = "author.html")]
struct Page {
    frame: Frame,
    name: String,
    source: Named,
    standfirst: String,
    home: Option<Outside>,
    days: Vec<DayView>,
    pager: Pager,
    elsewhere: Vec<Elsewhere>,
    namesakes: Vec<Way>,
}

/// A source in which the same person signs, and how that is known.
struct Elsewhere {
    source: Named,
    why: &'static str,
}

impl Elsewhere {
    fn new(author: &Author, evidence: Evidence) -> Self {
        let href = format!("/source/{}", author.source.slug);
        let why = match evidence {
            Evidence::Page => "gives the same page as the author’s own",
            Evidence::Mail => "gives the same mail address",
        };
        Self { source: Named { name: author.source.name.clone(), href }, why }
    }
}

/// `/author/{slug}`, or its feed where the address ends so.
pub(crate) async fn page(
    State(newsroom): State<Arc<Newsroom>>,
    slug: Result<Path<String>, PathRejection>,
    uri: Uri,
    headers: HeaderMap,
) -> Response<Body> {
    let Ok(Path(slug)) = slug else { return missing::not_found(&newsroom) };
    let asked = Asked::read(uri.query().unwrap_or_default()).only_place();
    if let Some((slug, format)) = Format::of(&slug) {
        let address = asked.address(&format!("/author/{slug}.{}", format.ending()));
        return newsroom.answer(&address, &headers, |_| draw_feed(&newsroom, slug, asked, format)).await;
    }
    let address = asked.address(&format!("/author/{slug}"));
    newsroom.answer(&address, &headers, |moment| draw(&newsroom, &slug, asked, moment)).await
}

async fn draw(newsroom: &Newsroom, slug: &str, asked: Asked, moment: Moment) -> Result<Drawing, StoreError> {
    let store = newsroom.store();
    let Some(author) = store.author_by_slug(slug).await? else { return Ok(missing::nothing(newsroom, "author")) };
    let filter = Filter::of(newsroom, asked).await?;
    let path = format!("/author/{slug}");
    let elsewhere = store.same_person(&author).await?;
    let part = store.river(&of(&author, &elsewhere), filter.page, river::CARDS).await?;
    let cards = newsroom.cards(&part.cards, &moment).await?;
    let mut namesakes = store.authors_named(&author.name, MOST_NAMESAKES + 1).await?;
    namesakes.retain(|other| {
        let is_same = other.id == author.id || elsewhere.iter().any(|(same, _)| same.id == other.id);
        !is_same && other.source.state.is_shown()
    });
    let title = titled(&author, &elsewhere);
    let posts = elsewhere.iter().fold(author.posts, |posts, (same, _)| posts + same.posts);
    let page = Page {
        frame: Frame::new(newsroom, &title)
            .describing(format!("What {} wrote", title.replacen(" at ", " for ", 1)))
            .canonical(newsroom.absolute(&format!("/author/{}", known_first(&author, &elsewhere).slug)))
            .with_feeds(&title, |format| format!("{path}.{}", format.ending())),
        standfirst: format!("{}, newest first.", counted(posts, "post")),
        home: author.address.as_deref().and_then(Outside::at),
        source: Named { name: author.source.name.clone(), href: format!("/source/{}", author.source.slug) },
        days: by_day(cards, &moment),
        pager: river::pager(&part, &Asked::default(), &path),
        elsewhere: elsewhere.iter().map(|(same, evidence)| Elsewhere::new(same, *evidence)).collect(),
        namesakes: namesakes
            .iter()
            .map(|other| Way::to(format!("/author/{}", other.slug), format!("{} at {}", other.name, other.source.name)))
            .collect(),
        name: author.name,
    };
    Ok(moment.for_today(Drawing::template(&page)))
}

async fn draw_feed(newsroom: &Newsroom, slug: &str, asked: Asked, format: Format) -> Result<Drawing, StoreError> {
    let store = newsroom.store();
    let Some(author) = store.author_by_slug(slug).await? else { return Ok(missing::nothing(newsroom, "author")) };
    let filter = Filter::of(newsroom, asked).await?;
    let path = format!("/author/{slug}.{}", format.ending());
    let elsewhere = store.same_person(&author).await?;
    let part = store.river(&of(&author, &elsewhere), filter.page, outgoing::ENTRIES).await?;
    let ways = outgoing::Ways {
        page: format!("/author/{slug}"),
        own: filter.asked.address(&path),
        older: river::pager(&part, &Asked::default(), &path).older,
    };
    let title = format!("{} – {}", titled(&author, &elsewhere), newsroom.settings().name);
    outgoing::draw(newsroom, title, ways, &part.cards, format).await
}

type Same = (Author, Evidence);

fn of(author: &Author, elsewhere: &[Same]) -> RiverFilter {
    let authors = std::iter::once(author.id).chain(elsewhere.iter().map(|(same, _)| same.id)).collect();
    RiverFilter { authors, ..RiverFilter::default() }
}

/// Who it is: with the source where the name alone could be anybody's.
fn titled(author: &Author, elsewhere: &[Same]) -> String {
    match elsewhere.len() {
        0 => format!("{} at {}", author.name, author.source.name),
        1 => format!("{} at {} and {}", author.name, author.source.name, elsewhere[0].0.source.name),
        more => format!("{} at {} and {} other sources", author.name, author.source.name, more),
    }
}

/// The one of a person's pages that stands for all of them.
fn known_first<'a>(author: &'a Author, elsewhere: &'a [Same]) -> &'a Author {
    let all = std::iter::once(author).chain(elsewhere.iter().map(|(same, _)| same));
    all.min_by_key(|author| author.id).expect("there is the author at least")
}
