//! What the programs here share: how good an order is, and the made projects that are put in order.

pub mod copies;
pub mod made;

use std::collections::HashMap;
use std::time::Duration;

use anyhow::{Context, Result, bail};

/// A thing to be found.
#[derive(Clone, Debug)]
pub struct Item {
    /// Its number.
    pub id: i64,
    /// Its title.
    pub title: String,
    /// Its summary.
    pub summary: String,
}

/// Things, and which of them are about the same.
#[derive(Clone, Debug, Default)]
pub struct Collection {
    /// The things.
    pub items: Vec<Item>,
    /// For each thing that is asked about, those about the same, each with how much so.
    pub judged: HashMap<i64, HashMap<i64, f64>>,
}

impl Collection {
    /// Reads the made projects: `# problem` begins a group; of its lines `+ title :: summary` are about that problem,
    /// `- title :: summary` only sound like it.
    pub fn of_groups(text: &str) -> Result<Self> {
        let mut collection = Self::default();
        let mut group: Vec<i64> = Vec::new();
        for (number, line) in text.lines().enumerate() {
            if line.starts_with('#') {
                collection.judge(&group);
                group.clear();
                continue;
            }
            let (mark, rest) = line.split_at_checked(2).with_context(|| format!("line {}: “{line}”", number + 1))?;
            let (title, summary) =
                rest.split_once(" :: ").with_context(|| format!("line {} has no “ :: ”", number + 1))?;
            let id = i64::try_from(collection.items.len() + 1)?;
            collection.items.push(Item { id, title: title.to_owned(), summary: summary.to_owned() });
            match mark {
                "+ " => group.push(id),
                "- " => {}
                _ => bail!("line {} begins with neither “+ ” nor “- ”", number + 1),
            }
        }
        collection.judge(&group);
        Ok(collection)
    }

    fn judge(&mut self, group: &[i64]) {
        for one in group {
            let others =
                group.iter().filter(|other| *other != one).map(|other| (*other, 1.0)).collect::<HashMap<_, _>>();
            if !others.is_empty() {
                self.judged.insert(*one, others);
            }
        }
    }

    /// How good the orders are that `find` gives for each thing that is asked about, in the mean.
    pub fn score(&self, mut find: impl FnMut(&Item) -> Vec<i64>) -> Scores {
        let mut total = Scores::default();
        for item in &self.items {
            let Some(judged) = self.judged.get(&item.id) else { continue };
            let found = find(item);
            total.ndcg += ndcg(&found, judged);
            total.recall += recall(&found, judged);
        }
        let asked = self.judged.len().max(1) as f64;
        Scores { ndcg: total.ndcg / asked, recall: total.recall / asked }
    }
}

/// How good orders are.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Scores {
    /// nDCG@10.
    pub ndcg: f64,
    /// Recall@10.
    pub recall: f64,
}

const DEPTH: usize = 10;

/// The gain of the first ten, each counted less the later it comes, beside the best order's.
fn ndcg(found: &[i64], judged: &HashMap<i64, f64>) -> f64 {
    let discounted = |gains: &[f64]| -> f64 {
        gains.iter().take(DEPTH).enumerate().map(|(at, gain)| gain / (at as f64 + 2.0).log2()).sum()
    };
    let gains: Vec<f64> = found.iter().take(DEPTH).map(|id| judged.get(id).copied().unwrap_or(0.0)).collect();
    let mut best: Vec<f64> = judged.values().copied().collect();
    best.sort_by(|one, other| other.total_cmp(one));
    discounted(&gains) / discounted(&best)
}

/// How many of those about the same are among the first ten.
fn recall(found: &[i64], judged: &HashMap<i64, f64>) -> f64 {
    let relevant = judged.values().filter(|gain| **gain > 0.0).count();
    let there = found.iter().take(DEPTH).filter(|id| judged.get(id).is_some_and(|gain| *gain > 0.0)).count();
    there as f64 / relevant.max(1) as f64
}

/// For how long this thread has had a processor: what something costs, whatever else the machine does meanwhile.
pub fn spent() -> Result<Duration> {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").context("reading /proc/thread-self/schedstat")?;
    let spent = told.split(' ').next().unwrap_or_default();
    Ok(Duration::from_nanos(spent.parse().context("the system tells no time")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_as_good_as_its_first_ten() {
        let judged = HashMap::from([(1, 1.0), (2, 1.0)]);
        assert_eq!((ndcg(&[1, 2, 3], &judged), recall(&[1, 2, 3], &judged)), (1.0, 1.0));
        assert_eq!((ndcg(&[3, 4], &judged), recall(&[3, 4], &judged)), (0.0, 0.0));
        assert!((ndcg(&[3, 1], &judged) - 0.387).abs() < 0.001);
        assert_eq!(recall(&[3, 1], &judged), 0.5);
        assert_eq!(recall(&[3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 1], &judged), 0.0);
    }

    #[test]
    fn groups_are_judged_and_what_sounds_like_them_is_not() {
        let text = "# damp\n+ One :: a\n+ Two :: b\n- Three :: c\n# other\n+ Four :: d\n";
        let collection = Collection::of_groups(text).expect("it is well formed");
        assert_eq!(collection.items.len(), 4);
        assert_eq!(collection.judged, HashMap::from([(1, HashMap::from([(2, 1.0)])), (2, HashMap::from([(1, 1.0)]))]));
        assert!(Collection::of_groups("* One :: a").is_err());
    }
}
