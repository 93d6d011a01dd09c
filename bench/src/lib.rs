//! What the measuring programs share: prose that never ends.

mod prose;

pub use prose::Prose;
