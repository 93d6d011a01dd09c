//! What an address asks of the pipeline, and projects as lists show them.

use std::fmt::Write;

use jiff::civil::Date;
use model::{Offer, Phase, ProjectId, Time};
use search::{Topic, Vocabulary};
use store::{OrganisationRecord, ProjectCursor, ProjectFilter, ProjectRecord, StoreError, Turning};
use url::form_urlencoded;

use crate::days;
use crate::filter::Chip;
use crate::newsroom::{Moment, Newsroom};

/// The longest value of a filter that is looked at, in characters.
const LONGEST: usize = 200;
/// A project under way that gave no sign of life for so many days goes quiet.
const QUIET_DAYS: i64 = 180;
/// What starts or finishes within so many days is starting or finishing; what did so in the last thirty too.
const SOON_DAYS: i64 = 120;
const LATELY_DAYS: i64 = 30;
/// The longest sentence that a list shows of a project, in characters.
const SENTENCE: usize = 220;

/// The word in addresses for projects whose phase is not told, and what people read.
pub(crate) const UNTOLD: &str = "untold";
pub(crate) const NOT_TOLD: &str = "Not told";

/// The names that filters have in addresses, with the words for them, in the order of their canonical spelling.
pub(crate) const NAMES: [(&str, &str); 13] = [
    ("phase", "Phase"),
    ("organisation", "Organisation"),
    ("kind", "Kind of body"),
    ("region", "Region"),
    ("service", "Service"),
    ("topic", "Topic"),
    ("offers", "Offers"),
    ("seeks", "Seeks"),
    ("turn", "Now"),
    ("title", "Title"),
    ("from", "From"),
    ("to", "To"),
    ("after", ""),
];

/// The filters and the place in the pipeline that an address names, each as it was written.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(crate) struct Wanted {
    values: [Option<String>; NAMES.len()],
}

impl Wanted {
    /// Reads the query of an address; the first value of a name counts, and an empty one asks for nothing.
    pub(crate) fn read(query: &str) -> Self {
        let mut wanted = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let value: String = value.trim().chars().filter(|c| !c.is_control()).take(LONGEST).collect();
            if let Some(place) = place(&name).filter(|_| !value.is_empty()) {
                wanted.values[place].get_or_insert(value);
            }
        }
        wanted
    }

    /// The address of this part of the pipeline at a path, in its canonical spelling.
    pub(crate) fn address(&self, path: &str) -> String {
        let mut address = path.to_owned();
        for ((name, _), value) in NAMES.iter().zip(&self.values) {
            let Some(value) = value else { continue };
            let sign = if address.len() == path.len() { '?' } else { '&' };
            let value: String = form_urlencoded::byte_serialize(value.as_bytes()).collect();
            write!(address, "{sign}{name}={value}").expect("a String takes all that is written to it");
        }
        address
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        place(name).and_then(|place| self.values[place].as_deref())
    }

    /// The same from the top, with one filter set or taken away.
    pub(crate) fn with(&self, name: &str, value: Option<&str>) -> Self {
        let mut wanted = self.clone();
        for (name, value) in [("after", None), (name, value)] {
            if let Some(place) = place(name) {
                wanted.values[place] = value.map(str::to_owned);
            }
        }
        wanted
    }

    /// The same filters from the top.
    pub(crate) fn topmost(&self) -> Self {
        self.with("after", None)
    }

    /// Whether any filter is set.
    pub(crate) fn is_filtered(&self) -> bool {
        self.topmost() != Self::default()
    }
}

fn place(name: &str) -> Option<usize> {
    NAMES.iter().position(|(one, _)| *one == name)
}

/// What was asked, as far as it could be followed.
#[derive(Debug, Clone)]
pub(crate) struct Followed {
    pub(crate) wanted: Wanted,
    pub(crate) filter: ProjectFilter,
    pub(crate) organisation: Option<OrganisationRecord>,
    pub(crate) topic: Option<&'static Topic>,
    pub(crate) after: Option<ProjectCursor>,
    /// What could not be followed, in sentences.
    pub(crate) complaints: Vec<String>,
}

