//! `/search`, its feeds and its table: posts by their words and by their meaning, and why each was found.

use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Response, Uri};
use model::{Language, SourceId};
use search::{Question, Reason, Vocabulary};
use url::form_urlencoded;

use crate::api::{SearchJson, json};
use crate::card::CardView;
use crate::days;
use crate::drawing::Drawing;
use crate::feeds::Format;
use crate::files;
use crate::finding::{Findings, FoundPost, find, find_wanted};
use crate::frame::{Frame, Way};
use crate::newsroom::{Moment, Newsroom};
use crate::outgoing;
use crate::shelf::{ShelfError, Standing};
use crate::wanted::{Filter, MOST_READ, Wanted};
use crate::words::{counted, thousands};

/// How many posts stand on the page.
const SHOWN: usize = 20;
/// From which closeness on a post means the same, whatever its words.
const SAME_MEANING: f32 = 0.4;
/// How long a passage is, in characters.
const PASSAGE: usize = 300;
/// How many posts programs are told of at most.
const MOST: usize = 50;
/// How many months a feed of a search looks at first.
const LATELY: i32 = 6;
/// How many of each kind of filter are offered.
const OFFERED: usize = 8;

#[derive(Template)]
#[template(path = "search.html")]
struct Page {
    frame: Frame,
    typed: String,
    standfirst: String,
    /// What to try where nothing fits.
    advice: Option<&'static str>,
    /// The words alone, where more than words was asked for and nothing fits.
    words_alone: Option<String>,
    /// The filters that are set, each with where it leads to be without it.
    filters: Vec<Link>,
    /// Filters that narrow the search down.
    facets: Vec<Facet>,
    found: Vec<Found>,
    /// What answers, for a spreadsheet.
    table: Option<Way>,
}

/// One kind of filter.
struct Facet {
    name: &'static str,
    links: Vec<Link>,
}

struct Link {
    words: String,
    href: String,
    /// How many posts it leads to.
    many: usize,
}

impl Link {
    fn many_in_words(&self) -> String {
        thousands(self.many as u64)
    }

    fn unit(&self) -> &'static str {
        if self.many == 1 { "post" } else { "posts" }
    }
}

/// A post that was found.
struct Found {
    card: CardView,
    title: Vec<Piece>,
    at: String,
    day: String,
    /// What other words than the searched ones do.
    by_meaning: Option<&'static str>,
    passage: Vec<Piece>,
}

/// A piece of a title or a passage.
struct Piece {
    text: String,
    is_searched: bool,
}

/// `/search`. There is no end of what people type, so each is drawn when it is asked for and not kept here.
pub(crate) async fn page(State(newsroom): State<Arc<Newsroom>>, uri: Uri, headers: HeaderMap) -> Response<Body> {
    match draw(&newsroom, typed(&uri), newsroom.moment()).await {
        Ok(drawing) => newsroom.answer_anew(drawing, &headers).await,
        Err(why) => newsroom.sorry(&why),
    }
}

/// `/search.atom`, `/search.rss`, `/search.json`: what answers, the newest first. Of the last months the best, so that what
/// is new is among them; where they have too few, of all times.
pub(crate) async fn feed(State(newsroom): State<Arc<Newsroom>>, uri: Uri, headers: HeaderMap) -> Response<Body> {
    let ending = uri.path().rsplit('.').next().unwrap_or_default();
    let format = Format::ALL.into_iter().find(|format| format.ending() == ending).unwrap_or(Format::Atom);
    match draw_feed(&newsroom, typed(&uri), format, newsroom.moment()).await {
        Ok(drawing) => newsroom.answer_anew(drawing, &headers).await,
        Err(why) => newsroom.sorry(&why),
    }
}

/// `/search.csv`: what answers as a table, the best first.
pub(crate) async fn table(State(newsroom): State<Arc<Newsroom>>, uri: Uri, headers: HeaderMap) -> Response<Body> {
    let (typed, moment) = (typed(&uri), newsroom.moment());
    match find(newsroom.shelf(), newsroom.store(), &typed, moment.today, &moment.zone, MOST).await {
        Ok(findings) => {
            let found = SearchJson::new(&typed, &findings, &newsroom.settings().address);
            newsroom.answer_anew(Drawing::file(files::CSV, found.sheet()), &headers).await
        }
        Err(why) => newsroom.sorry(&why),
    }
}

