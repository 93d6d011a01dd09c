//! What measuring the parser needs: damage, as real feeds have it.

pub mod damage;
