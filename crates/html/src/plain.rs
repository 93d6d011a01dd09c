//! Plain text made from what feeds claim: titles, and titles for what has none.

use crate::gate::Dress;
use crate::parse::parse;
use crate::reference::{Place, decode};
use crate::sentence;
use crate::tag::{BLOCK, HIDDEN, SHOWN, Tag};
use crate::tree::{Kind, ROOT, Tree};

/// The longest title, in characters.
const LONGEST_TITLE: usize = 300;

/// The longest title made from a text, in characters.
const LONGEST_MADE_TITLE: usize = 80;

/// A title as plain text, on one line, whatever it was wrapped or escaped in.
///
/// Markup and character references go, also where the feed escaped them once more than it should have. Text that is
/// *about* markup stays: an element is only taken as one where it wraps words, or where the feed says that the title
/// is HTML.
///
/// ```
/// use html::plain_title;
/// assert_eq!(plain_title("Bread &amp;amp; <b>butter</b>", true), "Bread & butter");
/// assert_eq!(plain_title("Bread &amp; butter", false), "Bread & butter");
/// assert_eq!(plain_title("Using <b> well", false), "Using <b> well");
/// assert_eq!(plain_title("Using &lt;b&gt; well", true), "Using <b> well");
/// ```
pub fn plain_title(claimed: &str, is_html: bool) -> String {
    let mut title = if is_html { without_markup(claimed) } else { claimed.to_owned() };
    // Each round takes off one layer of escaping too many; real titles have two at most.
    for _ in 0..3 {
        let read = one_layer_less(&title);
        if read == title {
            break;
        }
        title = read;
    }
    let folded = title.split_whitespace().collect::<Vec<_>>().join(" ");
    sentence::cut(folded.trim_matches(is_invisible), LONGEST_TITLE)
}

/// A title for a post without one: its first sentence, or its first words and `…`.
///
/// ```
/// use html::title_from_text;
/// assert_eq!(title_from_text("We are hiring. Come and see us."), "We are hiring");
/// assert_eq!(title_from_text(""), "");
/// ```
pub fn title_from_text(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let first = sentence::first(line);
    let title = if first.chars().count() <= LONGEST_MADE_TITLE { first } else { line };
    sentence::cut(title.trim_end_matches(['.', '。', '।', ':', ';', ',']), LONGEST_MADE_TITLE)
}

fn is_invisible(c: char) -> bool {
    c.is_control() || c.is_whitespace() || matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{feff}' | '\u{ad}')
}

/// One layer of references read, and of markup that can be nothing else taken off.
fn one_layer_less(title: &str) -> String {
    let read = decode(title, Place::Text);
    // What the references hid is either markup that was escaped twice, or text about markup.
    if is_wrapped(&read) { without_markup(&read) } else { read.into_owned() }
}

/// Whether a text is written with markup: an element of HTML's own with its end, or one that has none.
fn is_wrapped(text: &str) -> bool {
    const WRAPPERS: &[&str] = &[
        "a", "abbr", "b", "bdi", "cite", "code", "div", "em", "font", "i", "p", "span", "strong", "sub", "sup", "u",
        "small",
    ];
    const ALONE: &[&str] = &["<br>", "<br/>", "<br />", "<wbr>", "<img "];
    if !text.contains('<') {
        return false;
    }
    let lower = text.to_ascii_lowercase();
    if ALONE.iter().any(|tag| lower.contains(tag)) {
        return true;
    }
    WRAPPERS.iter().any(|name| {
        let start = lower.find(&format!("<{name}>")).or_else(|| lower.find(&format!("<{name} ")));
        let end = lower.rfind(&format!("</{name}>"));
        // Words have to stand between: `<b></b>` in a title is what the title is about.
        matches!((start, end), (Some(start), Some(end)) if start < end && says_something(&lower[start..end]))
    })
}

fn says_something(from_tag: &str) -> bool {
    from_tag.split_once('>').is_some_and(|(_, inside)| inside.chars().any(char::is_alphanumeric))
}

fn without_markup(title: &str) -> String {
    text_of(&parse(title, Dress::Ours))
}

fn text_of(tree: &Tree<'_>) -> String {
    let mut text = String::new();
    let mut at = tree.after(ROOT, ROOT);
    while let Some(id) = at {
        let hidden = match tree.kind(id) {
            Kind::Text(piece) => {
                text.push_str(piece);
                false
            }
            Kind::Element { tag, .. } => {
                if tag.is(BLOCK) || *tag == Tag::Br {
                    text.push(' ');
                }
                tag.is(HIDDEN) && !tag.is(SHOWN)
            }
        };
        at = if hidden { tree.past(id, ROOT) } else { tree.after(id, ROOT) };
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn html(claimed: &str, title: &str) {
        assert_eq!(plain_title(claimed, true), title, "{claimed}");
    }

    #[track_caller]
    fn plain(claimed: &str, title: &str) {
        assert_eq!(plain_title(claimed, false), title, "{claimed}");
    }

    #[test]
    fn titles_that_claim_to_be_html() {
        html("Open <em>forms</em>", "Open forms");
        html("Caf&eacute; &amp; more", "Café & more");
        html("Q&amp;amp;A: what&amp;#8217;s next?", "Q&A: what’s next?");
        html("&lt;p&gt;Wrapped&lt;/p&gt;", "Wrapped");
        html("&lt;em&gt;Open&lt;/em&gt; forms", "Open forms");
        html("Using &lt;b&gt; well", "Using <b> well");
        html("The &lt;details&gt; element", "The <details> element");
        html("a &lt; b", "a < b");
        html("One<br>two", "One two");
        html("<script>x()</script>Safe", "Safe");
        html(" \u{200b}Two\n  lines\u{a0}here ", "Two lines here");
    }

    #[test]
    fn titles_that_claim_to_be_plain() {
        plain("Bread &amp; butter", "Bread & butter");
        plain("AT&T & R&D", "AT&T & R&D");
        plain("<b>Bold</b> claims", "Bold claims");
        plain("Using <b> well", "Using <b> well");
        plain("a<b and c>d", "a<b and c>d");
        plain("The <b></b> pair", "The <b></b> pair");
        plain("I <3 forms", "I <3 forms");
        plain("Wait&#8230;", "Wait…");
    }

    #[test]
    fn titles_have_an_end() {
        let long = plain_title(&"word ".repeat(200), false);
        assert!(long.ends_with('…') && long.chars().count() <= LONGEST_TITLE, "{long}");
    }

    #[test]
    fn titles_for_what_has_none() {
        #[track_caller]
        fn check(text: &str, title: &str) {
            assert_eq!(title_from_text(text), title, "{text}");
        }
        check("\n We met. It went well.", "We met");
        check("Did it work? Yes.", "Did it work?");
        check("No stop here", "No stop here");
        check("今日は晴れ。明日は雨。", "今日は晴れ");
        let long =
            "We have spent the whole of the last year thinking about how forms could be made better for everybody";
        check(long, "We have spent the whole of the last year thinking about how forms could be made…");
    }
}
