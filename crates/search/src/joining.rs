//! Lists of texts joined: those that are in all of some, and those that are in any.

use std::cmp::Ordering;

/// A text, and how often it has something.
pub(crate) type Counted<C> = (u32, C);

/// The texts that are in both lists, as often as in the one where they are more seldom.
pub(crate) fn in_both<C: Copy + PartialOrd>(one: &[Counted<C>], other: &[Counted<C>]) -> Vec<Counted<C>> {
    let mut both = Vec::with_capacity(one.len().min(other.len()));
    let (mut one, mut other) = (one, other);
    while let ([first, rest @ ..], [second, others @ ..]) = (one, other) {
        match first.0.cmp(&second.0) {
            Ordering::Less => one = rest,
            Ordering::Greater => other = others,
            Ordering::Equal => {
                both.push(if second.1 < first.1 { *second } else { *first });
                (one, other) = (rest, others);
            }
        }
    }
    both
}

/// The texts that are in either list, as often as in the one where they are more often.
pub(crate) fn in_either<C: Copy + PartialOrd>(one: &[Counted<C>], other: &[Counted<C>]) -> Vec<Counted<C>> {
    let mut either = Vec::with_capacity(one.len() + other.len());
    let (mut one, mut other) = (one, other);
    loop {
        match (one, other) {
            ([first, rest @ ..], [second, others @ ..]) => match first.0.cmp(&second.0) {
                Ordering::Less => {
                    either.push(*first);
                    one = rest;
                }
                Ordering::Greater => {
                    either.push(*second);
                    other = others;
                }
                Ordering::Equal => {
                    either.push(if second.1 > first.1 { *second } else { *first });
                    (one, other) = (rest, others);
                }
            },
            (rest, []) | ([], rest) => {
                either.extend_from_slice(rest);
                return either;
            }
        }
    }
}

/// Adds to the list of a word those of what says the same: of each run of words the texts that have all of it.
pub(crate) fn with_others<C: Copy + PartialOrd, E>(
    own: Vec<Counted<C>>,
    runs: &[Vec<String>],
    mut list_of: impl FnMut(&str) -> Result<Vec<Counted<C>>, E>,
) -> Result<Vec<Counted<C>>, E> {
    let mut all = own;
    for run in runs {
        let mut of_run: Option<Vec<Counted<C>>> = None;
        for word in run {
            let list = list_of(word)?;
            of_run = Some(of_run.map_or_else(|| list.clone(), |before| in_both(&before, &list)));
        }
        all = in_either(&all, &of_run.unwrap_or_default());
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    proptest::proptest! {
        #[test]
        fn lists_are_joined_as_sets_are(
            one in proptest::collection::btree_map(0_u32..12, 1_u32..4, 0..8),
            other in proptest::collection::btree_map(0_u32..12, 1_u32..4, 0..8),
        ) {
            let list = |map: &BTreeMap<u32, u32>| map.iter().map(|(text, count)| (*text, *count)).collect::<Vec<_>>();
            let mut both = BTreeMap::new();
            let mut either = one.clone();
            for (text, count) in &other {
                if let Some(first) = one.get(text) {
                    both.insert(*text, *first.min(count));
                }
                either.entry(*text).and_modify(|first| *first = *(&*first).max(count)).or_insert(*count);
            }
            proptest::prop_assert_eq!(in_both(&list(&one), &list(&other)), list(&both));
            proptest::prop_assert_eq!(in_either(&list(&one), &list(&other)), list(&either));
        }
    }
}
