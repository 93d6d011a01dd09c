//! A page's headings, each with the text below it, without what stands on every page of its site.

use crate::lexer::{Lexer, Token};
use crate::quick::tag_of;
use crate::reference::{Place, decode};
use crate::tag::{BLOCK, HEADING, HIDDEN, RAW, RAW_REFERENCES, Tag};

/// The most sections, and the most bytes of text in all of them.
const MOST_SECTIONS: usize = 300;
const MOST_TEXT: usize = 400_000;

/// A heading and the text below it, up to the next one.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Section {
    /// The heading; empty before the first.
    pub heading: String,
    /// Whether it is the page's own (`h1`).
    pub is_first_level: bool,
    /// The text, a line for each block. What a list or a table says of a term stands behind it: `Phase: beta`.
    pub text: String,
}

/// The sections of a page's main part, or of all of it where none is marked; navigation, forms and the head and foot of the
/// site are left out.
///
/// ```
/// let page = "<nav>Home</nav><main><h1>Damp homes</h1><p>We look.<h2>Problem</h2><dl><dt>Phase<dd>Beta</dl></main>";
/// let found = html::outline(page);
/// let found: Vec<_> = found.iter().map(|one| (one.heading.as_str(), one.text.as_str())).collect();
/// assert_eq!(found, [("Damp homes", "We look."), ("Problem", "Phase: Beta")]);
/// ```
pub fn outline(page: &str) -> Vec<Section> {
    let mut reading = Reading::default();
    let mut lexer = Lexer::new(page);
    while let Some(token) = lexer.next() {
        match token {
            Token::Text(raw) => reading.text(&decode(raw, Place::Text)),
            Token::Start { name, self_closing } => {
                let tag = tag_of(name);
                if tag.is(RAW | RAW_REFERENCES) {
                    lexer.raw_text(name);
                } else if !self_closing {
                    let is_main = lexer
                        .attributes()
                        .iter()
                        .any(|(key, value)| key.eq_ignore_ascii_case("role") && value.eq_ignore_ascii_case("main"));
                    reading.start(tag, is_main);
                }
            }
            Token::End { name } => reading.end(tag_of(name)),
            Token::Comment => {}
        }
        if reading.written > MOST_TEXT || reading.sections.len() > MOST_SECTIONS {
            break;
        }
    }
    reading.done()
}

#[derive(Default)]
struct Reading {
    /// Each with whether it stands in the main part.
    sections: Vec<(Section, bool)>,
    /// What is open of all that is left out.
    left_out: Vec<Tag>,
    /// How many of what marks the main part are open.
    main: u32,
    in_heading: bool,
    /// Whether a term is open: what begins to be said of it ends it, as HTML lets writers leave out.
    in_term: bool,
    /// Whether the next text is said of a term.
    after_term: bool,
    written: usize,
}

impl Reading {
    fn start(&mut self, tag: Tag, is_main: bool) {
        if matches!(tag, Tag::Main | Tag::Article) || is_main {
            // What was never closed before it does not reach into it.
            self.left_out.clear();
            self.main += 1;
            self.open(String::new(), false);
            return;
        }
        let is_beside = matches!(tag, Tag::Nav | Tag::Aside | Tag::Footer | Tag::Form | Tag::Button | Tag::Select);
        // The head of an article holds its title, that of a page the site's.
        if is_beside || tag.is(HIDDEN) || tag == Tag::Header && self.main == 0 {
            self.left_out.push(tag);
        } else if self.left_out.is_empty() {
            if matches!(tag, Tag::Dd | Tag::Td) && self.in_term {
                self.after_term = true;
            }
            self.in_term = matches!(tag, Tag::Dt | Tag::Th) || self.in_term && !matches!(tag, Tag::Dd | Tag::Td);
            if tag.is(HEADING) {
                self.in_term = false;
                self.open(String::new(), tag == Tag::H1);
                self.in_heading = true;
            } else if tag.is(BLOCK) || tag == Tag::Br {
                self.line();
            }
        }
    }

    fn end(&mut self, tag: Tag) {
        if let Some(at) = self.left_out.iter().rposition(|open| *open == tag) {
            self.left_out.truncate(at);
            return;
        }
        if matches!(tag, Tag::Main | Tag::Article) {
            self.main = self.main.saturating_sub(1);
            self.open(String::new(), false);
        } else if self.left_out.is_empty() {
            if tag.is(HEADING) {
                self.in_heading = false;
            } else if matches!(tag, Tag::Dt | Tag::Th) {
                self.in_term = false;
                self.after_term = true;
            } else if tag.is(BLOCK) {
                self.line();
            }
        }
    }

