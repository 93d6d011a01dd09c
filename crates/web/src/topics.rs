//! What a post or a project is about, and why.

use model::Language;
use search::{Topic, Vocabulary};

/// A topic that something is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct About {
    pub(crate) topic: &'static Topic,
    /// Why that is known, in a sentence.
    pub(crate) why: String,
}

/// What a text is about, the surest first. The vocabulary knows English, and some Welsh.
pub(crate) fn about(title: &str, text: &str, language: Option<&Language>) -> Vec<About> {
    if language.is_some_and(|language| !["en", "cy"].contains(&language.primary())) {
        return Vec::new();
    }
    let suggested = Vocabulary::built_in().suggest(title, text);
    suggested.into_iter().map(|suggestion| About { why: suggestion.in_words(), topic: suggestion.topic }).collect()
}