impl Followed {
    pub(crate) async fn of(newsroom: &Newsroom, wanted: Wanted, moment: &Moment) -> Result<Self, StoreError> {
        let mut complaints = vec![];
        let organisation = match wanted.get("organisation") {
            Some(slug) => newsroom.store().organisation_by_slug(slug).await?,
            None => None,
        };
        let mut meant = wanted.clone();
        let mut refuse = |name: &str, why: String| {
            complaints.push(why);
            meant = meant.with(name, None);
        };
        if let (Some(slug), None) = (wanted.get("organisation"), &organisation) {
            refuse("organisation", format!("There is no organisation at “{slug}” here."));
        }
        let topic = wanted.get("topic").and_then(|words| Vocabulary::built_in().meant(words));
        if let (Some(words), None) = (wanted.get("topic"), topic) {
            refuse("topic", format!("There is no topic “{words}” here."));
        }
        let among = match topic {
            Some(topic) => Some(newsroom.known().about(newsroom, topic.slug).await?),
            None => None,
        };
        let without_phase = wanted.get("phase") == Some(UNTOLD);
        let phase = wanted.get("phase").filter(|_| !without_phase).and_then(Phase::heard);
        if let (Some(said), None, false) = (wanted.get("phase"), phase, without_phase) {
            refuse(
                "phase",
                format!(
                    "“{said}” is no phase. The phases are concept, discovery, alpha, beta, live, retired and stopped."
                ),
            );
        }
        let mut offer = |name: &str| {
            let found = wanted.get(name).and_then(|said| said.parse::<Offer>().ok());
            if let (Some(said), None) = (wanted.get(name), found) {
                refuse(name, format!("“{said}” is none of talk, share, join and fund."));
            }
            found
        };
        let (offers, seeks) = (offer("offers"), offer("seeks"));
        let mut period = |name: &str| {
            let found = wanted.get(name).and_then(days::read_period);
            if let (Some(said), None) = (wanted.get(name), found) {
                refuse(name, format!("“{said}” is no day, month or year; write it like 2026-11-23."));
            }
            found
        };
        let (from, to) = (period("from"), period("to"));
        let turn = wanted.get("turn").and_then(|said| turning(said, moment));
        if let (Some(said), None) = (wanted.get("turn"), turn) {
            refuse("turn", format!("“{said}” is none of starting, finishing and quiet."));
        }
        let after = wanted.get("after").and_then(cursor);
        let text = |name| wanted.get(name).map(str::to_owned);
        let filter = ProjectFilter {
            phase,
            without_phase,
            organisation: organisation.as_ref().map(|one| one.id),
            kind: text("kind"),
            region: text("region"),
            service: text("service"),
            offers,
            seeks,
            title: text("title"),
            turn,
            from: from.map(|(first, _)| days::start_of(first, &moment.zone)),
            to: to.map(|(_, last): (Date, Date)| days::end_of(last, &moment.zone)),
            among,
        };
        Ok(Self { wanted: meant, filter, organisation, topic, after, complaints })
    }

    /// The filters in use, each with the address without it.
    pub(crate) fn chips(&self, path: &str) -> Vec<Chip> {
        let said = |name: &str, value: &str| match name {
            "organisation" => match &self.organisation {
                Some(one) => one.told.said().to_owned(),
                None => value.to_owned(),
            },
            "phase" => self.filter.phase.map_or(NOT_TOLD, Phase::name).to_owned(),
            "turn" => turn_name(value).to_owned(),
            "topic" => self.topic.map_or_else(|| value.to_owned(), |topic| topic.name.to_owned()),
            _ => value.to_owned(),
        };
        NAMES
            .iter()
            .filter(|(name, _)| *name != "after")
            .filter_map(|(name, words)| {
                let value = self.wanted.get(name)?;
                let href = self.wanted.with(name, None).address(path);
                Some(Chip { name: words, value: said(name, value), href })
            })
            .collect()
    }
}

/// The turns that a project may be at, by the word for each in addresses.
pub(crate) const TURNS: [&str; 3] = ["starting", "finishing", "quiet"];

/// A turn in words.
pub(crate) fn turn_name(turn: &str) -> &'static str {
    match turn {
        "starting" => "Starting",
        "finishing" => "Finishing",
        _ => "Going quiet",
    }
}

pub(crate) fn turning(said: &str, moment: &Moment) -> Option<Turning> {
    // Days count from midnight, so that a page is the same all day.
    let today = days::start_of(moment.today, &moment.zone);
    let shifted = |days: i64| Time::from_millis(today.millis() + days * 86_400_000);
    match said {
        "starting" => Some(Turning::Starting(shifted(-LATELY_DAYS), shifted(SOON_DAYS))),
        "finishing" => Some(Turning::Finishing(shifted(-LATELY_DAYS), shifted(SOON_DAYS))),
        "quiet" => Some(Turning::Quiet(shifted(-QUIET_DAYS))),
        _ => None,
    }
}