async fn draw_feed(newsroom: &Newsroom, typed: String, format: Format, moment: Moment) -> Result<Drawing, ShelfError> {
    let most = outgoing::ENTRIES as usize;
    let look =
        async |wanted| find_wanted(newsroom.shelf(), newsroom.store(), wanted, moment.today, &moment.zone, most).await;
    let wanted = Wanted::read(&typed);
    let lately = moment.today.saturating_sub(jiff::Span::new().months(LATELY));
    let mut findings = look(Wanted { after: wanted.after.max(Some(lately)), ..wanted.clone() }).await?;
    if findings.is_near_only || findings.posts.len() < most {
        findings = look(wanted).await?;
    }
    let mut cards: Vec<store::Card> = findings.posts.into_iter().map(|found| found.post.card).collect();
    if findings.is_near_only {
        cards.clear();
    }
    cards.sort_by_key(|card| std::cmp::Reverse((card.place, card.id)));
    let ways =
        outgoing::Ways { page: address("/search", &typed), own: address(&feed_path(format), &typed), older: None };
    let name = &newsroom.settings().name;
    let title = match shortened(&typed) {
        typed if typed.is_empty() => format!("Search in {name}"),
        typed => format!("{typed} – search in {name}"),
    };
    Ok(outgoing::draw(newsroom, title, ways, &cards, format).await?)
}

fn feed_path(format: Format) -> String {
    format!("/search.{}", format.ending())
}

/// `/api/search?q=…&limit=…`: the same for programs.
pub(crate) async fn api(State(newsroom): State<Arc<Newsroom>>, uri: Uri, headers: HeaderMap) -> Response<Body> {
    let (typed, moment) = (typed(&uri), newsroom.moment());
    let query = uri.query().unwrap_or_default();
    let limit = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "limit");
    let limit = limit.and_then(|(_, limit)| limit.parse().ok()).unwrap_or(SHOWN).clamp(1, MOST);
    match find(newsroom.shelf(), newsroom.store(), &typed, moment.today, &moment.zone, limit).await {
        Ok(findings) => {
            let found = SearchJson::new(&typed, &findings, &newsroom.settings().address);
            newsroom.answer_anew(json(&found), &headers).await
        }
        Err(why) => newsroom.sorry(&why),
    }
}

/// What was typed, as the address tells it and as far as it is read.
fn typed(uri: &Uri) -> String {
    let query = uri.query().unwrap_or_default();
    let typed = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "q").map(|(_, typed)| typed);
    let mut typed: String = typed.unwrap_or_default().trim().chars().filter(|letter| !letter.is_control()).collect();
    typed.truncate(typed.floor_char_boundary(MOST_READ));
    typed
}

async fn draw(newsroom: &Newsroom, typed: String, moment: Moment) -> Result<Drawing, ShelfError> {
    let shelf = newsroom.shelf();
    let findings = find(shelf, newsroom.store(), &typed, moment.today, &moment.zone, SHOWN).await?;
    let title = if typed.is_empty() { "Search".to_owned() } else { format!("{} – search", shortened(&typed)) };
    let is_nothing = findings.is_near_only || findings.posts.is_empty();
    let frame = Frame::new(newsroom, &title).at("/search").unindexed();
    let table = offered("/search.csv", &typed).filter(|_| !typed.is_empty() && !is_nothing);
    let of_these = if findings.counts.texts > MOST { "The best of these" } else { "These" };
    let table = table.map(|address| Way::to(address, format!("{of_these} as CSV, for a spreadsheet")));
    let is_followed = !typed.is_empty() && offered("/search.json", &typed).is_some();
    let feeds = |format| address(&feed_path(format), &typed);
    let page = Page {
        frame: if is_followed { frame.with_feeds(&title, feeds) } else { frame },
        standfirst: standfirst(&findings, shelf.standing()),
        advice: (!typed.is_empty() && is_nothing).then_some(ADVICE),
        words_alone: words_alone(&findings).filter(|_| is_nothing),
        filters: filters(&findings),
        facets: facets(newsroom, &findings, &typed).await?,
        found: show(newsroom, findings, &moment).await?,
        table,
        typed,
    };
    Ok(Drawing::template(&page))
}

