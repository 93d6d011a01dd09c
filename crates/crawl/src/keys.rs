//! What tells whether two posts are the same one: keys made of a post's id, link, title, text and body.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use model::{key, plain_link};

/// The key of an id as a feed claims it; `None` for an empty one.
pub fn id_key(claimed: &str) -> Option<String> {
    let id = claimed.trim();
    (!id.is_empty()).then(|| key([id]))
}

/// The words of a post, from which the keys of what it says are made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Words {
    title: String,
    text: String,
    /// The key of the text, which stands for it: a long text is read once for that.
    said: String,
}

impl Words {
    /// The words of a claimed title and of a visible text.
    pub fn of(title: &str, text: &str) -> Self {
        let text = fold(text);
        Self { title: fold(title), said: key([&text]), text }
    }

    /// The words of the text alone, as [`fold`] gives them.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The key of a title that is long enough to mean something; `None` for "Weeknotes".
    pub fn title_key(&self) -> Option<String> {
        (self.title.len() >= 12).then(|| key([&self.title]))
    }

    /// The key of what a post says. A short text counts with its title: many posts say "See the attached minutes".
    pub fn text_key(&self) -> Option<String> {
        const SHORT_WORDS: usize = 40;
        if self.text.split(' ').nth(SHORT_WORDS - 1).is_some() {
            return Some(self.said.clone());
        }
        (!self.text.is_empty() || !self.title.is_empty()).then(|| key([&self.title, &self.text]))
    }

    /// The mark of everything that a reader would notice: title, words, where links lead, which pictures are shown.
    ///
    /// White space, markup, tracking parameters and view counters leave it as it is.
    pub fn body_key<'a>(
        &self,
        links: impl IntoIterator<Item = &'a str>,
        pictures: impl IntoIterator<Item = &'a str>,
    ) -> String {
        let links = links.into_iter().filter_map(plain_link);
        // The query of a picture's address is often a signature that changes by the hour.
        let pictures = pictures.into_iter().filter_map(|picture| plain_link(picture.split('?').next()?));
        let words = [self.title.clone(), self.said.clone()].into_iter();
        key(words.chain(links).chain(["pictures".to_owned()]).chain(pictures))
    }
}

/// The words of a text in lower case with one space between, without marks, apostrophes and counters such as
/// "1,204 views" or "Comments (3)".
pub fn fold(text: &str) -> String {
    let mut folded: Vec<u8> = Vec::with_capacity(text.len());
    let (mut at_gap, mut has_number) = (false, false);
    let (mut word, mut has_counted) = (0, false);
    let mut close_gap = |folded: &mut Vec<u8>, at_gap: &mut bool| {
        if std::mem::take(at_gap) && !folded.is_empty() {
            has_counted |= is_counted(&folded[word..]);
            folded.push(b' ');
            word = folded.len();
        }
    };
    let mut at = 0;
    // Nearly every byte is a letter or a space of ASCII, which is told without decoding it.
    while let Some(&byte) = text.as_bytes().get(at) {
        if byte.is_ascii_alphanumeric() {
            close_gap(&mut folded, &mut at_gap);
            has_number |= byte.is_ascii_digit();
            folded.push(byte.to_ascii_lowercase());
            at += 1;
        } else if byte.is_ascii() {
            at_gap |= byte != b'\'';
            at += 1;
        } else {
            let Some(c) = text[at..].chars().next() else { break };
            at += c.len_utf8();
            if c.is_alphanumeric() {
                close_gap(&mut folded, &mut at_gap);
                let mut written = [0; 4];
                c.to_lowercase().for_each(|c| folded.extend_from_slice(c.encode_utf8(&mut written).as_bytes()));
            } else {
                at_gap |= !matches!(c, '’' | '‘' | 'ʼ' | '\u{ad}' | '\u{200b}');
            }
        }
    }
    has_counted |= is_counted(&folded[word..]);
    let folded = String::from_utf8(folded).expect("whole characters were written");
    if has_number && has_counted {
        return without_counters(&folded.split(' ').collect::<Vec<_>>()).join(" ");
    }
    folded
}

fn without_counters<'a>(words: &[&'a str]) -> Vec<&'a str> {
    let mut kept: Vec<&str> = Vec::with_capacity(words.len());
    let mut at = 0;
    while at < words.len() {
        let mut next = at + 1;
        if is_counted(words[at].as_bytes()) {
            let before = kept.len();
            while kept.last().is_some_and(|last| is_number(last)) {
                kept.pop();
            }
            if before == kept.len() {
                while words.get(next).is_some_and(|word| is_number(word)) {
                    next += 1;
                }
                if next == at + 1 {
                    kept.push(words[at]);
                }
            }
        } else {
            kept.push(words[at]);
        }
        at = next;
    }
    kept
}

