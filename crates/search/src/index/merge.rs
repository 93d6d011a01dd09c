//! Many small segments become one, so that a question looks into few files.

use crate::index::columns::Growing;
use crate::index::disk::Folder;
use crate::index::error::IndexError;
use crate::index::parts::Part;
use crate::index::postings::{Cursor, List};
use crate::index::segment::{AllWords, Draft};
use crate::meaning::Parts;
use crate::scoring::Totals;

/// So many segments of about the same size become one.
const TOGETHER: usize = 8;
/// Segments smaller than this are of about the same size.
const SMALL: usize = 1_000;
/// How many vectors are read at once.
const ROWS: usize = 1_024;

/// Which segments to make one of, given how many texts each has left and how many it had.
pub(crate) fn which(sizes: &[(usize, usize)]) -> Option<Vec<usize>> {
    let class = |left: usize| (left / SMALL).checked_ilog(TOGETHER).map_or(0, |class| class + 1);
    for wanted in 0..=usize::BITS {
        let alike: Vec<usize> = (0..sizes.len()).filter(|at| class(sizes[*at].0) == wanted).collect();
        if alike.len() >= TOGETHER {
            return Some(alike);
        }
    }
    // What is mostly gone is written again without it.
    let mostly_gone = |(left, had): &(usize, usize)| *left * 2 < *had;
    sizes.iter().position(mostly_gone).map(|at| vec![at])
}

/// Where the texts of a segment are in the new one; none for those that were taken out.
struct Moved(Vec<Option<u32>>);

/// Writes the texts that are left of these segments as the segment of that number.
pub(crate) fn merge(folder: &Folder, number: u64, parts: &[Part]) -> Result<(), IndexError> {
    let mut texts = Growing::default();
    let mut totals = Totals::new();
    let mut moved = Vec::new();
    for part in parts {
        totals.add_all(&part.alive.totals);
        let to = (0..part.segment.len()).map(|text| {
            part.alive.has(text as u32).then(|| {
                texts.push_from(&part.segment.columns, text);
                texts.columns.len() as u32 - 1
            })
        });
        moved.push(Moved(to.collect()));
    }
    let mut draft = Draft::new(folder, number)?;
    write_words(&mut draft, parts, &moved)?;
    let vectors = parts.iter().flat_map(left_vectors);
    draft.finish(&texts.columns, &totals, vectors)
}

/// The vectors of the texts that are left.
fn left_vectors(part: &Part) -> impl Iterator<Item = Result<Parts, IndexError>> {
    let all = part.segment.len();
    (0..all).step_by(ROWS).flat_map(move |from| {
        let mut room = Vec::new();
        let rows = match part.segment.vectors(from..all.min(from + ROWS), &mut room) {
            Ok(rows) => {
                (from..).zip(rows).filter(|(text, _)| part.alive.has(*text as u32)).map(|(_, row)| Ok(*row)).collect()
            }
            Err(why) => vec![Err(why)],
        };
        rows.into_iter()
    })
}

fn write_words(draft: &mut Draft, parts: &[Part], moved: &[Moved]) -> Result<(), IndexError> {
    let mut words: Vec<AllWords<'_>> = parts.iter().map(|part| part.segment.words()).collect();
    let mut next = words.iter_mut().map(AllWords::next).collect::<Result<Vec<_>, _>>()?;
    let mut list = List::default();
    loop {
        let first = next.iter().flatten().map(|(word, _)| word).min();
        let Some(first) = first.cloned() else { return Ok(()) };
        list.clear();
        for (at, part) in parts.iter().enumerate() {
            let Some((_, entry)) = next[at].take_if(|(word, _)| *word == first) else { continue };
            let segment = &part.segment;
            let bytes = segment.list(&entry)?;
            let all = segment.len() as u32;
            let mut cursor = Cursor::new(&bytes, entry.texts, all).map_err(|damage| segment.damaged(damage))?;
            let put = |text: u32, count| {
                if let Some(to) = moved[at].0[text as usize] {
                    list.push(to, count);
                }
            };
            cursor.until(all, put).map_err(|damage| segment.damaged(damage))?;
            next[at] = words[at].next()?;
        }
        if list.texts() > 0 {
            draft.word(&first, &list)?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(left: &[usize], together: Option<&[usize]>) {
        let sizes: Vec<(usize, usize)> = left.iter().map(|left| (*left, *left)).collect();
        assert_eq!(which(&sizes).as_deref(), together, "{left:?}");
    }

    #[test]
    fn segments_of_about_the_same_size_become_one() {
        check(&[], None);
        check(&[1; 7], None);
        check(&[1, 900, 3, 5_000, 1, 1, 1, 1, 1], Some(&[0, 1, 2, 4, 5, 6, 7, 8]));
        check(&[7_000, 9_000, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000], Some(&[0, 2, 3, 4, 5, 6, 7, 8]));
        check(&[40_000, 50_000, 60_000, 1], None);
    }

    #[test]
    fn what_is_mostly_gone_is_written_again() {
        assert_eq!(which(&[(50, 99), (49, 99)]), Some(vec![1]));
        assert_eq!(which(&[(0, 1)]), Some(vec![0]));
        assert_eq!(which(&[(50, 100)]), None);
    }
}
