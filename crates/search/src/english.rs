//! English words without their endings, by Martin Porter's second algorithm ("Porter2"): "homes", "homing" → "home".

/// The stem of a word in small letters. Words with other letters than a to z come back as they are, but for a plural
/// apostrophe.
pub(crate) fn stem(word: &str) -> String {
    let word = word.strip_suffix("'s").unwrap_or(word).trim_end_matches('\'');
    if word.len() <= 2 || !word.bytes().all(|letter| letter.is_ascii_lowercase()) {
        return word.to_owned();
    }
    if let Some((_, stem)) = IRREGULAR.iter().find(|(irregular, _)| *irregular == word) {
        return (*stem).to_owned();
    }
    let mut word = Stem::new(word);
    word.plural();
    if !STAYS_AFTER_PLURAL.contains(&word.text().as_str()) {
        word.past();
        word.final_y();
        word.long_endings();
        word.longer_endings();
        word.last_endings();
        word.final_e_or_l();
    }
    word.text()
}

const IRREGULAR: [(&str, &str); 18] = [
    ("skis", "ski"),
    ("skies", "sky"),
    ("dying", "die"),
    ("lying", "lie"),
    ("tying", "tie"),
    ("idly", "idl"),
    ("gently", "gentl"),
    ("ugly", "ugli"),
    ("early", "earli"),
    ("only", "onli"),
    ("singly", "singl"),
    ("sky", "sky"),
    ("news", "news"),
    ("howe", "howe"),
    ("atlas", "atlas"),
    ("cosmos", "cosmos"),
    ("bias", "bias"),
    ("andes", "andes"),
];

const STAYS_AFTER_PLURAL: [&str; 8] =
    ["inning", "outing", "canning", "herring", "earring", "proceed", "exceed", "succeed"];

/// A word under the knife. A `y` that sounds as a consonant is kept as `Y`.
struct Stem {
    letters: Vec<u8>,
    /// Where the region after the first consonant that follows a vowel begins.
    r1: usize,
    /// The same within `r1`.
    r2: usize,
}

impl Stem {
    fn new(word: &str) -> Self {
        let mut letters = word.as_bytes().to_vec();
        for at in 0..letters.len() {
            if letters[at] == b'y' && (at == 0 || is_vowel(letters[at - 1])) {
                letters[at] = b'Y';
            }
        }
        let r1 = ["gener", "commun", "arsen"]
            .iter()
            .find(|start| word.starts_with(**start))
            .map_or_else(|| region(&letters, 0), |start| start.len());
        let r2 = region(&letters, r1);
        Self { letters, r1, r2 }
    }

    fn text(&self) -> String {
        self.letters.iter().map(|letter| char::from(letter.to_ascii_lowercase())).collect()
    }

    fn ends(&self, ending: &str) -> bool {
        self.letters.ends_with(ending.as_bytes())
    }

    /// Whether the ending lies in the region that begins at `region`.
    fn ends_in(&self, ending: &str, region: usize) -> bool {
        self.ends(ending) && self.letters.len() - ending.len() >= region
    }

    fn replace(&mut self, ending: &str, by: &str) {
        self.letters.truncate(self.letters.len() - ending.len());
        self.letters.extend_from_slice(by.as_bytes());
    }

    fn has_vowel_before(&self, ending: &str) -> bool {
        self.letters[..self.letters.len() - ending.len()].iter().copied().any(is_vowel)
    }

    /// Step 1a.
    fn plural(&mut self) {
        if self.ends("sses") {
            self.replace("sses", "ss");
        } else if self.ends("ied") || self.ends("ies") {
            let by = if self.letters.len() > 4 { "i" } else { "ie" };
            self.replace("ies", by);
        } else if self.ends("s") && !self.ends("us") && !self.ends("ss") {
            let before = self.letters.len().saturating_sub(2);
            if self.letters[..before].iter().copied().any(is_vowel) {
                self.replace("s", "");
            }
        }
    }

    /// Step 1b.
    fn past(&mut self) {
        for ending in ["eedly", "eed"] {
            if self.ends(ending) {
                if self.ends_in(ending, self.r1) {
                    self.replace(ending, "ee");
                }
                return;
            }
        }
        for ending in ["ingly", "edly", "ing", "ed"] {
            if !self.ends(ending) {
                continue;
            }
            if !self.has_vowel_before(ending) {
                return;
            }
            self.replace(ending, "");
            if self.ends("at") || self.ends("bl") || self.ends("iz") {
                self.letters.push(b'e');
            } else if self.ends_double() {
                self.letters.pop();
            } else if self.is_short() {
                self.letters.push(b'e');
            }
            return;
        }
    }

    fn ends_double(&self) -> bool {
        ["bb", "dd", "ff", "gg", "mm", "nn", "pp", "rr", "tt"].iter().any(|double| self.ends(double))
    }

    /// Whether it is one short syllable, as "hop".
    fn is_short(&self) -> bool {
        self.r1 >= self.letters.len() && self.ends_short_syllable(self.letters.len())
    }

    fn ends_short_syllable(&self, end: usize) -> bool {
        match self.letters[..end] {
            [first, second] => is_vowel(first) && !is_vowel(second),
            [.., before, vowel, after] => {
                !is_vowel(before) && is_vowel(vowel) && !is_vowel(after) && !matches!(after, b'w' | b'x' | b'Y')
            }
            _ => false,
        }
    }

    /// Step 1c.
    fn final_y(&mut self) {
        let end = self.letters.len();
        if end > 2 && matches!(self.letters[end - 1], b'y' | b'Y') && !is_vowel(self.letters[end - 2]) {
            self.letters[end - 1] = b'i';
        }
    }