/// A place in the pipeline, as addresses write it.
pub(crate) fn spot(project: &ProjectRecord) -> String {
    format!("{}-{}", project.sign.millis(), project.id)
}

fn cursor(written: &str) -> Option<ProjectCursor> {
    let (sign, id) = written.rsplit_once('-')?;
    Some(ProjectCursor { sign: Time::from_millis(sign.parse().ok()?), id: id.parse::<ProjectId>().ok()? })
}

/// A project in a list.
#[derive(Debug, Clone)]
pub(crate) struct ProjectRow {
    pub(crate) href: String,
    pub(crate) title: String,
    pub(crate) owner: Option<String>,
    pub(crate) owner_href: Option<String>,
    pub(crate) phase: Option<&'static str>,
    pub(crate) sentence: String,
    /// What it offers and seeks, and when it was last heard of.
    pub(crate) facts: Vec<String>,
}

impl ProjectRow {
    pub(crate) fn new(project: &ProjectRecord, moment: &Moment) -> Self {
        let told = &project.told;
        let list = |side: &str, offers: &[Offer], words: fn(Offer) -> &'static str| {
            let said: Vec<&str> = offers.iter().map(|offer| words(*offer)).collect();
            (!said.is_empty()).then(|| format!("{side} {}", said.join(", ")))
        };
        let facts = [
            list("Offers", &told.offers, Offer::offered),
            list("Seeks", &told.seeks, Offer::sought),
            Some(format!("Last sign of life {}", days::ago(project.sign, moment.now))),
        ];
        Self {
            href: href(project),
            title: told.title.clone(),
            owner: project.owner_name().map(str::to_owned),
            owner_href: project.organisation.as_ref().map(|owner| format!("/organisations/{}", owner.slug)),
            phase: told.phase.map(Phase::name),
            sentence: sentence(told.problem.as_deref().or(told.summary.as_deref()).unwrap_or_default()),
            facts: facts.into_iter().flatten().collect(),
        }
    }
}

/// The page of a project.
pub(crate) fn href(project: &ProjectRecord) -> String {
    format!("/projects/{}", project.slug)
}

/// The beginning of a text, up to the end of a sentence or a word.
pub(crate) fn sentence(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= SENTENCE {
        return text;
    }
    let cut: String = text.chars().take(SENTENCE).collect();
    match (cut.rfind(". "), cut.rfind(' ')) {
        (Some(end), _) if end > SENTENCE / 3 => cut[..=end].to_owned(),
        (_, Some(space)) => format!("{}…", cut[..space].trim_end_matches([',', ';', ':'])),
        _ => format!("{cut}…"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(query: &str, canonical: &str) {
        assert_eq!(Wanted::read(query).address("/projects"), canonical, "{query}");
    }

    #[test]
    fn every_spelling_has_one_canonical_one() {
        check("", "/projects");
        check("phase=&title=+&x=y", "/projects");
        check("region=North&phase=beta&phase=alpha", "/projects?phase=beta&region=North");
        check("title=%00a%0d%26", "/projects?title=a%26");
        let wanted = Wanted::read("phase=beta&after=5-6");
        assert_eq!(wanted.with("seeks", Some("join")).address("/p"), "/p?phase=beta&seeks=join");
        assert_eq!(wanted.with("phase", None).address("/p"), "/p");
        assert!(wanted.is_filtered() && !Wanted::read("after=5-6").is_filtered());
    }

    #[test]
    fn places_are_read_as_they_are_written() {
        assert_eq!(cursor("-5-6"), Some(ProjectCursor { sign: Time::from_millis(-5), id: ProjectId::new(6) }));
        for none in ["", "5", "a-b", "5-", "5--6"] {
            assert_eq!(cursor(none), None, "{none}");
        }
    }

    #[test]
    fn a_long_text_is_cut_where_it_reads_well() {
        assert_eq!(sentence(" Damp \n homes. "), "Damp homes.");
        let long = format!("{}. {}", "word ".repeat(30).trim_end(), "more ".repeat(60));
        assert_eq!(sentence(&long), format!("{}.", "word ".repeat(30).trim_end()));
        assert!(sentence(&"word ".repeat(100)).ends_with("word…"));
        assert_eq!(sentence(&"x".repeat(500)).chars().count(), SENTENCE + 1);
    }
}
