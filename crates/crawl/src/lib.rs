//! Which source now; fetch, parse, clean, decide, store.

pub mod keys;
pub mod name;
