//! The sector's illustrations, drawn by us as small SVG files.

/// A transparent picture of one by one: what a counting address answers with.
pub(crate) const DOT: &[u8] =
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00!\xf9\x04\x01\x00\x00\x00\x00,\
\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;";

macro_rules! pictures {
    ($($name:literal)*) => {
        /// Every picture's name and text.
        pub(crate) static PICTURES: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../pictures/", $name, ".svg")))),*];
    };
}

pictures! {
    "bar-chart"
    "bin-lorry"
    "coins"
    "corridor"
    "damp-window"
    "desk"
    "fire-engine"
    "lighthouse"
    "one-record"
    "paper-forms"
    "pothole"
    "reading-room"
    "removal-boxes"
    "sensor"
    "site-plan"
    "sticky-wall"
    "switch"
    "terraced-houses"
    "two-chairs"
    "two-rivers"
    "valley"
}

/// The SVG of this name.
pub(crate) fn picture(name: &str) -> Option<&'static str> {
    PICTURES.iter().find(|(known, _)| *known == name).map(|(_, svg)| *svg)
}
