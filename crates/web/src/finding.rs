//! From what somebody typed to the posts that answer it: for the page, for programs and for the command line.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use model::{PostId, SourceId};
use search::{Counts, Match, Meaning, Question, Reason, Sieve};
use store::{OrganisationFilter, Post, Store, StoreError};

use crate::days;
use crate::shelf::{Shelf, ShelfError, words_of};
use crate::wanted::Wanted;

/// How many of the nearest are looked at for what is shown.
const LOOKED_AT: usize = 60;
/// How many are shown where none really fits.
const NEAREST: usize = 5;
/// From which closeness on a post is near at all.
const NEAR: f32 = 0.1;
/// How many sources a filter may mean, and how many organisations.
const MOST_SOURCES: u32 = 1_000;
const MOST_ORGANISATIONS: u32 = 20;
/// How many years are counted.
const YEARS: i16 = 25;

/// What was found.
#[derive(Debug)]
pub struct Findings {
    /// The posts, the best first.
    pub posts: Vec<FoundPost>,
    /// Whether none really fits, and these only come nearest.
    pub is_near_only: bool,
    /// How many posts answer, and of which kind they are.
    pub counts: Counts,
    /// The years that are counted in [`Counts::periods`].
    pub years: Vec<i16>,
    /// Among how many posts was looked.
    pub among: usize,
    pub(crate) wanted: Wanted,
    pub(crate) question: Question,
}

/// A post that was found, and why.
#[derive(Debug)]
pub struct FoundPost {
    /// The post.
    pub post: Post,
    /// Its plain text, of a long one the beginning.
    pub text: String,
    /// How good a match it is, from 0 to 1; 0 where no words were asked for.
    pub strength: f32,
    /// How close it is in meaning, from -1 to 1.
    pub closeness: f32,
    /// Why it was found.
    pub reason: Reason,
}

impl FoundPost {
    /// Why it was found, in a sentence; nothing where only filters were asked for.
    pub fn in_words(&self) -> String {
        match &self.reason {
            _ if self.strength <= 0.0 => String::new(),
            Reason::Words(words) => {
                let words: Vec<String> = words.iter().map(|word| format!("“{word}”")).collect();
                format!("It says {}.", words.join(", "))
            }
            Reason::Meaning(sentence) if sentence.is_empty() => "It says much the same in other words.".to_owned(),
            Reason::Meaning(sentence) => format!("It says much the same in other words: “{sentence}”"),
        }
    }
}

/// Looks for at most so many posts, for whoever lives in this zone on this day. Nothing that is typed is an error.
pub async fn find(
    shelf: &Shelf,
    store: &Store,
    typed: &str,
    today: Date,
    zone: &TimeZone,
    most: usize,
) -> Result<Findings, ShelfError> {
    find_wanted(shelf, store, Wanted::read(typed), today, zone, most).await
}

/// The same for what has been understood already.
pub(crate) async fn find_wanted(
    shelf: &Shelf,
    store: &Store,
    wanted: Wanted,
    today: Date,
    zone: &TimeZone,
    most: usize,
) -> Result<Findings, ShelfError> {
    let question = Question::of("", &wanted.words);
    let years: Vec<i16> = (today.year() - YEARS + 1..=today.year()).collect();
    let mut findings = Findings {
        posts: Vec::new(),
        is_near_only: false,
        counts: Counts::default(),
        among: shelf.len(),
        years,
        wanted,
        question,
    };
    let Findings { wanted, question, .. } = &findings;
    if question.words() == 0 && !wanted.is_filtered() {
        return Ok(findings);
    }
    let start = |year: &i16| days::start_of(jiff::civil::date(*year, 1, 1), zone).millis();
    let sieve = Sieve {
        with: wanted.phrases.clone(),
        without: wanted.without.clone(),
        sources: sources(store, wanted).await?,
        languages: wanted.language.clone().map(|language| BTreeSet::from([language])),
        from: wanted.after.map(|day| days::start_of(day, zone).millis()),
        until: wanted.before.map(|day| days::start_of(day, zone).millis()),
        but: None,
        periods: findings.years.iter().map(start).collect(),
    };
    let answer = shelf.near(question, sieve, LOOKED_AT.max(most)).await?;
    let fitting: Vec<Match> = answer.matches.iter().filter(|one| question.is_answered_by(one)).copied().collect();
    let is_near_only = fitting.is_empty();
    let chosen = match is_near_only {
        true => {
            let near = answer.matches.into_iter().filter(|one| one.words > 0 || one.closeness >= NEAR);
            near.take(NEAREST).collect()
        }
        false => fitting,
    };
    findings.posts = read(store, &chosen, wanted, question, most).await?;
    findings.is_near_only = is_near_only && !findings.posts.is_empty();
    findings.counts = answer.counts;
    findings.among = answer.among;
    Ok(findings)
}

/// The sources that the filters mean; nothing where none does.
async fn sources(store: &Store, wanted: &Wanted) -> Result<Option<BTreeSet<i64>>, StoreError> {
    let mut all: Option<BTreeSet<i64>> = None;
    let mut narrow = |found: BTreeSet<i64>| {
        all = Some(match all.take() {
            None => found,
            Some(before) => before.intersection(&found).copied().collect(),
        });
    };
    if let Some(name) = &wanted.source {
        let found: Vec<SourceId> = match store.source_by_slug(name).await? {
            Some(source) => vec![source.record.id],
            None => store.sources_called(name, MOST_SOURCES).await?.into_iter().map(|source| source.id).collect(),
        };
        narrow(found.into_iter().map(SourceId::get).collect());
    }
    if let Some(name) = &wanted.organisation {
        let organisations = match store.organisation_by_slug(name).await? {
            Some(organisation) => vec![organisation],
            None => {
                let filter = OrganisationFilter { name: Some(name.clone()), ..OrganisationFilter::default() };
                store.organisation_list(&filter, None, MOST_ORGANISATIONS).await?
            }
        };
        let mut found = BTreeSet::new();
        for organisation in organisations {
            let sources = store.sources_of_organisation(organisation.id, MOST_SOURCES).await?;
            found.extend(sources.into_iter().map(|source| source.id.get()));
        }
        narrow(found);
    }
    Ok(all)
}

/// The posts that still may be shown, with why each was found.
async fn read(
    store: &Store,
    chosen: &[Match],
    wanted: &Wanted,
    question: &Question,
    most: usize,
) -> Result<Vec<FoundPost>, StoreError> {
    let mut found: Vec<FoundPost> = Vec::new();
    for one in chosen {
        if found.len() == most {
            break;
        }
        let Some(post) = store.post(PostId::new(one.id)).await?.filter(|post| post.in_river) else { continue };
        let text = words_of(post.cleaned.as_deref().unwrap_or_default());
        let says_all = |phrase: &String| search::says(&text, phrase) || search::says(&post.card.title, phrase);
        if wanted.phrases.iter().all(says_all) {
            let reason = question.reason(Meaning::built_in(), &post.card.title, &text);
            found.push(FoundPost { post, text, strength: one.strength, closeness: one.closeness, reason });
        }
    }
    Ok(found)
}
