//! Posts that are about the same as something else, for the page of that: the search index, asked with its words.

use model::PostId;
use search::{Meaning, Question, Sieve};
use store::StoreError;
use tracing::warn;

use crate::card::Line;
use crate::finding::reason_in_words;
use crate::newsroom::{Moment, Newsroom};
use crate::shelf::{ShelfError, Standing, words_of};

/// How many are shown.
const SHOWN: usize = 5;
/// How many more are looked at, since some may have left meanwhile.
const LOOKED_AT: usize = 20;
/// From which closeness in meaning on a post with enough of the words is about the same: long texts share small talk.
const CLOSE: f32 = 0.3;
/// How much of a text asks for its like, in characters: more words find nothing else and take longer.
const ASKING: usize = 400;

/// A post that is about the same.
pub(crate) struct Alike {
    pub(crate) post: Line,
    /// Why it was found, in a sentence.
    pub(crate) reason: String,
}

/// What asks for the like of a text.
pub(crate) fn question(title: &str, text: &str) -> Question {
    Question::of(title, &text.chars().take(ASKING).collect::<String>())
}

/// The posts about the same as a question, the closest first: never the one that asks, nor those that are shown beside it
/// already. None where the index cannot be read: a page is not lost for that.
pub(crate) async fn posts(
    newsroom: &Newsroom,
    question: &Question,
    asks: Option<PostId>,
    shown: &[PostId],
    moment: &Moment,
) -> Result<Vec<Alike>, StoreError> {
    if question.words() == 0 {
        return Ok(vec![]);
    }
    let sieve = Sieve { but: asks.map(PostId::get), ..Sieve::default() };
    let answer = match newsroom.shelf().near(question, sieve, LOOKED_AT).await {
        Ok(answer) => answer,
        Err(ShelfError::Store(why)) => return Err(why),
        Err(why) => {
            warn!("Posts about the same could not be looked for: {why}");
            return Ok(vec![]);
        }
    };
    let question = &answer.question;
    let mut found = Vec::new();
    for one in answer.matches.iter().filter(|one| one.closeness >= CLOSE && question.is_answered_by(one)) {
        if found.len() == SHOWN {
            break;
        }
        let id = PostId::new(one.id);
        let post = if shown.contains(&id) { None } else { newsroom.store().post(id).await? };
        let Some(post) = post.filter(|post| post.in_river) else { continue };
        let card = &post.card;
        let text = words_of(post.cleaned.as_deref().unwrap_or_default());
        found.push(Alike {
            post: Line::new(card, moment),
            reason: reason_in_words(&question.reason(Meaning::built_in(), &card.title, &text)),
        });
    }
    Ok(found)
}

/// Whether what was found may change although the river stays as it is.
pub(crate) fn is_unsettled(newsroom: &Newsroom) -> bool {
    newsroom.shelf().standing() != Standing::Whole
}
