//! From what somebody typed to the posts that answer it: for the page, for programs and for the command line.

use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use model::{PostId, SourceId};
use search::{Answer, Counts, Match, Meaning, Question, Reason, Sieve, Vocabulary};
use store::{Card, OrganisationFilter, Post, Store, StoreError};

use crate::days;
use crate::shelf::{Shelf, ShelfError, words_of};
use crate::topics;
use crate::wanted::Wanted;
use crate::words::{counted, thousands};

/// How many of the nearest are looked at for what is shown.
const LOOKED_AT: usize = 60;
/// How many are looked through for a phrase: the index knows which posts have its words, and not where they stand.
const LOOKED_THROUGH: usize = 2_000;
/// How many of these are read at a time.
const READ_AT_ONCE: usize = 200;
/// How many are shown where none really fits.
const NEAREST: usize = 5;
/// From which closeness on a post is near at all.
const NEAR: f32 = 0.25;
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
    /// Where not all posts with the words of a phrase were read to see whether they have it: how many were, and of how many.
    read_of: Option<(usize, usize)>,
    /// What could not be followed of what was typed, and what to do, a sentence each.
    pub unfollowed: Vec<String>,
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

impl Findings {
    /// How the question was understood where that is not as it was typed, a sentence each.
    pub fn understood_in_words(&self) -> impl Iterator<Item = String> {
        understood_in_words(&self.question, "post")
    }

    /// That more posts may have a phrase than were read for it, and what to do; nothing where all were.
    pub fn unread_in_words(&self) -> Option<String> {
        let (read, all) = self.read_of?;
        Some(format!(
            "{} have the words of the phrase, and only the {} that fit best were read for it: a word more brings others to \
             the front.",
            counted(all as u64, "post"),
            thousands(read as u64)
        ))
    }
}

/// What the acronyms of a question among these things were taken to stand for, and what of it for typing errors, a sentence
/// each.
pub(crate) fn understood_in_words(question: &Question, thing: &str) -> impl Iterator<Item = String> + use<> {
    let said = |(short, long): &(String, String)| format!("“{short}” also finds “{long}”, which it stands for.");
    let acronyms: Vec<String> = question.acronyms().iter().map(said).collect();
    let typed: Vec<String> = question.corrected().iter().map(|typed| format!("“{typed}”")).collect();
    let corrected = format!("No {thing} says {}, so what is written nearly so is looked for.", typed.join(" or "));
    acronyms.into_iter().chain((!typed.is_empty()).then_some(corrected))
}

impl FoundPost {
    /// Why it was found, in a sentence; nothing where only filters were asked for.
    pub fn in_words(&self) -> String {
        if self.strength <= 0.0 { String::new() } else { reason_in_words(&self.reason) }
    }
}

/// Why a post was found, in a sentence.
pub(crate) fn reason_in_words(reason: &Reason) -> String {
    match reason {
        Reason::Words(words) => {
            let words: Vec<String> = words.iter().map(|word| format!("“{word}”")).collect();
            format!("It says {}.", words.join(", "))
        }
        Reason::Meaning(sentence) if sentence.is_empty() => "It says much the same in other words.".to_owned(),
        Reason::Meaning(sentence) => format!("It says much the same in other words: “{sentence}”"),
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
        read_of: None,
        unfollowed: wanted.unfollowed.clone(),
        years,
        wanted,
        question,
    };
    let Findings { wanted, question, .. } = &findings;
    if question.words() == 0 && !wanted.is_filtered() {
        return Ok(findings);
    }
    let (sources, mut unknown) = sources(store, wanted).await?;
    let topics = wanted.topic.as_deref().map(|topic| topic_called(topic, &mut unknown));
    let start = |year: &i16| days::start_of(jiff::civil::date(*year, 1, 1), zone).millis();
    let periods: Vec<i64> = findings.years.iter().map(start).collect();
    let sieve = Sieve {
        with: wanted.phrases.clone(),
        without: wanted.without.clone(),
        sources,
        topics,
        languages: wanted.language.clone().map(|language| BTreeSet::from([language])),
        from: wanted.after.map(|day| days::start_of(day, zone).millis()),
        until: wanted.before.map(|day| days::start_of(day, zone).millis()),
        but: None,
        periods: periods.clone(),
    };
    let mut read_of = None;
    let mut answer = match !wanted.has_phrases() {
        true => shelf.near(question, sieve, LOOKED_AT.max(most)).await?,
        false => shelf.near(question, sieve, LOOKED_THROUGH.max(most)).await?,
    };
    if wanted.has_phrases() {
        let (read, all) = (answer.matches.len(), answer.counts.texts);
        read_of = (read < all).then_some((read, all));
        keep_phrased(store, &mut answer, wanted, &periods).await?;
    }
    let question = answer.question;
    let fitting: Vec<Match> = answer.matches.iter().filter(|one| question.is_answered_by(one)).copied().collect();
    let is_near_only = fitting.is_empty();
    let chosen = match is_near_only {
        true => {
            let near = answer.matches.into_iter().filter(|one| one.words > 0 || one.closeness >= NEAR);
            near.take(NEAREST).collect()
        }
        false => fitting,
    };
    findings.posts = read(store, &chosen, &question, most).await?;
    findings.question = question;
    findings.is_near_only = is_near_only && !findings.posts.is_empty();
    findings.counts = answer.counts;
    findings.among = answer.among;
    findings.read_of = read_of;
    findings.unfollowed.append(&mut unknown);
    Ok(findings)
}

