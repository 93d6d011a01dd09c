//! `/archive` and `/archive/{year}/{month}`: the river by month.

use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Response, Uri};
use jiff::civil::Date;
use serde::Deserialize;
use store::{RiverFilter, StoreError};

use crate::asked::Asked;
use crate::card::{DayView, by_day};
use crate::days;
use crate::directory::Directory;
use crate::drawing::Drawing;
use crate::filter::Filter;
use crate::frame::{Frame, Pager, Tally, Way};
use crate::newsroom::{Moment, Newsroom};
use crate::pages::{missing, river};
use crate::words::counted;

#[derive(Template)]
#[template(path = "archive.html")]
struct Page {
    frame: Frame,
    standfirst: String,
    years: Vec<Year>,
}

struct Year {
    year: i16,
    months: Vec<Month>,
}

struct Month {
    name: String,
    count: String,
    percent: u64,
    href: Option<String>,
}

#[derive(Template)]
#[template(path = "month.html")]
struct MonthPage {
    frame: Frame,
    heading: String,
    standfirst: String,
    days: Vec<DayView>,
    pager: Pager,
    ways: Vec<Way>,
}

/// `/archive`.
pub(crate) async fn page(State(newsroom): State<Arc<Newsroom>>, headers: HeaderMap) -> Response<Body> {
    newsroom.answer("/archive", &headers, |moment| draw(&newsroom, moment)).await
}

/// The newest months that have posts, for the side of the river.
pub(crate) fn latest_months(directory: &Directory, most: usize) -> Vec<Tally> {
    let with_posts = directory.months.iter().rev().filter(|(_, count)| *count > 0).take(most);
    let tally = |(first, count): &(Date, u64)| Tally {
        href: href(*first),
        words: first.strftime("%B %Y").to_string(),
        count: *count,
    };
    with_posts.map(tally).collect()
}

fn href(first: Date) -> String {
    first.strftime("/archive/%Y/%m").to_string()
}

async fn draw(newsroom: &Newsroom, moment: Moment) -> Result<Drawing, StoreError> {
    let directory = newsroom.directory(&moment).await?;
    let months = &directory.months;
    let most = months.iter().map(|(_, count)| *count).max().unwrap_or(0).max(1);
    let all = directory.posts();
    let mut years: Vec<Year> = Vec::new();
    for (first, count) in months.iter().rev() {
        if years.last().is_none_or(|year| year.year != first.year()) {
            years.push(Year { year: first.year(), months: Vec::new() });
        }
        let month = Month {
            name: first.strftime("%B").to_string(),
            count: counted(*count, "post"),
            percent: (count * 100).div_ceil(most),
            href: (*count > 0).then(|| href(*first)),
        };
        years.last_mut().expect("one was pushed just now").months.insert(0, month);
    }
    years.retain(|year| year.months.iter().any(|month| month.href.is_some()));
    let standfirst = match (months.first(), all) {
        (Some((first, _)), 1..) => {
            format!("{} since {}.", counted(all, "post"), first.strftime("%B %Y"))
        }
        _ => "Nothing has been read yet.".to_owned(),
    };
    let frame = Frame::new(newsroom, "Archive").at("/archive").canonical(newsroom.absolute("/archive"));
    Ok(Drawing::template(&Page { frame, standfirst, years }))
}

#[derive(Deserialize)]
pub(crate) struct Named {
    year: String,
    month: String,
}

/// `/archive/{year}/{month}`.
pub(crate) async fn month(
    State(newsroom): State<Arc<Newsroom>>,
    path: Result<Path<Named>, PathRejection>,
    uri: Uri,
    headers: HeaderMap,
) -> Response<Body> {
    let Ok(Path(Named { year, month })) = path else { return missing::not_found(&newsroom) };
    let Some((first, last)) = days::read_period(&format!("{year}-{month}")).filter(|(first, last)| first != last)
    else {
        return missing::not_found(&newsroom);
    };
    if uri.path() != href(first) {
        return missing::moved(&href(first));
    }
    let asked = Asked::read(uri.query().unwrap_or_default()).only_place();
    let address = asked.address(&href(first));
    newsroom.answer(&address, &headers, |moment| draw_month(&newsroom, first, last, asked, moment)).await
}

async fn draw_month(
    newsroom: &Newsroom,
    first: Date,
    last: Date,
    asked: Asked,
    moment: Moment,
) -> Result<Drawing, StoreError> {
    let place = Filter::of(newsroom, asked).await?.page;
    let chosen = Asked { from: Some(first.to_string()), to: Some(last.to_string()), ..Asked::default() };
    let river = RiverFilter {
        from: Some(days::start_of(first, &moment.zone)),
        to: Some(days::end_of(last, &moment.zone)),
        ..RiverFilter::default()
    };
    let part = newsroom.store().river(&river, place, river::CARDS).await?;
    let directory = newsroom.directory(&moment).await?;
    let count = directory.months.iter().find(|(month, _)| *month == first).map_or(0, |(_, count)| *count);
    let heading = first.strftime("%B %Y").to_string();
    let near =
        |(other, _): &&(Date, u64), words: &str| Way::to(href(*other), format!("{words}: {}", other.strftime("%B %Y")));
    let with_posts = || directory.months.iter().filter(|(_, count)| *count > 0);
    let mut ways = Vec::new();
    ways.extend(with_posts().rfind(|(other, _)| *other < first).map(|one| near(&one, "Before")));
    ways.extend(with_posts().find(|(other, _)| *other > first).map(|one| near(&one, "After")));
    ways.push(Way::to(chosen.address("/"), "Narrow this month with filters"));
    let page = MonthPage {
        frame: Frame::new(newsroom, &heading)
            .canonical(newsroom.absolute(&href(first)))
            .describing(format!("Every post of {heading}, by day"))
            .with_feeds(&heading, |format| chosen.address(&format!("/river.{}", format.ending()))),
        standfirst: format!("{}, newest first.", counted(count, "post")),
        days: by_day(newsroom.cards(&part.cards, &moment).await?, &moment),
        pager: river::pager(&part, &Asked::default(), &href(first)),
        heading,
        ways,
    };
    Ok(moment.for_today(Drawing::template(&page)))
}
