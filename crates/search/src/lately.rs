//! The sketches of the newest texts, held in memory so that each new one finds those that are like it.

use crate::sketch::{OF_OPENING, OF_WHOLE, Sketch, mixed};

/// How many texts are held; the oldest gives way. At most 30 MB.
const MOST: usize = 50_000;
/// Two values of the whole text are one band, and each of the first half of its beginning is: texts that agree in a band
/// are looked at. Of two texts that share four tenths of their runs, all but one pair in 70,000 agree in one of 64.
const ROWS: usize = 2;
const OF_WHOLE_BANDS: usize = OF_WHOLE / ROWS;
const BANDS: usize = OF_WHOLE_BANDS + OF_OPENING / 2;
/// How many of the texts that agree in a band are looked at, the newest: what very many say is not worth more.
const MOST_IN_BAND: usize = 64;
/// How many of the likeliest are given.
const MOST_GIVEN: usize = 8;
const NOBODY: u16 = u16::MAX;

/// The newest texts by their sketches, each with something of yours that names it.
///
/// ```
/// let words = |from: i64| (from..from + 60).map(|word| format!("word{word}")).collect::<Vec<_>>().join(" ");
/// let (one, part, other) = [&words(0), &words(0)[..300], &words(500)].map(|text| search::Sketch::of(text).unwrap()).into();
/// let mut lately = search::Lately::default();
/// lately.put("one", one);
/// lately.put("other", other);
/// assert_eq!(lately.near(&part, |_| true), ["one"]);
/// ```
#[derive(Clone, Debug)]
pub struct Lately<T> {
    /// A ring: the place of the next one is where the oldest stands.
    held: Vec<(T, Sketch)>,
    next: usize,
    most: usize,
    /// For each band and each bucket of its values, the newest text there.
    newest: Vec<u16>,
    buckets: usize,
    /// For each text and each band, the next older one in the same bucket.
    older: Vec<[u16; BANDS]>,
}

impl<T: Copy> Default for Lately<T> {
    fn default() -> Self {
        Self::holding(MOST)
    }
}

impl<T: Copy> Lately<T> {
    /// Holds so many texts at the most, fewer than 65,535.
    fn holding(most: usize) -> Self {
        Self { held: vec![], next: 0, most, newest: vec![], buckets: 0, older: vec![] }
    }

    /// How many texts can be held at the most.
    pub const MOST: usize = MOST;

    /// Takes in a text. One that has changed is taken in again, and found as it was too until it is the oldest.
    pub fn put(&mut self, name: T, sketch: Sketch) {
        if self.held.len() < self.most {
            self.held.push((name, sketch));
            self.older.push([NOBODY; BANDS]);
            if self.held.len() > self.buckets {
                self.grow();
                return;
            }
            self.link(self.held.len() - 1);
        } else {
            let at = self.next;
            self.held[at] = (name, sketch);
            self.next = (at + 1) % self.most;
            self.link(at);
        }
    }

    /// Makes room for twice as many.
    fn grow(&mut self) {
        self.buckets = (self.buckets * 2).max(64);
        self.newest = vec![NOBODY; self.buckets * BANDS];
        // Nothing has given way yet where there is room to grow, so they stand in their order.
        (0..self.held.len()).for_each(|at| self.link(at));
    }

    fn link(&mut self, at: usize) {
        let number = u16::try_from(at).expect("fewer are held than a u16 can number");
        for band in 0..BANDS {
            let bucket = self.bucket(band, value(&self.held[at].1, band));
            self.older[at][band] = std::mem::replace(&mut self.newest[bucket], number);
        }
    }

    fn bucket(&self, band: usize, value: u16) -> usize {
        band * self.buckets + mixed(u64::from(value)) as usize % self.buckets
    }

