//! Text → elements, whatever state the XML is in.
//!
//! [`scanner`] cuts the text into tags and what is between them, [`entities`] decodes what stands for
//! something else, [`names`] says which vocabulary a name is from, and [`cursor`] keeps the open elements and
//! gives their children one after another; [`strays`] tells it what was left open, and [`sought`] keeps time linear where
//! something is looked for ahead. Nothing is copied until a value is taken, and nothing fails.

pub(crate) mod attributes;
pub(crate) mod cursor;
pub(crate) mod entities;
pub(crate) mod names;
pub(crate) mod scanner;
pub(crate) mod sections;
mod sought;
#[cfg(test)]
mod sound;
pub(crate) mod strays;
pub(crate) mod text;
pub(crate) mod vocabulary;

pub(crate) use cursor::{Cursor, Element};
pub(crate) use names::Ns;
