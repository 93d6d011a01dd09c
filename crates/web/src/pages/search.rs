//! `/search`: posts by their words and by their meaning, and why each was found.

use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Response, Uri};
use model::PostId;
use search::{Match, Meaning, Question, Reason};
use store::{Post, StoreError};
use url::form_urlencoded;

use crate::card::CardView;
use crate::days;
use crate::drawing::Drawing;
use crate::frame::Frame;
use crate::newsroom::{Moment, Newsroom};
use crate::shelf::{Shelf, Sieve, words_of};
use crate::wanted::Wanted;
use crate::words::counted;

/// How many posts stand on the page.
const SHOWN: usize = 20;
/// How many of the nearest are looked at for those.
const LOOKED_AT: usize = 60;
/// How many stand there where none really fits.
const NEAREST: usize = 5;
/// From which closeness on a post means the same, whatever its words.
const SAME_MEANING: f32 = 0.4;
/// From which closeness on a post is near at all.
const NEAR: f32 = 0.1;
/// How long a passage is, in characters.
const PASSAGE: usize = 300;

#[derive(Template)]
#[template(path = "search.html")]
struct Page {
    frame: Frame,
    typed: String,
    standfirst: String,
    /// What to try where nothing fits.
    advice: Option<&'static str>,
    found: Vec<Found>,
}

/// A post that was found.
struct Found {
    card: CardView,
    day: String,
    /// What other words than the searched ones do.
    by_meaning: Option<&'static str>,
    passage: Vec<Piece>,
}

/// A piece of a passage.
struct Piece {
    text: String,
    is_searched: bool,
}

/// `/search`. What a person types stands in the address, so each is drawn for one visitor and kept by nobody.
pub(crate) async fn page(State(newsroom): State<Arc<Newsroom>>, uri: Uri) -> Response<Body> {
    let query = uri.query().unwrap_or_default();
    let typed = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "q").map(|(_, typed)| typed);
    let typed = typed.unwrap_or_default().trim().to_owned();
    let drawing = draw(&newsroom, typed, newsroom.moment()).await;
    newsroom.answer_once(drawing).await
}

async fn draw(newsroom: &Arc<Newsroom>, typed: String, moment: Moment) -> Result<Drawing, StoreError> {
    let wanted = Wanted::read(&typed);
    let question = Question::of("", &wanted.words);
    let is_whole = Shelf::bring_up_to_date(newsroom).await?;
    let mut found = Vec::new();
    let mut is_near_only = false;
    if question.words() > 0 || wanted.is_filtered() {
        let sieve = Sieve {
            with: wanted.phrases.clone(),
            without: wanted.without.clone(),
            source: wanted.source.clone(),
            from: wanted.after.map(|day| days::start_of(day, &moment.zone)),
        };
        let near = newsroom.shelf().near(&question, sieve, LOOKED_AT).await;
        let fitting: Vec<Match> = near.iter().filter(|one| fits(one, &question)).copied().collect();
        is_near_only = fitting.is_empty();
        let chosen = match is_near_only {
            true => near.into_iter().filter(|one| one.words > 0 || one.closeness >= NEAR).take(NEAREST).collect(),
            false => fitting,
        };
        found = show(newsroom, &chosen, &wanted, &question, &moment).await?;
    }
    let page = Page {
        frame: Frame::new(
            newsroom,
            &if typed.is_empty() { "Search".to_owned() } else { format!("{} – search", shortened(&typed)) },
        )
        .at("/search")
        .unindexed(),
        standfirst: standfirst(&wanted, &question, found.len(), is_near_only, newsroom.shelf().len(), is_whole),
        advice: (!typed.is_empty() && (is_near_only || found.is_empty())).then_some(ADVICE),
        typed: shortened(&typed),
        found,
    };
    Ok(Drawing::template(&page))
}

const ADVICE: &str =
    "Try fewer words, or say the problem in a sentence of your own. Leave out quotes, minus signs and filters.";

/// Whether a post answers the question: it has both of two words, at least half of more, or means the same.
fn fits(found: &Match, question: &Question) -> bool {
    let asked = question.words();
    let needed = if asked <= 2 { asked } else { asked.div_ceil(2) };
    found.words >= needed || found.closeness >= SAME_MEANING
}

fn standfirst(
    wanted: &Wanted,
    question: &Question,
    found: usize,
    is_near_only: bool,
    all: usize,
    is_whole: bool,
) -> String {
    let all = counted(all as u64, "post");
    let so_far = if is_whole { "" } else { " The others are still being read: search again in a minute." };
    let words = match (question.words(), found) {
        (0, _) if !wanted.is_filtered() && wanted.words.trim().is_empty() => {
            format!("In {all}, by words and by meaning.")
        }
        (0, 0) if !wanted.is_filtered() => {
            "These words stand in every post. Add one that says what it is about.".to_owned()
        }
        (_, 0) => format!("Nothing like this is in {all}."),
        (_, _) if is_near_only => format!("Nothing in {all} says this. These come nearest."),
        (_, SHOWN) => format!("The {SHOWN} that fit best, of {all}."),
        (_, found) => format!("{} of {all}.", found),
    };
    format!("{words}{so_far}")
}

/// The posts that still may be shown, with why each was found.
async fn show(
    newsroom: &Newsroom,
    chosen: &[Match],
    wanted: &Wanted,
    question: &Question,
    moment: &Moment,
) -> Result<Vec<Found>, StoreError> {
    let mut posts: Vec<(Post, String, f32)> = Vec::new();
    for one in chosen {
        if posts.len() == SHOWN {
            break;
        }
        let Some(post) = newsroom.store().post(PostId::new(one.id)).await?.filter(|post| post.in_river) else {
            continue;
        };
        let text = words_of(post.cleaned.as_deref().unwrap_or_default());
        let says_all = |phrase: &String| search::says(&text, phrase) || search::says(&post.card.title, phrase);
        if wanted.phrases.iter().all(says_all) {
            posts.push((post, text, one.closeness));
        }
    }
    let cards: Vec<store::Card> = posts.iter().map(|(post, ..)| post.card.clone()).collect();
    let views = newsroom.cards(&cards, moment).await?;
    let found = views.into_iter().zip(&posts).map(|(card, (post, text, closeness))| {
        let reason = question.reason(Meaning::built_in(), &post.card.title, text);
        let (by_meaning, passage) = match reason {
            Reason::Meaning(_) if question.words() == 0 => (None, post.card.excerpt.clone()),
            Reason::Meaning(sentence) => {
                (Some(if *closeness >= SAME_MEANING { "Same meaning:" } else { "Comes closest:" }), sentence)
            }
            Reason::Words(_) => (None, most_marked(text, question).unwrap_or(&post.card.excerpt).to_owned()),
        };
        let passage = pieces(&html::excerpt(&passage, PASSAGE), question);
        Found { day: days::date(post.card.place, &moment.zone), by_meaning, passage, card }
    });
    Ok(found.collect())
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

/// What was typed, as far as a title and a field hold it.
fn shortened(typed: &str) -> String {
    const LONGEST: usize = 200;
    typed.chars().filter(|letter| !letter.is_control()).take(LONGEST).collect()
}
