//! RSS in RDF: 0.90 and 1.0, whose entries stand beside the channel.

use crate::shape::Format;
use crate::xml::{Cursor, Element};

/// Which RSS a root element begins.
pub(crate) fn format(cursor: &Cursor<'_>, root: &Element<'_>) -> Format {
    let usual = cursor.namespace(if root.prefix.is_empty() { "rss" } else { "" }).unwrap_or_default();
    let is_first = usual.contains("netscape.com/rdf/simple/0.9");
    if is_first { Format::Rss090 } else { Format::Rss10 }
}