    /// The texts that are likely to say the same as one, the likeliest first and at most eight, of those that are wanted.
    pub fn near(&self, sketch: &Sketch, is_wanted: impl Fn(&T) -> bool) -> Vec<T> {
        let mut found: Vec<u16> = vec![];
        if self.held.is_empty() {
            return vec![];
        }
        for band in 0..BANDS {
            let value_here = value(sketch, band);
            let mut at = self.newest[self.bucket(band, value_here)];
            let mut age = None;
            for _ in 0..MOST_IN_BAND {
                // Where another text has taken the place of one, the way leads to a newer one: what was there is gone.
                if at == NOBODY || age.is_some_and(|age| self.age(at) <= age) {
                    break;
                }
                age = Some(self.age(at));
                if value(&self.held[usize::from(at)].1, band) == value_here {
                    found.push(at);
                }
                at = self.older[usize::from(at)][band];
            }
        }
        found.sort_unstable();
        found.dedup();
        let held = found.into_iter().map(|at| &self.held[usize::from(at)]).filter(|(name, _)| is_wanted(name));
        let mut likely: Vec<(f32, T)> =
            held.map(|(name, held)| (sketch.likeness(held), *name)).filter(|(likeness, _)| *likeness >= 1.0).collect();
        likely.sort_by(|one, other| other.0.total_cmp(&one.0));
        likely.into_iter().take(MOST_GIVEN).map(|(_, name)| name).collect()
    }

    /// How many came after a text.
    fn age(&self, at: u16) -> usize {
        let count = self.held.len();
        (self.next + count - 1 - usize::from(at)) % count
    }
}

/// What texts that agree in a band have the same.
fn value(sketch: &Sketch, band: usize) -> u16 {
    match band.checked_sub(OF_WHOLE_BANDS) {
        None => u16::from_le_bytes([sketch.whole[band * ROWS], sketch.whole[band * ROWS + 1]]),
        Some(band) => sketch.opening[band],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sketch(from: usize, count: usize) -> Sketch {
        let words: Vec<String> = (from..from + count).map(|word| format!("word{word}")).collect();
        Sketch::of(&words.join(" ")).unwrap()
    }

    #[test]
    fn each_text_finds_those_like_it_among_many() {
        let mut lately = Lately::default();
        for text in 0..1_000 {
            lately.put(text, sketch(text * 1_000, 200));
        }
        for text in 0..1_000 {
            assert_eq!(lately.near(&sketch(text * 1_000, 200), |_| true), [text]);
            assert_eq!(lately.near(&sketch(text * 1_000, 40), |_| true), [text]);
            assert_eq!(lately.near(&sketch(text * 1_000 + 40, 150), |_| true), [text]);
        }
        assert_eq!(lately.near(&sketch(500, 200), |_| true), [0; 0]);
        assert_eq!(lately.near(&sketch(0, 200), |text| *text != 0), [0; 0]);
        assert_eq!(Lately::<u8>::default().near(&sketch(0, 200), |_| true), [0; 0]);
    }

    #[test]
    fn the_likeliest_come_first_and_are_few() {
        let mut lately = Lately::default();
        for text in 0..200 {
            lately.put(text, sketch(text, 200));
        }
        let near = lately.near(&sketch(100, 200), |_| true);
        assert_eq!(near.len(), MOST_GIVEN);
        assert_eq!(near[0], 100);
        assert!(near.iter().all(|text| (90..=110).contains(text)), "{near:?}");
    }

    #[test]
    fn the_oldest_gives_way() {
        let mut lately = Lately::holding(100);
        for text in 0..1_037 {
            lately.put(text, sketch(text * 1_000, 200));
            let oldest = text.saturating_sub(99);
            assert_eq!(lately.near(&sketch(oldest * 1_000, 200), |_| true), [oldest]);
            if oldest > 0 {
                assert_eq!(lately.near(&sketch((oldest - 1) * 1_000, 200), |_| true), [0; 0]);
            }
        }
        assert_eq!(lately.held.len(), 100);
        // The same text again and again: the way along a band ends where places were taken again.
        for text in 0..333 {
            lately.put(text, sketch(7, 200));
        }
        assert_eq!(lately.near(&sketch(7, 200), |_| true).len(), MOST_GIVEN);
    }
}
