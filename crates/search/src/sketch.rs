//! What the words of a text come to in two hundred bytes: enough to find those that nearly say the same.

/// How many words stand side by side in a run. Two texts share runs of three by chance only where they share a phrase.
const RUN: usize = 3;
/// How many values stand for a whole text, and how many for its beginning.
pub(crate) const OF_WHOLE: usize = 128;
pub(crate) const OF_OPENING: usize = 32;
/// How many words are the beginning of a text: about what a feed gives as an excerpt.
const OPENING: usize = 48;
/// Fewer words are not sketched: what is that short is the same only by its keys.
const FEWEST: usize = 24;
/// What sketches of another kind do not begin with.
const VERSION: u8 = 1;
const BYTES: usize = 3 + OF_WHOLE + 2 * OF_OPENING;

/// What the words of a text come to.
///
/// Of all its runs of three words, hashed, the least of each of 128 classes stands for it (MinHash), by its last byte. So of two
/// sketches about as many bytes agree as the texts have runs in common, of all that they have. The first 48 words are
/// sketched once more by themselves, since an excerpt has hardly anything in common with a whole text but its beginning.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sketch {
    /// How many runs the text has; no more than a `u16` holds.
    runs: u16,
    pub(crate) whole: [u8; OF_WHOLE],
    pub(crate) opening: [u16; OF_OPENING],
}

impl Sketch {
    /// Sketches a text in small letters with one space between its words; `None` if it is too short for that.
    ///
    /// Takes time with the length of the text, some two nanoseconds a byte.
    ///
    /// ```
    /// let text = (1..100).map(|word| format!("word{word}")).collect::<Vec<_>>().join(" ");
    /// let same = search::Sketch::of(&text).unwrap();
    /// assert!(same.is_like(&search::Sketch::of(&format!("first seen elsewhere {text}")).unwrap()));
    /// assert!(search::Sketch::of("too short").is_none());
    /// ```
    pub fn of(folded: &str) -> Option<Self> {
        let mut whole = [u64::MAX; OF_WHOLE];
        let mut opening = [u64::MAX; OF_OPENING];
        let (mut one, mut two, mut words) = (0_u64, 0_u64, 0_usize);
        let bytes = folded.as_bytes();
        let mut start = 0;
        for end in memchr::memchr_iter(b' ', bytes).chain([bytes.len()]) {
            let begin = std::mem::replace(&mut start, end + 1);
            if begin == end {
                continue;
            }
            words += 1;
            let three = match bytes[begin..].first_chunk::<8>() {
                Some(eight) if end - begin <= 8 => short(u64::from_le_bytes(*eight), end - begin),
                _ => hash(&bytes[begin..end]),
            };
            if words >= RUN {
                let run = mixed(one.rotate_left(40) ^ two.rotate_left(20) ^ three);
                let class = &mut whole[(run >> 57) as usize];
                *class = run.min(*class);
                if words <= OPENING {
                    let class = &mut opening[(run >> 59) as usize];
                    *class = run.min(*class);
                }
            }
            (one, two) = (two, three);
        }
        if words < FEWEST {
            return None;
        }
        fill(&mut whole);
        fill(&mut opening);
        Some(Self {
            runs: u16::try_from(words - (RUN - 1)).unwrap_or(u16::MAX),
            whole: whole.map(|least| least as u8),
            opening: opening.map(|least| least as u16),
        })
    }

    /// As bytes, to be kept.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(BYTES);
        bytes.push(VERSION);
        bytes.extend(self.runs.to_le_bytes());
        bytes.extend(self.whole);
        bytes.extend(self.opening.iter().flat_map(|value| value.to_le_bytes()));
        bytes
    }

    /// From bytes that were kept; `None` if they are of another version, or damaged.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (version, rest) = bytes.split_first()?;
        let (runs, rest) = rest.split_first_chunk()?;
        let (whole, opening) = rest.split_first_chunk()?;
        let (pairs, more) = opening.as_chunks();
        let opening: &[[u8; 2]; OF_OPENING] = pairs.try_into().ok()?;
        (*version == VERSION && more.is_empty()).then(|| Self {
            runs: u16::from_le_bytes(*runs),
            whole: *whole,
            opening: opening.map(u16::from_le_bytes),
        })
    }

    /// Whether two texts are likely to say the same, or one of them a part of what the other says. Few that do are missed;
    /// [`is_copy`](crate::is_copy) tells.
    pub fn is_like(&self, other: &Self) -> bool {
        self.likeness(other) >= 1.0
    }

    /// How likely it is, among others: from 1 on they are alike.
    pub(crate) fn likeness(&self, other: &Self) -> f32 {
        /// How much of the shorter one seems to be in the longer one: less than what counts, since it is a guess.
        const ENOUGH: f32 = 0.55;
        /// How many of the beginning's values agree where three in ten of its runs do, or by chance hardly fewer.
        const ENOUGH_OF_OPENING: f32 = 4.0;
        let agree = self.whole.iter().zip(&other.whole).filter(|(one, other)| one == other).count() as f32;
        // One byte in 256 agrees by chance.
        let shared = ((agree / OF_WHOLE as f32 - 1.0 / 256.0) * (256.0 / 255.0)).max(0.0);
        let (fewer, more) = (self.runs.min(other.runs), self.runs.max(other.runs));
        let contained = shared / (1.0 + shared) * (1.0 + f32::from(more) / f32::from(fewer.max(1)));
        let agree = self.opening.iter().zip(&other.opening).filter(|(one, other)| one == other).count() as f32;
        (contained / ENOUGH).max(agree / ENOUGH_OF_OPENING)
    }
}

