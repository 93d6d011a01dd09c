//! What a question means by the words of the texts: acronyms that they explain, and words that they write otherwise.

use std::collections::BTreeSet;

use crate::acronyms::Explained;
use crate::correction::{MOST_CORRECTED, Meant, with_mended_ending};
use crate::index::error::IndexError;
use crate::index::parts::Parts;
use crate::index::segment::Segment;
use crate::index::shares::{on_shares, processors};
use crate::model::Meaning;
use crate::question::Question;

/// The question with words of the texts for typing errors, and with what its acronyms stand for.
pub(super) fn understood(parts: &Parts, meaning: &Meaning, question: &Question) -> Result<Question, IndexError> {
    // What the texts explain is no typing error, even if they write it out everywhere else.
    let with_acronyms = with_acronyms(parts, meaning, question)?;
    Ok(corrected(parts, meaning, &with_acronyms)?.unwrap_or(with_acronyms))
}

/// The question with what its acronyms stand for.
pub(super) fn with_acronyms(parts: &Parts, meaning: &Meaning, question: &Question) -> Result<Question, IndexError> {
    let of_texts = parts.all.iter().map(|part| part.segment.explained());
    let explained: Vec<&Explained> = of_texts.chain([Ok(Explained::of_topics())]).collect::<Result<_, IndexError>>()?;
    question.with_acronyms(&explained, |word| texts_with(parts, word), meaning)
}

/// The question with words of the texts for those that none of them has, where they are likely typing errors.
fn corrected(parts: &Parts, meaning: &Meaning, question: &Question) -> Result<Option<Question>, IndexError> {
    let mut unknown: Vec<(&str, Meant)> = Vec::new();
    let mut meant: Vec<(&str, String)> = Vec::new();
    for (stem, _) in question.stems() {
        if unknown.len() + meant.len() >= MOST_CORRECTED
            || !question.others(stem).is_empty()
            || texts_with(parts, stem)? > 0
        {
            continue;
        }
        let Some(typed) = question.mistyped(stem, meaning) else { continue };
        let mut mended: Option<(usize, String)> = None;
        for other in with_mended_ending(&typed) {
            mended = mended.max(Some((texts_with(parts, &other)?, other)).filter(|(texts, _)| *texts > 0));
        }
        match mended {
            Some((_, other)) => meant.push((stem, other)),
            None => unknown.extend(Meant::new(stem).map(|meant| (stem, meant))),
        }
    }
    if unknown.is_empty() {
        return Ok((!meant.is_empty()).then(|| question.with_stems(&meant)));
    }
    let look = |share: Vec<usize>| -> Result<Vec<Meant>, IndexError> {
        let mut looked: Vec<Meant> = unknown.iter().map(|(_, meant)| meant.clone()).collect();
        for at in share {
            look_for_meant(&parts.all[at].segment, &mut looked)?;
        }
        Ok(looked)
    };
    for looked in on_shares(parts, processors(), look) {
        unknown.iter_mut().zip(looked?).for_each(|((_, meant), looked)| meant.add(looked));
    }
    meant.extend(unknown.into_iter().filter_map(|(stem, looked)| Some((stem, looked.best()?))));
    Ok((!meant.is_empty()).then(|| question.with_stems(&meant)))
}

/// Looks at the words of a segment that may have been meant.
fn look_for_meant(segment: &Segment, looked: &mut [Meant]) -> Result<(), IndexError> {
    let letters: BTreeSet<char> = looked.iter().map(Meant::first).collect();
    for letter in letters {
        let mut with_it: Vec<&mut Meant> = looked.iter_mut().filter(|meant| meant.first() == letter).collect();
        let begins: Vec<Meant> = with_it.iter().map(|meant| (**meant).clone()).collect();
        let may_begin = |start: &str| begins.iter().any(|meant| meant.may_begin(start));
        segment.each_word_from(letter, may_begin, |word, entry| {
            for meant in &mut with_it {
                if meant.may_have(word)
                    && let Ok(word) = str::from_utf8(word)
                {
                    meant.consider(word, entry.texts as usize);
                }
            }
        })?;
    }
    Ok(())
}

/// How many texts have a word.
fn texts_with(parts: &Parts, word: &str) -> Result<usize, IndexError> {
    let mut texts = 0;
    for part in &parts.all {
        texts += part.segment.entry(word)?.map_or(0, |entry| entry.texts as usize);
    }
    Ok(texts)
}