    fn open(&mut self, heading: String, is_first_level: bool) {
        self.in_heading = false;
        self.after_term = false;
        self.sections.push((Section { heading, is_first_level, text: String::new() }, self.main > 0));
    }

    fn line(&mut self) {
        if self.after_term {
            return;
        }
        if let Some((section, _)) = self.sections.last_mut()
            && !section.text.ends_with('\n')
        {
            section.text.push('\n');
        }
    }

    fn text(&mut self, text: &str) {
        if !self.left_out.is_empty() {
            return;
        }
        if self.sections.is_empty() {
            self.open(String::new(), false);
        }
        let Some((section, _)) = self.sections.last_mut() else { return };
        let into = if self.in_heading { &mut section.heading } else { &mut section.text };
        let is_word = !text.trim().is_empty();
        if self.after_term && is_word {
            let end = into.trim_end().trim_end_matches(':').len();
            into.truncate(end);
            into.push_str(": ");
            self.after_term = false;
        }
        let before = into.len();
        let starts_apart = text.starts_with(char::is_whitespace);
        if starts_apart && !into.is_empty() && !into.ends_with(char::is_whitespace) {
            into.push(' ');
        }
        for (place, word) in text.split_whitespace().enumerate() {
            if place > 0 {
                into.push(' ');
            }
            into.push_str(word);
        }
        if is_word && text.ends_with(char::is_whitespace) {
            into.push(' ');
        }
        self.written += into.len() - before;
    }

    fn done(self) -> Vec<Section> {
        let tidy = |mut section: Section| {
            section.heading = section.heading.trim().to_owned();
            let lines = section.text.lines().map(str::trim).filter(|line| !line.is_empty());
            section.text = lines.collect::<Vec<_>>().join("\n");
            section
        };
        let is_something = |section: &Section| !section.heading.is_empty() || !section.text.is_empty();
        let all = self.sections.into_iter().map(|(section, is_main)| (tidy(section), is_main));
        let all: Vec<(Section, bool)> = all.filter(|(section, _)| is_something(section)).collect();
        let has_main = all.iter().any(|(_, is_main)| *is_main);
        all.into_iter().filter(|(_, is_main)| *is_main || !has_main).map(|(section, _)| section).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(page: &str, expected: &[(&str, &str)]) {
        let found = outline(page);
        let found: Vec<(&str, &str)> = found.iter().map(|one| (one.heading.as_str(), one.text.as_str())).collect();
        assert_eq!(found, expected, "{page}");
    }

    #[test]
    fn headings_with_the_text_below_them() {
        check("", &[]);
        check("<p>Just <b>a</b> text &amp; more<br>here", &[("", "Just a text & more\nhere")]);
        check(
            "<title>T</title><header><h1>Site</h1></header><main><header><h1>Damp <em>homes</em></h1></header><p>A<p>B</main>\
             <footer><h2>Foot</h2>x</footer>",
            &[("Damp homes", "A\nB")],
        );
        check("<h1>A</h1>x<script>no</script><h3>B</h3><ul><li>one<li>two</ul>", &[("A", "x"), ("B", "one\ntwo")]);
        check(
            "<table><tr><th>Phase:</th><td>Beta</td></tr><tr><th>Team</th><td>Damp</td></table>",
            &[("", "Phase: Beta\nTeam: Damp")],
        );
        check("<dl><dt>Phase<dd>Beta<dt>Team<dd>Damp</dl><p>x", &[("", "Phase: Beta\nTeam: Damp\nx")]);
        check("<nav>never closed<div role=main><h1>A</h1>b</div>", &[("A", "b")]);
        check("<form>x</nav></form><p>y", &[("", "y")]);
    }

    #[test]
    fn however_large_a_page_is_its_outline_is_bounded() {
        assert!(outline(&"<h2>x</h2>y".repeat(100_000)).len() <= MOST_SECTIONS + 1);
        let long: usize = outline(&"word ".repeat(1_000_000)).iter().map(|one| one.text.len()).sum();
        assert!(long <= 5_000_000);
        assert_eq!(outline(&"<nav>".repeat(100_000)), []);
        assert_eq!(outline(&"</main><dt>".repeat(100_000)), []);
    }

    proptest! {
        #[test]
        fn any_markup_has_an_outline(page in "(<|>|/|h1|h2|main|nav|dt|dd|th|p|div|script|x| |&amp;|ü){0,60}") {
            for section in outline(&page) {
                prop_assert!(!section.heading.contains('\n') && section.text == section.text.trim());
            }
        }
    }
}
