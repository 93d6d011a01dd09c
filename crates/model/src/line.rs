//! A line of a stranger's words, as it may stand beside others' words on a page, in a feed and in a terminal.

/// The most characters that each thing may have that a person sets for a source: with the form, and with a command.
pub struct Bounds;

impl Bounds {
    /// A source's name.
    pub const NAME: usize = 120;
    /// What a source is, in a sentence or two.
    pub const ABOUT: usize = 500;
    /// The address of its site.
    pub const SITE: usize = crate::Address::LONGEST;
    /// A licence, by name or by address.
    pub const LICENCE: usize = 300;
    /// A language, as a code.
    pub const LANGUAGE: usize = 35;
    /// A message, or why something was taken out.
    pub const MESSAGE: usize = 4_000;
}

/// Words are longer than they may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("use at most {most} characters; these are {given}")]
pub struct TooLong {
    /// How many there may be.
    pub most: usize,
    /// How many there are.
    pub given: usize,
}

impl Bounds {
    /// A person's words as one line, if they are within a bound.
    pub fn within(most: usize, written: &str) -> Result<String, TooLong> {
        let line = line(written);
        match line.chars().count() {
            given if given > most => Err(TooLong { most, given }),
            _ => Ok(line),
        }
    }
}

/// Words as one line that shows all that it holds: white space is one space, and what is invisible or would turn the
/// words around it is gone.
///
/// Embeddings, overrides and isolates (U+202A to U+202E, U+2066 to U+2069) go rather than being closed: a line is
/// printed in many places, and one that forgets to isolate it would let them reach its neighbours; a right-to-left name
/// reads right to left without them, by its letters. Marks of direction stay where they stand between visible
/// characters, joiners where a script or an emoji joins, and tags where they make a flag. Of the accents that go with any
/// letter, each keeps the first few: a pile of them is painted over the lines around it.
///
/// ```
/// use model::line;
/// assert_eq!(line("Riverton\u{202e}gnp.exe\u{202c}\n Council"), "Rivertongnp.exe Council");
/// assert_eq!(line("می\u{200c}خواهم"), "می\u{200c}خواهم");
/// ```
pub fn line(written: &str) -> String {
    let mut line = String::with_capacity(written.len());
    // What counts only with a visible character on either side: a mark and a space at most, or a joiner.
    let mut between: Vec<char> = Vec::with_capacity(2);
    let mut is_flag = false;
    let mut accents = 0;
    for letter in written.chars() {
        let found = kind(letter);
        match found {
            Kind::Gone => {}
            Kind::Space if between.contains(&' ') => {}
            Kind::Space => {
                accents = 0;
                between.retain(|letter| matches!(kind(*letter), Kind::Mark));
                between.push(' ');
            }
            Kind::Mark if between.iter().all(|letter| *letter == ' ') => between.push(letter),
            Kind::Joiner if between.is_empty() && line.chars().next_back().is_some_and(joins) => between.push(letter),
            Kind::Mark | Kind::Joiner => {}
            Kind::Tag if is_flag => line.push(letter),
            Kind::Tag => {}
            Kind::Accent if accents == MOST_ACCENTS => {}
            Kind::Accent | Kind::Selector | Kind::Visible => {
                if !line.is_empty() {
                    line.extend(between.iter());
                }
                between.clear();
                accents = match found {
                    Kind::Accent => accents + 1,
                    Kind::Selector => accents,
                    _ => 0,
                };
                is_flag = letter == '\u{1f3f4}';
                line.push(letter);
            }
        }
    }
    line
}

/// How many accents stand on one letter: Vietnamese takes two, what linguists write three or four.
const MOST_ACCENTS: u32 = 4;

enum Kind {
    Visible,
    /// Of the blocks for any letter; what one script writes with is as visible as its letters.
    Accent,
    /// Chooses a look for what it follows, and has none.
    Selector,
    Space,
    /// Tells the direction of what has none of its own; does nothing to what has.
    Mark,
    Joiner,
    Tag,
    Gone,
}