/// Where a search leads to without its quotes, minus signs and filters.
fn words_alone(findings: &Findings) -> Option<String> {
    let wanted = &findings.wanted;
    let words = wanted.words.trim();
    if words.is_empty() || !wanted.is_filtered() { None } else { offered("/search", words) }
}

const ADVICE: &str =
    "Try fewer words, or say the problem in a sentence of your own. Leave out quotes, minus signs and filters.";

fn standfirst(findings: &Findings, standing: Standing) -> String {
    let Findings { wanted, question, posts, is_near_only, among, counts, .. } = findings;
    let all = counted(*among as u64, "post");
    let words = match (question.words(), posts.len()) {
        (0, _) if !wanted.is_filtered() && wanted.words.trim().is_empty() => {
            format!("In {all}, by words and by meaning.")
        }
        (0, 0) if !wanted.is_filtered() => "That says nothing about what to look for. Add a word that does.".to_owned(),
        (_, 0) if findings.unread_in_words().is_some() => "Nothing like this was found.".to_owned(),
        (_, 0) => format!("Nothing like this is in {all}."),
        (_, _) if *is_near_only => format!("Nothing in {all} says this. These come nearest."),
        (0, SHOWN) => format!("The newest {SHOWN} of {}.", counted(counts.texts as u64, "post")),
        (_, SHOWN) => format!("The {SHOWN} that fit best, of {} among {all}.", thousands(counts.texts as u64)),
        (_, found) => format!("{found} of {all}."),
    };
    let so_far = match standing {
        Standing::Whole => String::new(),
        Standing::Filling { done, all } => format!(
            " The others are still being read, {} of {} so far: search again in a minute.",
            thousands(done as u64),
            thousands(all as u64)
        ),
        Standing::Again { done, all } => format!(
            " The index is being built again, {} of {} posts so far; until then the old one answers.",
            thousands(done as u64),
            thousands(all as u64)
        ),
    };
    let notes =
        findings.understood_in_words().chain(findings.unread_in_words()).chain(findings.unfollowed.iter().cloned());
    let notes: String = notes.map(|note| format!(" {note}")).collect();
    format!("{words}{notes}{so_far}")
}

/// The filters that are set.
fn filters(findings: &Findings) -> Vec<Link> {
    let link = |filter: &Filter| Some((shortened(&filter.typed), offered("/search", &filter.without)?));
    let links = findings.wanted.filters.iter().filter_map(link);
    links.map(|(words, href)| Link { words, href, many: 0 }).collect()
}

/// What narrows the search down, of what was found.
async fn facets(newsroom: &Newsroom, findings: &Findings, typed: &str) -> Result<Vec<Facet>, ShelfError> {
    let Findings { wanted, counts, years, .. } = findings;
    let all = counts.texts;
    let link = |words: String, filter: &str, many: usize| {
        let href = offered("/search", &format!("{typed} {filter}"))?;
        Some(Link { words, href, many })
    };
    let mut facets = Vec::new();
    let mut offer = |name, links: Vec<Link>| {
        if links.len() > 1 {
            facets.push(Facet { name, links });
        }
    };
    if wanted.source.is_none() {
        let mut most: Vec<(usize, i64)> = counts.sources.iter().map(|(source, many)| (*many, *source)).collect();
        most.sort_unstable_by(|one, other| other.cmp(one));
        let mut links = Vec::new();
        for (many, source) in most.into_iter().filter(|(many, _)| *many < all).take(OFFERED) {
            if let Some(source) = newsroom.store().source(SourceId::new(source)).await? {
                let filter = format!("source:{}", source.slug);
                links.extend(link(source.name.clone(), &filter, many));
            }
        }
        offer("Source", links);
    }
    if wanted.topic.is_none() {
        let known = |(slug, many): (&String, &usize)| Some((*many, Vocabulary::built_in().topic(slug)?));
        let mut most: Vec<_> = counts.topics.iter().filter_map(known).filter(|(many, _)| *many < all).collect();
        most.sort_by(|one, other| other.0.cmp(&one.0).then(one.1.name.cmp(other.1.name)));
        let links = most.into_iter().take(OFFERED);
        let links =
            links.filter_map(|(many, topic)| link(topic.name.to_owned(), &format!("topic:{}", topic.slug), many));
        offer("Topic", links.collect());
    }
    if wanted.after.is_none() && wanted.before.is_none() {
        let years = years.iter().zip(&counts.periods).rev().filter(|(_, many)| **many > 0).take(OFFERED);
        let links = years
            .filter_map(|(year, many)| link(year.to_string(), &format!("after:{year} before:{}", year + 1), *many));
        offer("Year", links.collect());
    }
    if wanted.language.is_none() {
        let mut most: Vec<(usize, &str)> =
            counts.languages.iter().map(|(language, many)| (*many, language.as_str())).collect();
        most.sort_unstable_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(other.1)));
        let links = most.into_iter().take(OFFERED).filter_map(|(many, tag)| {
            let name = tag.parse::<Language>().ok()?.name().to_owned();
            link(name, &format!("lang:{tag}"), many)
        });
        offer("Language", links.collect());
    }
    Ok(facets)
}

