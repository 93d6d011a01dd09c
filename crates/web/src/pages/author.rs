//! `/author/{slug}` and its feeds: what one person published in one source.

use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Response, Uri};
use store::{Author, RiverFilter, StoreError};

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
    namesakes: Vec<Way>,
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
    let part = store.river(&of(&author), filter.page, river::CARDS).await?;
    let cards = newsroom.cards(&part.cards, &moment).await?;
    let mut namesakes = store.authors_named(&author.name, MOST_NAMESAKES + 1).await?;
    namesakes.retain(|other| other.id != author.id && other.source.state.is_shown());
    let title = format!("{} at {}", author.name, author.source.name);
    let page = Page {
        frame: Frame::new(newsroom, &title)
            .describing(format!("What {} wrote for {}", author.name, author.source.name))
            .canonical(newsroom.absolute(&path))
            .with_feeds(&title, |format| format!("{path}.{}", format.ending())),
        standfirst: format!("{}, newest first.", counted(author.posts, "post")),
        home: author.address.as_deref().and_then(Outside::at),
        source: Named { name: author.source.name.clone(), href: format!("/source/{}", author.source.slug) },
        days: by_day(cards, &moment),
        pager: river::pager(&part, &Asked::default(), &path),
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
    let part = store.river(&of(&author), filter.page, outgoing::ENTRIES).await?;
    let ways = outgoing::Ways {
        page: format!("/author/{slug}"),
        own: filter.asked.address(&path),
        older: river::pager(&part, &Asked::default(), &path).older,
    };
    let title = format!("{} at {} – {}", author.name, author.source.name, newsroom.settings().name);
    outgoing::draw(newsroom, title, ways, &part.cards, format).await
}

fn of(author: &Author) -> RiverFilter {
    RiverFilter { author: Some(author.id), ..RiverFilter::default() }
}
