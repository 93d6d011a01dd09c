//! Names found by their letters, through a table that is filled while compiling.

/// Finds the place of a name in a list of at most half as many names as there are slots.
pub(crate) struct Finder<const SLOTS: usize> {
    names: &'static [&'static str],
    /// Places in the list, each one more than it is; 0 where none is.
    slots: [u16; SLOTS],
}

impl<const SLOTS: usize> Finder<SLOTS> {
    /// A table for these names.
    pub(crate) const fn of(names: &'static [&'static str]) -> Self {
        assert!(SLOTS.is_power_of_two() && names.len() * 2 <= SLOTS, "a table that is too full is slow");
        let mut slots = [0; SLOTS];
        let mut at = 0;
        while at < names.len() {
            let mut slot = start(names[at].as_bytes(), SLOTS);
            while slots[slot] != 0 {
                slot = (slot + 1) % SLOTS;
            }
            slots[slot] = at as u16 + 1;
            at += 1;
        }
        Self { names, slots }
    }

    /// The place of a name in the list.
    #[inline]
    pub(crate) fn find(&self, name: &str) -> Option<usize> {
        let mut slot = start(name.as_bytes(), SLOTS);
        loop {
            let at = usize::from(self.slots[slot]).checked_sub(1)?;
            // Letter by letter: names are so short that calling somebody to compare them takes longer.
            let known = self.names[at];
            if known.len() == name.len() && known.bytes().zip(name.bytes()).all(|(one, other)| one == other) {
                return Some(at);
            }
            slot = (slot + 1) % SLOTS;
        }
    }
}

/// Where the search for a name begins: its length and four of its letters, mixed.
#[inline]
const fn start(name: &[u8], slots: usize) -> usize {
    let length = name.len();
    if length == 0 {
        return 0;
    }
    let letters = [name[0], name[length / 3], name[length / 2], name[length - 1]];
    let mixed = (u32::from_le_bytes(letters) ^ length as u32).wrapping_mul(0x9e37_79b1);
    (mixed >> 16) as usize % slots
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_found_and_no_other() {
        static NAMES: &[&str] = &["a", "b", "abbr", "acronym", "aside", "bside"];
        static FINDER: Finder<16> = Finder::of(NAMES);
        for (place, name) in NAMES.iter().enumerate() {
            assert_eq!(FINDER.find(name), Some(place));
        }
        for other in ["", "c", "A", "abb", "cside"] {
            assert_eq!(FINDER.find(other), None);
        }
    }
}
