//! How many connections each household has open.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::visitor::household;

/// Counts open connections by household; as many entries as there are connections at most.
#[derive(Debug)]
pub(super) struct Households {
    most: usize,
    open: Arc<Mutex<HashMap<String, usize>>>,
}

/// A connection that is counted while it is there.
#[derive(Debug)]
pub(super) struct Guest {
    household: Option<String>,
    open: Arc<Mutex<HashMap<String, usize>>>,
}

impl Households {
    pub(super) fn new(most: usize) -> Self {
        Self { most, open: Arc::default() }
    }

    /// Counts one more connection, unless its household has enough. Those of a proxy are not counted.
    pub(super) fn let_in(&self, peer: IpAddr, is_proxy: bool) -> Option<Guest> {
        let household = (!is_proxy).then(|| household(peer));
        if let Some(household) = &household {
            let mut open = lock(&self.open);
            let here = open.entry(household.clone()).or_default();
            if *here >= self.most {
                return None;
            }
            *here += 1;
        }
        Some(Guest { household, open: self.open.clone() })
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        let Some(household) = &self.household else { return };
        let mut open = lock(&self.open);
        if let Some(here) = open.get_mut(household) {
            *here -= 1;
            if *here == 0 {
                open.remove(household);
            }
        }
    }
}

fn lock(open: &Mutex<HashMap<String, usize>>) -> MutexGuard<'_, HashMap<String, usize>> {
    open.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_household_has_so_many_and_gets_its_places_back() {
        let households = Households::new(2);
        let (one, neighbour) = ("2001:db8:1:2::1".parse().unwrap(), "2001:db8:1:2::9".parse().unwrap());
        let other = "203.0.113.9".parse().unwrap();
        let (first, _second) = (households.let_in(one, false).unwrap(), households.let_in(neighbour, false).unwrap());
        assert!(households.let_in(one, false).is_none());
        let _other = households.let_in(other, false).unwrap();
        let _many: Vec<Guest> = (0..9).map(|_| households.let_in(one, true).unwrap()).collect();
        drop(first);
        let _third = households.let_in(one, false).unwrap();
        assert!(households.let_in(one, false).is_none());
        assert_eq!(lock(&households.open).len(), 2);
    }
}
