//! `/organisations` and its files: the register by name, by kind and by region.

use std::fmt::Write;
use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Response, Uri};
use store::{OrganisationField, OrganisationFilter, OrganisationRecord, StoreError};
use url::form_urlencoded;

use crate::api::{OrganisationJson, OrganisationsJson, json};
use crate::drawing::Drawing;
use crate::feeds::Format;
use crate::files;
use crate::frame::{Frame, Tally, Way};
use crate::newsroom::{Moment, Newsroom};
use crate::outgoing;
use crate::pages::missing;
use crate::words::counted;

/// How many organisations stand on a page.
const ROWS: u32 = 100;
/// How many stand in a file for programs, and in a feed; the next ones are at the address that it names.
const IN_A_FILE: u32 = 5_000;
const IN_A_FEED: u32 = 500;
/// The longest value that is looked at, in characters.
const LONGEST: usize = 200;

#[derive(Template)]
#[template(path = "organisations.html")]
struct Page {
    frame: Frame,
    standfirst: String,
    name: String,
    kept: Vec<(&'static str, String)>,
    chips: Vec<crate::filter::Chip>,
    rows: Vec<Row>,
    regions: Vec<Tally>,
    kinds: Vec<Tally>,
    ways: Vec<Way>,
    more: Option<String>,
    is_filtered: bool,
    files: Vec<Way>,
}

struct Row {
    href: String,
    name: String,
    place: String,
    here: String,
}

/// The names that filters have in addresses, with the words for them.
const NAMES: [(&str, &str); 6] = [
    ("name", "Name"),
    ("kind", "Kind of body"),
    ("region", "Region"),
    ("here", "Here"),
    ("ended", "Also"),
    ("after", ""),
];
/// Those of them that narrow the list down or widen it.
const FILTERS: usize = NAMES.len() - 1;

/// What an address asks of the register.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
struct Asked([Option<String>; NAMES.len()]);

impl Asked {
    fn read(query: &str) -> Self {
        let mut asked = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let value: String = value.trim().chars().filter(|c| !c.is_control()).take(LONGEST).collect();
            if let Some(place) = NAMES.iter().position(|(one, _)| *one == name).filter(|_| !value.is_empty()) {
                asked.0[place].get_or_insert(value);
            }
        }
        asked
    }

    fn address(&self, path: &str) -> String {
        let mut address = path.to_owned();
        for ((name, _), value) in NAMES.iter().zip(&self.0) {
            let Some(value) = value else { continue };
            let sign = if address.len() == path.len() { '?' } else { '&' };
            let value: String = form_urlencoded::byte_serialize(value.as_bytes()).collect();
            write!(address, "{sign}{name}={value}").expect("a String takes all that is written to it");
        }
        address
    }

    fn get(&self, name: &str) -> Option<&str> {
        NAMES.iter().position(|(one, _)| *one == name).and_then(|place| self.0[place].as_deref())
    }

    fn with(&self, name: &str, value: Option<&str>) -> Self {
        let mut asked = self.clone();
        for (name, value) in [("after", None), (name, value)] {
            if let Some(place) = NAMES.iter().position(|(one, _)| *one == name) {
                asked.0[place] = value.map(str::to_owned);
            }
        }
        asked
    }

    fn filter(&self) -> OrganisationFilter {
        let text = |name| self.get(name).map(str::to_owned);
        OrganisationFilter {
            name: text("name"),
            kind: text("kind"),
            region: text("region"),
            is_here: self.get("here").is_some(),
            // Who looks for a name may not know that it is no more.
            with_ended: self.get("ended").is_some() || self.get("name").is_some(),
        }
    }
}

/// `/organisations`.
pub(crate) async fn page(State(newsroom): State<Arc<Newsroom>>, uri: Uri, headers: HeaderMap) -> Response<Body> {
    let asked = Asked::read(uri.query().unwrap_or_default());
    let address = asked.address("/organisations");
    // The form sends empty fields: one list has one address.
    if uri.query().is_some_and(|query| query.contains('=') && !address.ends_with(query)) {
        return missing::found_at(&address);
    }
    newsroom.answer(&address, &headers, |moment| draw(&newsroom, asked, moment)).await
}

