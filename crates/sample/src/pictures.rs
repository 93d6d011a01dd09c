//! The sector's illustrations and icons, drawn by us (`drawings/`) and kept as small PNG files.

/// A transparent picture of one by one: what a counting address answers with.
pub(crate) const DOT: &[u8] =
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00!\xf9\x04\x01\x00\x00\x00\x00,\
\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;";

macro_rules! pictures {
    ($($name:literal)*) => {
        /// Every picture's name and bytes.
        pub(crate) static PICTURES: &[(&str, &[u8])] =
            &[$(($name, include_bytes!(concat!("../pictures/", $name, ".png")))),*];
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

/// The picture of this name.
pub(crate) fn picture(name: &str) -> Option<&'static [u8]> {
    PICTURES.iter().find(|(known, _)| *known == name).map(|(_, bytes)| *bytes)
}

/// The icon of the source with this key, where it has one.
pub(crate) fn icon(key: &str) -> Option<&'static [u8]> {
    Some(match key {
        "riverton" => include_bytes!("../icons/riverton.png"),
        "larkmere" => include_bytes!("../icons/larkmere.png"),
        "everyday" => include_bytes!("../icons/everyday.png"),
        "civic-loom" => include_bytes!("../icons/civic-loom.png"),
        _ => return None,
    })
}