/// A class that no run of a short text fell into takes the value of another one, chosen alike for all texts.
fn fill<const CLASSES: usize>(classes: &mut [u64; CLASSES]) {
    let filled = *classes;
    for (class, least) in classes.iter_mut().enumerate() {
        let mut other = class as u64;
        while *least == u64::MAX {
            other = mixed(other + 1);
            *least = filled[other as usize % CLASSES];
        }
    }
}

/// A number for a word.
pub(crate) fn hash(word: &[u8]) -> u64 {
    let (eights, rest) = word.as_chunks::<8>();
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    match eights {
        [] => short(u64::from_le_bytes(last), word.len()),
        [eight] if rest.is_empty() => short(u64::from_le_bytes(*eight), word.len()),
        _ => {
            let sum = eights.iter().fold(word.len() as u64, |sum, eight| mixed(sum ^ u64::from_le_bytes(*eight)));
            mixed(sum ^ u64::from_le_bytes(last))
        }
    }
}

/// The same for a word of one to eight bytes, which are the first of these.
fn short(eight: u64, length: usize) -> u64 {
    let word = eight.checked_shl(64 - 8 * length as u32).unwrap_or_default();
    mixed(word ^ length as u64)
}

/// A number in which every bit depends on all of another.
pub(crate) fn mixed(number: u64) -> u64 {
    let product = u128::from(number ^ 0x9E37_79B9_7F4A_7C15) * 0xD6E8_FEB8_6659_FD93;
    (product >> 64) as u64 ^ product as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A text of so many words, from the word with a number on.
    fn words(from: usize, count: usize) -> String {
        (from..from + count).map(|word| format!("word{word}")).collect::<Vec<_>>().join(" ")
    }

    #[track_caller]
    fn check(one: &str, other: &str, is_like: bool) {
        let (one, other) = (Sketch::of(one).unwrap(), Sketch::of(other).unwrap());
        assert_eq!(one.is_like(&other), is_like, "{}", one.likeness(&other));
        assert_eq!(one.likeness(&other), other.likeness(&one));
    }

    #[test]
    fn texts_that_are_alike() {
        let whole = words(0, 400);
        check(&whole, &whole, true);
        // Lines before and after, a part, the beginning, and the beginning after a line of another's.
        check(&whole, &format!("{} {whole} {}", words(900, 12), words(950, 12)), true);
        check(&whole, &words(100, 250), true);
        check(&whole, &words(0, 36), true);
        check(&whole, &format!("{} {}", words(900, 12), words(0, 40)), true);
        check(&words(0, 5_000), &words(0, 36), true);
        check(&words(0, 26), &words(0, 26), true);
        // Another text, one that shares a quarter, and one that begins with the same few words.
        check(&whole, &words(1_000, 400), false);
        check(&whole, &words(300, 400), false);
        check(&whole, &format!("{} {}", words(0, 6), words(2_000, 300)), false);
    }

    #[test]
    fn what_is_short_or_damaged_has_no_sketch() {
        assert_eq!(Sketch::of(""), None);
        assert_eq!(Sketch::of(&words(0, 23)), None);
        let sketch = Sketch::of(&words(0, 24)).unwrap();
        let mut bytes = sketch.to_bytes();
        assert_eq!(bytes.len(), BYTES);
        assert_eq!(Sketch::from_bytes(&bytes), Some(sketch));
        assert_eq!(Sketch::from_bytes(&bytes[1..]), None);
        assert_eq!(Sketch::from_bytes(&[bytes.as_slice(), &[0]].concat()), None);
        bytes[0] = 9;
        assert_eq!(Sketch::from_bytes(&bytes), None);
        assert_eq!(Sketch::from_bytes(&[]), None);
    }

    #[test]
    fn words_have_numbers_of_their_own() {
        let mut seen = std::collections::HashSet::new();
        for length in 0..40 {
            for letter in [b'a', b'b', 0] {
                assert!(length == 0 || seen.insert(hash(&vec![letter; length])), "{length} {letter}");
            }
        }
        assert_ne!(hash(b"abcdefg"), hash(b"abcdefh"));
        assert_ne!(hash(b"ab"), hash(b"ba"));
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_sketched_alike_each_time(text in "([a-f]{1,3} ){0,80}|\\PC{0,200}") {
            let sketch = Sketch::of(&text);
            proptest::prop_assert_eq!(&sketch, &Sketch::of(&text));
            if let Some(sketch) = sketch {
                proptest::prop_assert!(sketch.is_like(&sketch));
                proptest::prop_assert_eq!(Sketch::from_bytes(&sketch.to_bytes()), Some(sketch));
            }
        }

        #[test]
        fn any_bytes_are_a_sketch_or_none(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
            if let Some(sketch) = Sketch::from_bytes(&bytes) {
                proptest::prop_assert!(sketch.likeness(&sketch).is_finite());
            }
        }

        #[test]
        fn sketches_agree_as_much_as_texts_do(shared in 20_usize..300, own in 0_usize..300) {
            let text = |from| format!("{} {}", words(0, shared), words(from, own));
            let (one, other) = (text(10_000), text(20_000));
            let (one, other) = (Sketch::of(&format!("{one} z z z z")).unwrap(), Sketch::of(&format!("{other} z z z z")).unwrap());
            let agree = one.whole.iter().zip(&other.whole).filter(|(one, other)| one == other).count() as f64;
            let meant = shared as f64 / (shared + 2 * own) as f64;
            proptest::prop_assert!((agree / OF_WHOLE as f64 - meant).abs() < 0.35, "{agree} of 128, {meant}");
        }
    }
}