/// The sources that the filters mean, nothing where none does; and which of them mean nobody, in words.
async fn sources(store: &Store, wanted: &Wanted) -> Result<(Option<BTreeSet<i64>>, Vec<String>), StoreError> {
    let mut unknown = Vec::new();
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
        if found.is_empty() {
            unknown.push(format!("No source here is called “{name}”."));
        }
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
        if organisations.is_empty() {
            unknown.push(format!("No organisation here is called “{name}”."));
        }
        let mut found = BTreeSet::new();
        for organisation in organisations {
            let sources = store.sources_of_organisation(organisation.id, MOST_SOURCES).await?;
            found.extend(sources.into_iter().map(|source| source.id.get()));
        }
        narrow(found);
    }
    Ok((all, unknown))
}

/// The topic that a filter means; nothing where none is called so, which is told.
fn topic_called(name: &str, unknown: &mut Vec<String>) -> BTreeSet<String> {
    const OFFERED: usize = 3;
    let vocabulary = Vocabulary::built_in();
    if let Some(topic) = vocabulary.meant(name) {
        return BTreeSet::from([topic.slug.to_owned()]);
    }
    let near: Vec<String> =
        vocabulary.nearest(name, OFFERED).iter().map(|near| format!("topic:{}", near.slug)).collect();
    let instead = if near.is_empty() { String::new() } else { format!(" Try {}.", near.join(" or ")) };
    unknown.push(format!("No topic is called “{name}”.{instead}"));
    BTreeSet::new()
}

/// Keeps of an answer the posts that have each phrase as it was typed, and counts them anew.
async fn keep_phrased(store: &Store, answer: &mut Answer, wanted: &Wanted, periods: &[i64]) -> Result<(), StoreError> {
    let ids: Vec<PostId> = answer.matches.iter().map(|one| PostId::new(one.id)).collect();
    let mut counts = Counts { periods: vec![0; periods.len()], ..Counts::default() };
    let mut phrased: HashSet<i64> = HashSet::new();
    for ids in ids.chunks(READ_AT_ONCE) {
        let cards = store.cards(ids).await?;
        let bodies: HashMap<PostId, String> = store.bodies(ids).await?.into_iter().collect();
        let said = store.topics_said_of_posts(ids).await?;
        let (phrases, not) = (wanted.phrases.clone(), wanted.without_phrases.clone());
        let read = move || -> Vec<(Card, Vec<&'static str>)> {
            let read = |card: Card| {
                let text = words_of(bodies.get(&card.id).map_or("", String::as_str));
                let says = |phrase: &String| search::says(&text, phrase) || search::says(&card.title, phrase);
                (phrases.iter().all(says) && !not.iter().any(says)).then(|| {
                    let said = said.get(&card.id).map_or(&[][..], Vec::as_slice);
                    let about = topics::of_post(&card, &text, said);
                    (card, about.iter().map(|about| about.topic.slug).collect())
                })
            };
            cards.into_iter().filter_map(read).collect()
        };
        let cards =
            tokio::task::spawn_blocking(read).await.expect("cleaning a text does not panic, which a property says");
        for (card, topics) in cards {
            counts.texts += 1;
            topics.into_iter().for_each(|topic| *counts.topics.entry(topic.to_owned()).or_default() += 1);
            *counts.sources.entry(card.source.id.get()).or_default() += 1;
            if let Some(language) = &card.language {
                *counts.languages.entry(language.primary().to_owned()).or_default() += 1;
            }
            let period = periods.partition_point(|start| *start <= card.place.millis()).checked_sub(1);
            period.into_iter().for_each(|period| counts.periods[period] += 1);
            phrased.insert(card.id.get());
        }
    }
    answer.matches.retain(|one| phrased.contains(&one.id));
    answer.counts = counts;
    Ok(())
}

/// The posts that still may be shown, with why each was found.
async fn read(store: &Store, chosen: &[Match], question: &Question, most: usize) -> Result<Vec<FoundPost>, StoreError> {
    let mut found: Vec<FoundPost> = Vec::new();
    for one in chosen {
        if found.len() == most {
            break;
        }
        let Some(post) = store.post(PostId::new(one.id)).await?.filter(|post| post.in_river) else { continue };
        let text = words_of(post.cleaned.as_deref().unwrap_or_default());
        let reason = question.reason(Meaning::built_in(), &post.card.title, &text);
        found.push(FoundPost { post, text, strength: one.strength, closeness: one.closeness, reason });
    }
    Ok(found)
}
