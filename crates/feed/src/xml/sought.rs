//! Remembers what was looked for in a text, so that nobody looks through the same text for it twice.

/// Where the next one of a thing is. Keeps hostile input linear.
#[derive(Clone, Copy)]
pub(super) struct Sought {
    /// From where it was looked for last, and where it is: between them there is none.
    known: (usize, usize),
    /// From here on there is none.
    none: usize,
}

impl Default for Sought {
    fn default() -> Self {
        Self { known: (1, 0), none: usize::MAX }
    }
}

impl Sought {
    /// Where the first one at or behind a place is. `find` looks for it, and says how far ahead of that place it is.
    pub fn first(&mut self, from: usize, find: impl FnOnce() -> Option<usize>) -> Option<usize> {
        if from >= self.none {
            return None;
        }
        if !(self.known.0..=self.known.1).contains(&from) {
            let Some(ahead) = find() else {
                self.none = from;
                return None;
            };
            self.known = (from, from + ahead);
        }
        Some(self.known.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_looked_through_twice() {
        let text = "ab-cd-ef";
        let (mut sought, looked) = (Sought::default(), std::cell::Cell::new(0));
        let mut check = |from: usize, found: Option<usize>, looks| {
            let find = || {
                looked.set(looked.get() + 1);
                text[from..].find('-')
            };
            assert_eq!((sought.first(from, find), looked.get()), (found, looks), "{from}");
        };
        check(0, Some(2), 1);
        check(1, Some(2), 1);
        check(2, Some(2), 1);
        check(3, Some(5), 2);
        check(6, None, 3);
        check(7, None, 3);
        // What was found again before it does not make it forget that there is no other.
        check(0, Some(2), 4);
        check(6, None, 4);
    }
}