/// The address of a search, at this path.
fn address(path: &str, typed: &str) -> String {
    let query: String = form_urlencoded::byte_serialize(typed.trim().as_bytes()).collect();
    if query.is_empty() { path.to_owned() } else { format!("{path}?q={query}") }
}

/// The same where it may stand on the page many times; a long problem is narrowed down by typing.
fn offered(path: &str, typed: &str) -> Option<String> {
    const LONGEST: usize = 600;
    Some(address(path, typed)).filter(|address| address.len() <= LONGEST)
}

/// What the page shows of each post.
async fn show(newsroom: &Newsroom, findings: Findings, moment: &Moment) -> Result<Vec<Found>, ShelfError> {
    let Findings { posts, question, wanted, .. } = findings;
    let cards: Vec<store::Card> = posts.iter().map(|found| found.post.card.clone()).collect();
    let views = newsroom.cards(&cards, moment).await?;
    let found = views.into_iter().zip(&posts).map(|(card, found)| {
        let FoundPost { post, text, closeness, reason, .. } = found;
        let (by_meaning, passage) = match reason {
            Reason::Meaning(_) if question.words() == 0 => (None, post.card.excerpt.clone()),
            Reason::Meaning(sentence) => {
                let how = if *closeness >= SAME_MEANING { "Same meaning:" } else { "Comes closest:" };
                (Some(how), sentence.clone())
            }
            Reason::Words(_) => {
                let telling = with_phrase(text, &wanted.phrases).or_else(|| most_marked(text, &question));
                (None, telling.unwrap_or(&post.card.excerpt).to_owned())
            }
        };
        let passage = pieces(&html::excerpt(&passage, PASSAGE), &question);
        let (at, day) = days::dated(&post.card, &moment.zone);
        let title = pieces(&card.title, &question);
        Found { at: at.to_string(), day, by_meaning, passage, title, card }
    });
    Ok(found.collect())
}

/// The first sentence that has a phrase as it was typed.
fn with_phrase<'t>(text: &'t str, phrases: &[String]) -> Option<&'t str> {
    html::sentences(text).find(|sentence| phrases.iter().any(|phrase| search::says(sentence, phrase)))
}

/// The sentence that has most of the words.
fn most_marked<'t>(text: &'t str, question: &Question) -> Option<&'t str> {
    let marked = html::sentences(text).map(|sentence| (question.marks(sentence).len(), sentence));
    let most = marked.reduce(|best, next| if next.0 > best.0 { next } else { best });
    most.filter(|(marks, _)| *marks > 0).map(|(_, sentence)| sentence)
}

/// A text in pieces: the words that were searched for, and what stands between them.
fn pieces(text: &str, question: &Question) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut from = 0;
    for (start, end) in question.marks(text) {
        pieces.push(Piece { text: text[from..start].to_owned(), is_searched: false });
        pieces.push(Piece { text: text[start..end].to_owned(), is_searched: true });
        from = end;
    }
    pieces.push(Piece { text: text[from..].to_owned(), is_searched: false });
    pieces.retain(|piece| !piece.text.is_empty());
    pieces
}

/// What was typed, as far as a title holds it.
fn shortened(typed: &str) -> String {
    const LONGEST: usize = 200;
    typed.chars().take(LONGEST).collect()
}