fn kind(letter: char) -> Kind {
    match letter {
        letter if letter.is_whitespace() => Kind::Space,
        letter if letter.is_control() => Kind::Gone,
        '\u{200e}' | '\u{200f}' | '\u{61c}' => Kind::Mark,
        '\u{200c}' | '\u{200d}' => Kind::Joiner,
        '\u{e0020}'..='\u{e007f}' => Kind::Tag,
        // Embeddings, overrides, isolates; what breaks or holds a line; what is deprecated; letters without a look.
        '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{ad}'
        | '\u{34f}'
        | '\u{180e}'
        | '\u{200b}'
        | '\u{feff}'
        | '\u{3164}'
        | '\u{ffa0}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e001f}' => Kind::Gone,
        '\u{300}'..='\u{36f}'
        | '\u{483}'..='\u{489}'
        | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}'
        | '\u{fe20}'..='\u{fe2f}' => Kind::Accent,
        '\u{180b}'..='\u{180d}' | '\u{180f}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' => Kind::Selector,
        _ => Kind::Visible,
    }
}

/// Whether a joiner after this can mean anything: in the scripts of the west it would only be a hidden difference.
fn joins(letter: char) -> bool {
    letter >= '\u{300}'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &str, meant: &str) {
        assert_eq!(line(written), meant, "{written:?}");
        assert_eq!(line(meant), meant, "{meant:?} is a line already");
    }

    #[test]
    fn what_would_turn_or_hide_words_is_gone() {
        check("Riverton\u{202e}licnuoC", "RivertonlicnuoC");
        check("\u{2067}Riverton\u{2069}", "Riverton");
        check("Riverton\u{202b}\u{202a}\u{2066}", "Riverton");
        check("Riv\u{200b}er\u{ad}ton\u{2060}\u{feff}", "Riverton");
        check("Riv\u{200d}er\u{200c}ton", "Riverton");
        check("Riverton\u{e0041}\u{e0042}", "Riverton");
        check("\u{3164}\u{ffa0}", "");
        check("a\u{0}b\u{1b}[31mc\u{9b}d", "ab[31mcd");
        check(" \u{200f} Riverton \u{200f} ", "Riverton");
    }

    #[test]
    fn accents_make_no_piles() {
        let kept = format!("Zalgo t{}", "\u{310}".repeat(4));
        check(&format!("Zalgo t{}", "\u{310}".repeat(300)), &kept);
        check(&format!("Zalgo t{}o", "\u{310}\u{200b}".repeat(300)), &format!("{kept}o"));
        check("t\u{310}\u{489}\u{1ab0}\u{1dc0}\u{20d0}\u{fe20}\u{301}", "t\u{310}\u{489}\u{1ab0}\u{1dc0}");
        check(&"\u{301}".repeat(9), &"\u{301}".repeat(4));
        // What is not seen itself lets no pile go on.
        let hidden = line(&format!("t{}", "\u{310}\u{fe0f}\u{200e}\u{200d}".repeat(300)));
        assert_eq!(hidden.matches('\u{310}').count(), 4, "{hidden:?}");
        // Each letter has its own, and a mark on a space stands alone.
        let twice = format!("a{0}b{0} {0}", "\u{301}".repeat(4));
        check(&twice, &twice);
    }

    #[test]
    fn a_line_is_one_line() {
        check("  Two\r\nlines\t and\u{a0}\u{2028}more \n", "Two lines and more");
        check("", "");
    }

    #[test]
    fn every_script_keeps_what_it_needs() {
        for whole in [
            "שלום עולם",
            "شبكة المجالس",
            "Riverton — ריברטון 2026",
            "C++\u{200f} ו־Rust",
            "می\u{200c}خواهم",
            "क्\u{200d}ष और ক্\u{200c}ষ",
            "Cyngor Sir 🏴\u{e0067}\u{e0062}\u{e0077}\u{e006c}\u{e0073}\u{e007f}",
            "👩\u{200d}💻 & 👨\u{200d}👩\u{200d}👧 & ❤\u{fe0f}\u{200d}🔥",
            "Ŵyl y Glannau — e\u{301}te\u{301}",
            "日本語、한국어",
            "Tie\u{302}\u{301}ng Vie\u{323}\u{302}t, Tiếng Việt",
            "בְּרֵאשִׁ֖ית",
            "น้ำท่วมที่นี่",
            "क़्क्षि र्‍ज्ञीं",
            "ٱلرَّحْمَٰنِ",
            "и҆̀сти\u{301}на, 1\u{fe0f}\u{20e3}",
        ] {
            check(whole, whole);
        }
    }

    #[test]
    fn words_within_a_bound() {
        assert_eq!(Bounds::within(5, " a\nb "), Ok("a b".to_owned()));
        let too_long = Bounds::within(5, "Riverton").unwrap_err();
        assert_eq!(too_long.to_string(), "use at most 5 characters; these are 8");
    }
}