fn is_counted(word: &[u8]) -> bool {
    matches!(
        word,
        b"view"
            | b"views"
            | b"comment"
            | b"comments"
            | b"like"
            | b"likes"
            | b"share"
            | b"shares"
            | b"read"
            | b"reads"
            | b"reply"
            | b"replies"
            | b"response"
            | b"responses"
            | b"claps"
            | b"kudos"
    )
}

/// `12`, and the `2k` that is left of "1.2k".
fn is_number(word: &str) -> bool {
    let digits = word.strip_suffix(['k', 'm']).unwrap_or(word);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether two texts say nearly the same, also where one is only the beginning or an excerpt of the other.
///
/// Eight in ten of the shorter one's runs of three words must be in the longer one. Texts too short to tell by that
/// must be equal.
pub fn nearly_same(one: &str, other: &str) -> bool {
    const FEWEST_RUNS: usize = 10;
    let (one, other) = (fold(one), fold(other));
    let (runs, other_runs) = (runs_of_three(&one), runs_of_three(&other));
    let fewer = runs.len().min(other_runs.len());
    if fewer < FEWEST_RUNS {
        return !one.is_empty() && one == other;
    }
    runs.intersection(&other_runs).count() * 10 >= fewer * 8
}

fn runs_of_three(folded: &str) -> HashSet<u64> {
    let words: Vec<&str> = folded.split(' ').collect();
    words
        .windows(3)
        .map(|run| {
            let mut hash = DefaultHasher::new();
            run.hash(&mut hash);
            hash.finish()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_fold(text: &str, folded: &str) {
        assert_eq!(fold(text), folded, "{text}");
    }

    #[test]
    fn texts_that_say_the_same() {
        check_fold("  What we’ve\n learned — so far! ", "what weve learned so far");
        check_fold("What we've learned so far", "what weve learned so far");
        check_fold("Bins. 1,204 views", "bins");
        check_fold("Bins. Views: 1.2k", "bins");
        check_fold("Bins, Comments (3) and more", "bins and more");
        check_fold("Our views on bins", "our views on bins");
        check_fold("We saved £3m in 2026", "we saved 3m in 2026");
        check_fold("Ÿ ŴEL", "ÿ ŵel");
        check_fold("…", "");
    }

    #[test]
    fn a_body_key_moves_with_what_a_reader_notices_and_with_nothing_else() {
        let key = |title, text, link, picture| Words::of(title, text).body_key([link], [picture]);
        let first = key("Bins", "We move bins.", "https://a.example/x?utm_source=rss", "https://a.example/p.jpg?sig=1");
        assert_eq!(first, key("Bins ", "We  move\nbins", "http://a.example/x/", "https://a.example/p.jpg?sig=2"));
        assert_ne!(first, key("Bins!", "We moved bins.", "https://a.example/x", "https://a.example/p.jpg"));
        assert_ne!(first, key("Bins", "We move bins.", "https://a.example/y", "https://a.example/p.jpg"));
        assert_ne!(first, key("Bins", "We move bins.", "https://a.example/x", "https://a.example/q.jpg"));
        assert_eq!(first.len(), 32);
    }

    #[test]
    fn a_short_text_counts_with_its_title_and_a_long_one_without() {
        let long = "word ".repeat(30) + &"thing ".repeat(30);
        let text_key = |title, text| Words::of(title, text).text_key();
        assert_eq!(text_key("One", &long), text_key("Two", &long));
        assert_ne!(text_key("May", "See the minutes"), text_key("June", "See the minutes"));
        assert_eq!(text_key("", " "), None);
        let title_key = |title| Words::of(title, "").title_key();
        assert!(title_key("Weeknotes").is_none() && title_key("How we mended bins").is_some());
        assert!(id_key(" ").is_none());
    }

    #[test]
    fn an_excerpt_is_nearly_the_same_as_the_whole() {
        let whole = "We asked forty people how they report a missed bin, and most of them said that they ring us \
                     because the form asks for things that they do not know. So we took those questions away.";
        let excerpt = "We asked forty people how they report a missed bin, and most of them said that they ring us…";
        let edited = whole.replace("forty", "some forty").replace("took", "have taken");
        assert!(nearly_same(whole, excerpt) && nearly_same(whole, &edited));
        let other = "We asked nobody how they pay for parking, and so the page that we made did not help a single \
                     driver in the town, which is a lesson that we should have learned long ago.";
        assert!(!nearly_same(whole, other));
        assert!(nearly_same("Good morning!", "good morning") && !nearly_same("Good morning", "Good evening"));
        assert!(!nearly_same("", ""));
    }
}