    /// Replaces the longest of the endings that it has, if that lies in the region; a longer one that does not keeps the
    /// shorter ones from being tried.
    fn replace_longest(&mut self, endings: &[(&str, &str)], region: usize) {
        let longest = endings.iter().filter(|(ending, _)| self.ends(ending)).max_by_key(|(ending, _)| ending.len());
        if let Some((ending, by)) = longest
            && self.ends_in(ending, region)
        {
            self.replace(ending, by);
        }
    }

    /// Step 2.
    fn long_endings(&mut self) {
        const ENDINGS: [(&str, &str); 22] = [
            ("tional", "tion"),
            ("enci", "ence"),
            ("anci", "ance"),
            ("abli", "able"),
            ("entli", "ent"),
            ("izer", "ize"),
            ("ization", "ize"),
            ("ational", "ate"),
            ("ation", "ate"),
            ("ator", "ate"),
            ("alism", "al"),
            ("aliti", "al"),
            ("alli", "al"),
            ("fulness", "ful"),
            ("ousli", "ous"),
            ("ousness", "ous"),
            ("iveness", "ive"),
            ("iviti", "ive"),
            ("biliti", "ble"),
            ("bli", "ble"),
            ("fulli", "ful"),
            ("lessli", "less"),
        ];
        let is_among = ENDINGS.iter().any(|(ending, _)| self.ends(ending));
        if is_among {
            self.replace_longest(&ENDINGS, self.r1);
        } else if self.ends("logi") {
            self.replace_longest(&[("ogi", "og")], self.r1);
        } else if self.ends_in("li", self.r1) {
            let before = self.letters.len().checked_sub(3).map(|at| self.letters[at]);
            if before.is_some_and(|letter| b"cdeghkmnrt".contains(&letter)) {
                self.replace("li", "");
            }
        }
    }

    /// Step 3.
    fn longer_endings(&mut self) {
        const ENDINGS: [(&str, &str); 8] = [
            ("tional", "tion"),
            ("ational", "ate"),
            ("alize", "al"),
            ("icate", "ic"),
            ("iciti", "ic"),
            ("ical", "ic"),
            ("ful", ""),
            ("ness", ""),
        ];
        self.replace_longest(&ENDINGS, self.r1);
        if self.ends_in("ative", self.r2) {
            self.replace("ative", "");
        }
    }

    /// Step 4.
    fn last_endings(&mut self) {
        const ENDINGS: [(&str, &str); 17] = [
            ("al", ""),
            ("ance", ""),
            ("ence", ""),
            ("er", ""),
            ("ic", ""),
            ("able", ""),
            ("ible", ""),
            ("ant", ""),
            ("ement", ""),
            ("ment", ""),
            ("ent", ""),
            ("ism", ""),
            ("ate", ""),
            ("iti", ""),
            ("ous", ""),
            ("ive", ""),
            ("ize", ""),
        ];
        if ENDINGS.iter().any(|(ending, _)| self.ends(ending)) {
            self.replace_longest(&ENDINGS, self.r2);
        } else if (self.ends("sion") || self.ends("tion")) && self.ends_in("ion", self.r2) {
            self.replace("ion", "");
        }
    }

    /// Step 5.
    fn final_e_or_l(&mut self) {
        let end = self.letters.len();
        if self.ends("e") && end > self.r1 {
            if end > self.r2 || !self.ends_short_syllable(end - 1) {
                self.letters.pop();
            }
        } else if self.ends_in("l", self.r2) && self.ends("ll") {
            self.letters.pop();
        }
    }
}

/// Where the region begins after the first consonant that follows a vowel.
fn region(letters: &[u8], from: usize) -> usize {
    let rest = &letters[from..];
    rest.windows(2).position(|pair| is_vowel(pair[0]) && !is_vowel(pair[1])).map_or(letters.len(), |at| from + at + 2)
}

fn is_vowel(letter: u8) -> bool {
    matches!(letter, b'a' | b'e' | b'i' | b'o' | b'u' | b'y')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(words: &str, meant: &str) {
        let stems: Vec<String> = words.split(' ').map(stem).collect();
        assert_eq!(stems.join(" "), meant, "{words}");
    }

    #[test]
    fn words_lose_their_endings() {
        check("homes home homing homed", "home home home home");
        check("council councils council's councils'", "council council council council");
        check("apply applies applied applying application", "appli appli appli appli applic");
        check("hopping hoping hopped hop", "hop hope hop hop");
        check("agreed feed bled sing", "agre feed bled sing");
        check("consign consigned consignment consistency", "consign consign consign consist");
        check("knightly knock kneeled knotted", "knight knock kneel knot");
        check("generate general generously communities community", "generat general generous communiti communiti");
        check("relational conditional hopefulness", "relat condit hope");
        check("digitally housing houses bus gas ties cries", "digit hous hous bus gas tie cri");
        check("say youth boyish enjoy", "say youth boyish enjoy");
        check("news skies dying proceed proceeding", "news sky die proceed proceed");
        check("controlling ontology sensible", "control ontolog sensibl");
        check("is at a damp", "is at a damp");
    }

    #[test]
    fn other_words_stay() {
        check("2nd h264 straße", "2nd h264 straße");
        check("' 's", " ");
    }

    proptest::proptest! {
        #[test]
        fn a_stem_is_never_much_longer(word in "[a-z]{1,30}") {
            proptest::prop_assert!(stem(&word).len() <= word.len() + 1);
        }
    }
}