async fn draw(newsroom: &Newsroom, asked: Asked, moment: Moment) -> Result<Drawing, StoreError> {
    let store = newsroom.store();
    let filter = asked.filter();
    let after = match asked.get("after") {
        Some(slug) => store.organisation_by_slug(slug).await?,
        None => None,
    };
    let count = store.count_organisations(&filter).await?;
    let mut list = store.organisation_list(&filter, after.as_ref(), ROWS + 1).await?;
    let has_more = list.len() > ROWS as usize;
    list.truncate(ROWS as usize);
    let is_filtered = filter != OrganisationFilter::default();
    let tallies = async |name: &str, field| -> Result<Vec<Tally>, StoreError> {
        if asked.get(name).is_some() {
            return Ok(vec![]);
        }
        let counts = store.organisation_counts(&filter, field).await?;
        let tally = |(value, count): (String, u64)| Tally {
            href: asked.with(name, Some(&value)).address("/organisations"),
            words: value,
            count,
        };
        Ok(counts.into_iter().map(tally).collect())
    };
    let frame = Frame::new(newsroom, "Organisations")
        .describing("Councils and other public bodies, with what they publish and work on")
        .canonical(newsroom.absolute(&asked.with("after", None).address("/organisations")))
        .with_atom("Organisations", asked.with("after", None).address("/organisations.atom"));
    let page = Page {
        frame: if is_filtered || after.is_some() { frame.unindexed() } else { frame.at("/organisations") },
        standfirst: match (count, is_filtered) {
            (0, false) => String::new(),
            (_, false) => format!("{}, by name.", counted(count, "organisation")),
            (_, true) => format!("{}, by name.", if count == 1 { "1 fits".to_owned() } else { format!("{count} fit") }),
        },
        name: asked.get("name").unwrap_or_default().to_owned(),
        kept: NAMES[1..FILTERS].iter().filter_map(|(name, _)| Some((*name, asked.get(name)?.to_owned()))).collect(),
        chips: NAMES[..FILTERS]
            .iter()
            .filter_map(|(name, words)| {
                let value = asked.get(name)?;
                let value = match *name {
                    "here" => "with projects or sources",
                    "ended" => "those that are no more",
                    _ => value,
                };
                let href = asked.with(name, None).address("/organisations");
                Some(crate::filter::Chip { name: words, value: value.to_owned(), href })
            })
            .collect(),
        regions: tallies("region", OrganisationField::Region).await?,
        kinds: tallies("kind", OrganisationField::Kind).await?,
        ways: ways(&asked, &filter, count),
        more: list
            .last()
            .filter(|_| has_more)
            .map(|last| asked.with("after", Some(&last.slug)).address("/organisations")),
        rows: list.iter().map(row).collect(),
        is_filtered,
        files: files::ways(|ending| asked.with("after", None).address(&format!("/organisations.{ending}"))),
    };
    Ok(moment.for_today(Drawing::template(&page)))
}

/// Where a narrower list and a wider one are.
fn ways(asked: &Asked, filter: &OrganisationFilter, count: u64) -> Vec<Way> {
    let way = |name, words: &str| Way::to(asked.with(name, Some("yes")).address("/organisations"), words);
    let mut ways = Vec::new();
    if !filter.is_here && count > 0 {
        ways.push(way("here", "Only those with projects or sources here"));
    }
    if !filter.with_ended {
        ways.push(way("ended", "Also those that are no more"));
    }
    ways
}

fn row(one: &OrganisationRecord) -> Row {
    let place: Vec<&str> = [&one.told.kind, &one.told.region].into_iter().flatten().map(String::as_str).collect();
    Row {
        href: format!("/organisations/{}", one.slug),
        name: one.told.said().to_owned(),
        place: place.join(", "),
        here: match &one.told.ended {
            Some(day) => format!("It ended on {}", day.date.strftime("%-d %B %Y")),
            None => here(one),
        },
    }
}

/// What it is and what of it is here, in a sentence or two.
pub(crate) fn in_short(one: &OrganisationRecord) -> String {
    let place: Vec<&str> = [&one.told.kind, &one.told.region].into_iter().flatten().map(String::as_str).collect();
    let here = here(one);
    match (place.is_empty(), here.is_empty()) {
        (true, true) => String::new(),
        (true, false) => format!("{here} here."),
        (false, true) => format!("{}.", place.join(", ")),
        (false, false) => format!("{}. {here} here.", place.join(", ")),
    }
}

/// What of it is here, in words.
fn here(one: &OrganisationRecord) -> String {
    let said = [(one.projects, "project"), (one.sources, "source")];
    let said = said.into_iter().filter(|(count, _)| *count > 0).map(|(count, thing)| counted(count, thing));
    said.collect::<Vec<_>>().join(", ")
}

/// `/organisations.json`, `/organisations.csv` and `/organisations.atom`.
pub(crate) async fn file(State(newsroom): State<Arc<Newsroom>>, uri: Uri, headers: HeaderMap) -> Response<Body> {
    let asked = Asked::read(uri.query().unwrap_or_default());
    let path = uri.path().to_owned();
    let address = asked.address(&path);
    newsroom.answer(&address, &headers, |moment| draw_file(&newsroom, asked, path, moment)).await
}

async fn draw_file(newsroom: &Newsroom, asked: Asked, path: String, moment: Moment) -> Result<Drawing, StoreError> {
    let store = newsroom.store();
    let after = match asked.get("after") {
        Some(slug) => store.organisation_by_slug(slug).await?,
        None => None,
    };
    let is_atom = path.ends_with(".atom");
    let most = if is_atom { IN_A_FEED } else { IN_A_FILE };
    let mut list = store.organisation_list(&asked.filter(), after.as_ref(), most + 1).await?;
    let has_more = list.len() > most as usize;
    list.truncate(most as usize);
    let next = list.last().filter(|_| has_more).map(|last| asked.with("after", Some(&last.slug)).address(&path));
    let next_address = next.as_deref().map(|next| newsroom.absolute(next));
    let drawing = if is_atom {
        let own = asked.address(&path);
        let page = asked.with("after", None).address("/organisations");
        let entry = |one| files::organisation_entry(newsroom, one, in_short(one), &own);
        let entries = list.iter().map(entry).collect();
        let title = format!("Organisations – {}", newsroom.settings().name);
        outgoing::feed(newsroom, title, outgoing::Ways { page, own, older: next }, entries, Format::Atom)
    } else if path.ends_with(".json") {
        let organisations = list.iter().map(|one| OrganisationJson::new(newsroom, one)).collect();
        json(&OrganisationsJson { organisations, next: next_address.clone() })
    } else {
        Drawing::file(files::CSV, files::organisations(newsroom, &list))
    };
    Ok(moment.for_today(drawing.fresh_for(300)).going_on(next_address.as_deref()))
}
