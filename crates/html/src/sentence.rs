//! Where sentences end, in whatever script: for excerpts that stop at one, and for whoever reads one by one.

/// The beginning of a text, at most so many characters, ending at a sentence where one ends in time.
///
/// Line ends count as the end of a sentence too. Where no sentence ends in the last two thirds, the text is cut
/// after a word and `…` says so.
///
/// ```
/// use html::excerpt;
/// let text = "Dr. Ray came, e.g. to help. She stayed for a week.";
/// assert_eq!(excerpt(text, 30), "Dr. Ray came, e.g. to help.");
/// assert_eq!(excerpt(text, 12), "Dr. Ray…");
/// assert_eq!(excerpt(text, 100), text);
/// ```
pub fn excerpt(text: &str, at_most: usize) -> String {
    let folded = beginning(text, at_most);
    let Some((window_end, _)) = folded.char_indices().nth(at_most) else { return folded };
    let least = folded.char_indices().nth(at_most / 3).map_or(0, |(at, _)| at);
    let ends = ends(&folded).chain(line_ends(text, window_end)).filter(|end| (least..=window_end).contains(end));
    match ends.max() {
        Some(end) => folded[..end].trim_end().to_owned(),
        None => cut(&folded, at_most),
    }
}

/// The first words of a text on one line: more than so many characters, and what tells whether a sentence ends there, if
/// there are so many. Of a long text most is never looked at.
fn beginning(text: &str, at_most: usize) -> String {
    const AHEAD: usize = 200;
    let mut folded = String::new();
    let mut characters = 0;
    for word in text.split_whitespace() {
        if characters > at_most.saturating_add(AHEAD) {
            break;
        }
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
        characters += word.chars().count() + 1;
    }
    folded
}

/// Where the lines of a text end once it is folded on one line, as far as that one is looked at.
fn line_ends(text: &str, up_to: usize) -> Vec<usize> {
    let mut end = 0;
    let mut ends = Vec::new();
    for line in text.lines() {
        let words = line.split_whitespace().map(|word| word.len() + 1).sum::<usize>();
        if words > 0 {
            end += words;
            ends.push(end - 1);
        }
        if end > up_to {
            break;
        }
    }
    ends
}

/// The first sentence of a text, with its stop.
pub(crate) fn first(text: &str) -> &str {
    ends(text).next().map_or(text, |end| &text[..end])
}

/// The sentences of a text, each with its stop and without the spaces around it. A line ends a sentence too.
///
/// ```
/// let text = "A heading\nDr. Ray came. She stayed!";
/// assert_eq!(html::sentences(text).collect::<Vec<_>>(), ["A heading", "Dr. Ray came.", "She stayed!"]);
/// ```
pub fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let in_line = |line| {
        let mut start = 0;
        ends(line).chain([line.len()]).map(move |end| {
            let sentence = line[start..end].trim();
            start = end;
            sentence
        })
    };
    text.lines().flat_map(in_line).filter(|sentence| !sentence.is_empty())
}

/// A text on one line, at most so many characters, cut after a word.
pub(crate) fn cut(text: &str, at_most: usize) -> String {
    let Some((limit, _)) = text.char_indices().nth(at_most) else { return text.to_owned() };
    // One character is for the sign that says so.
    let room = text[..limit].char_indices().next_back().map_or(0, |(at, _)| at);
    let words = &text[..room];
    let starts_word = text[room..].starts_with(char::is_whitespace);
    let end =
        if starts_word { room } else { words.rfind(char::is_whitespace).filter(|at| *at * 2 > room).unwrap_or(room) };
    let kept = words[..end]
        .trim_end_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':' | '-' | '–' | '—' | '.'));
    format!("{kept}…")
}

/// Stops of scripts that put no space after them.
const FULL_STOPS: &[char] = &['。', '！', '？', '｡', '।', '॥', '։', '።', '၊', '။', '។', '؟', '۔'];

