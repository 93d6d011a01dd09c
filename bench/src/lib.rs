//! What the measuring programs share: prose that never ends, sources without number, and a look at a process.

pub mod many;
pub mod process;
mod prose;

pub use prose::Prose;
