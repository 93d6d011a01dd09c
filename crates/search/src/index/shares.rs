//! The segments of an index in shares, each looked through on a thread of its own.

use std::thread;

use crate::index::parts::Parts;

/// How many threads can compute at once.
pub(super) fn processors() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// Looks through all segments on so many threads, each with a share of them; what each found.
pub(super) fn on_shares<T: Send>(parts: &Parts, threads: usize, look: impl Fn(Vec<usize>) -> T + Sync) -> Vec<T> {
    let sizes: Vec<usize> = parts.all.iter().map(|part| part.segment.len()).collect();
    let mut shares = shares(&sizes, threads).into_iter();
    let first = shares.next().unwrap_or_default();
    thread::scope(|scope| {
        let look = &look;
        let others: Vec<_> = shares.map(|share| scope.spawn(move || look(share))).collect();
        let join = |other: thread::ScopedJoinHandle<'_, T>| {
            other.join().expect("looking through an index does not panic, which properties say")
        };
        std::iter::once(look(first)).chain(others.into_iter().map(join)).collect()
    })
}

/// Which segments each thread looks through, so that all have about as many texts.
fn shares(sizes: &[usize], threads: usize) -> Vec<Vec<usize>> {
    let mut shares: Vec<(usize, Vec<usize>)> = vec![(0, Vec::new()); threads.min(sizes.len()).max(1)];
    let mut largest: Vec<usize> = (0..sizes.len()).collect();
    largest.sort_by_key(|at| std::cmp::Reverse(sizes[*at]));
    for at in largest {
        if let Some((texts, share)) = shares.iter_mut().min_by_key(|(texts, _)| *texts) {
            *texts += sizes[at];
            share.push(at);
        }
    }
    shares.into_iter().map(|(_, share)| share).collect()
}