/// Words that end in a stop and do not end a sentence, in lower case and without it.
const ABBREVIATIONS: &[&str] = &[
    "e.g", "i.e", "eg", "ie", "etc", "cf", "vs", "viz", "dr", "mr", "mrs", "ms", "prof", "rev", "sr", "jr", "st",
    "hon", "cllr", "sgt", "no", "nos", "vol", "fig", "figs", "p", "pp", "ch", "sec", "para", "ca", "c", "approx",
    "est", "inc", "ltd", "co", "corp", "dept", "gov", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept",
    "oct", "nov", "dec", "a.m", "p.m", "u.k", "u.s", "z.b", "d.h", "bzw", "usw", "mme", "mlle", "m", "sra", "av", "al",
];

/// Where sentences end, in bytes, each after its stop and the quotes or brackets that close with it.
fn ends(text: &str) -> impl Iterator<Item = usize> + '_ {
    let mut characters = text.char_indices().peekable();
    std::iter::from_fn(move || {
        while let Some((at, stop)) = characters.next() {
            if !matches!(stop, '.' | '!' | '?' | '…') && (stop.is_ascii() || !FULL_STOPS.contains(&stop)) {
                continue;
            }
            let mut end = at + stop.len_utf8();
            while let Some((_, closing)) = characters.next_if(|(_, c)| closes(*c)) {
                end += closing.len_utf8();
            }
            if FULL_STOPS.contains(&stop) || ends_sentence(&text[..at], stop, &text[end..]) {
                return Some(end);
            }
        }
        None
    })
}

fn closes(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…' | '"' | '\'' | '”' | '’' | '»' | ')' | ']' | '」' | '』' | '）')
}

fn ends_sentence(before: &str, stop: char, after: &str) -> bool {
    let rest = after.trim_start();
    if rest.is_empty() {
        return true;
    }
    if rest.len() == after.len() {
        // "example.org", "3.5": the sentence goes on.
        return false;
    }
    // A small letter goes on with the sentence, whatever the stop was.
    if rest.chars().find(|c| c.is_alphanumeric()).is_some_and(char::is_lowercase) {
        return false;
    }
    if stop != '.' {
        return true;
    }
    let word = before
        .rsplit(|c: char| c.is_whitespace() || matches!(c, '(' | '[' | '"' | '“' | '‘'))
        .next()
        .unwrap_or_default();
    let is_initial = word.chars().count() == 1 && word.chars().all(char::is_uppercase) && word != "I";
    !is_initial && !ABBREVIATIONS.contains(&word.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, sentence: &str) {
        assert_eq!(first(text), sentence, "{text}");
    }

    #[test]
    fn where_a_sentence_ends() {
        check("One. Two.", "One.");
        check("Is it? Yes!", "Is it?");
        check("“It is.” She left.", "“It is.”");
        check("See e.g. Riverton. More.", "See e.g. Riverton.");
        check("Dr. Ray and Mrs. J. Fox came. More.", "Dr. Ray and Mrs. J. Fox came.");
        check("We use example.org for 3.5 million. More.", "We use example.org for 3.5 million.");
        check("Wait... what? More.", "Wait... what?");
        check("It was I. Then he.", "It was I.");
        check("(It is.) More.", "(It is.)");
        check("今日は晴れ。明日は雨。", "今日は晴れ。");
        check("यह एक है। वह दो है।", "यह एक है।");
        check("هل نجح؟ نعم.", "هل نجح؟");
        check("no stop at all", "no stop at all");
    }

    #[track_caller]
    fn excerpted(text: &str, at_most: usize, excerpt_of_it: &str) {
        assert_eq!(excerpt(text, at_most), excerpt_of_it, "{text}");
    }

    #[test]
    fn excerpts_end_at_a_sentence() {
        excerpted("One two. Three four. Five six.", 22, "One two. Three four.");
        excerpted("A heading\nThen a text that goes on for long", 20, "A heading");
        excerpted("One. And then a very long sentence without an end", 30, "One. And then a very long…");
        excerpted("abcdefghijklmnop", 8, "abcdefg…");
        excerpted("", 8, "");
        excerpted("ééééé ééééé ééééé", 8, "ééééé…");
    }

    proptest::proptest! {
        #[test]
        fn an_excerpt_is_never_longer(text in "\\PC{0,80}", at_most in 1..60usize) {
            proptest::prop_assert!(excerpt(&text, at_most).chars().count() <= at_most);
        }
    }
}
