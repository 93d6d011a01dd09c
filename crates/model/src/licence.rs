//! What an author allows others to do with a post.

use serde::{Deserialize, Serialize};

/// A licence as its author names it: an address, or the words of a rights line.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Licence(String);

impl Licence {
    /// Licences to offer where somebody names one, those first that let most be done.
    pub const OFFERED: [&str; 7] = [
        "CC0",
        "CC BY 4.0",
        "CC BY-SA 4.0",
        "Open Government Licence v3.0",
        "CC BY-NC 4.0",
        "CC BY-ND 4.0",
        "All rights reserved",
    ];

    /// The licence that these words or this address name; `None` for empty words.
    pub fn named(written: &str) -> Option<Self> {
        let written = written.trim();
        (!written.is_empty()).then(|| Self(written.chars().take(300).collect()))
    }

    /// As the author wrote it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address of the licence's text, where one was given or is known.
    pub fn address(&self) -> Option<&str> {
        let is_address = self.0.starts_with("https://") || self.0.starts_with("http://");
        if is_address && !self.0.contains(char::is_whitespace) {
            return Some(&self.0);
        }
        self.known().map(|known| known.address)
    }

    /// The short name that people know it by, or the author's own words.
    pub fn name(&self) -> &str {
        self.known().map_or(self.as_str(), |known| known.name)
    }

    /// Whether anybody may pass the whole text on, for any purpose, if they credit it.
    ///
    /// True for the licences that the Open Definition 2.1 lists and that texts are under in practice.
    /// A licence with a condition on commerce (NC) or on changes (ND) is not open.
    pub fn is_open(&self) -> bool {
        self.known().is_some()
    }

    /// Whether the words say what others may do: a licence that we know, one of Creative Commons with a
    /// condition, the address of a text, or that all rights are reserved.
    ///
    /// Feeds write anything into a rights line, and that is kept; a person who fills in a form can be told.
    pub fn is_understood(&self) -> bool {
        let plain = self.0.to_lowercase();
        let host = plain.split_once("://").map_or("", |(_, rest)| rest.split(['/', '?', '#']).next().unwrap_or(""));
        let is_creative = ["cc by", "cc-by", "creative commons"].iter().any(|start| plain.starts_with(start));
        self.known().is_some()
            || is_creative
            || (self.address().is_some() && host.contains('.'))
            || plain.starts_with("all rights reserved")
            || plain.starts_with('©')
            || plain.starts_with("copyright")
    }

    fn known(&self) -> Option<&'static Known> {
        let plain = self.0.to_ascii_lowercase().replace(['-', '_', '.', '/', ','], " ");
        let words: Vec<&str> = plain.split_whitespace().collect();
        let has = |word: &str| words.contains(&word);
        if has("nc") || has("nd") || has("noncommercial") || has("noderivatives") || has("noderivs") {
            return None;
        }
        // "non-commercial" and "no derivatives" fall apart at the hyphen and the space.
        if words.windows(2).any(|pair| matches!(pair, ["non", "commercial"] | ["no", "derivatives" | "derivs"])) {
            return None;
        }
        let creative =
            has("creativecommons") || has("cc") || words.windows(2).any(|pair| pair == ["creative", "commons"]);
        let government = has("ogl") || has("open government licence") || plain.contains("open government licen");
        let code =
            if has("cc0") || (creative && (has("zero") || has("publicdomain") || plain.contains("public domain"))) {
                "cc0"
            } else if creative && (has("sa") || plain.contains("sharealike") || plain.contains("share alike")) {
                "by-sa"
            } else if creative && (has("by") || has("attribution")) {
                "by"
            } else if government || plain.contains("open government licence") {
                "ogl"
            } else {
                return None;
            };
        KNOWN.iter().find(|known| known.code == code)
    }
}

struct Known {
    code: &'static str,
    name: &'static str,
    address: &'static str,
}

static KNOWN: [Known; 4] = [
    Known { code: "cc0", name: "CC0 (public domain)", address: "https://creativecommons.org/publicdomain/zero/1.0/" },
    Known { code: "by-sa", name: "Creative Commons BY-SA", address: "https://creativecommons.org/licenses/by-sa/4.0/" },
    Known { code: "by", name: "Creative Commons BY", address: "https://creativecommons.org/licenses/by/4.0/" },
    Known {
        code: "ogl",
        name: "Open Government Licence",
        address: "https://www.nationalarchives.gov.uk/doc/open-government-licence/",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &str, name: &str, open: bool) {
        let licence = Licence::named(written).unwrap();
        assert_eq!((licence.name(), licence.is_open()), (name, open), "{written}");
    }

    #[test]
    fn licences_as_authors_name_them() {
        check("https://creativecommons.org/licenses/by/4.0/", "Creative Commons BY", true);
        check("http://creativecommons.org/licenses/by-sa/3.0/", "Creative Commons BY-SA", true);
        check("CC BY-SA 4.0", "Creative Commons BY-SA", true);
        check("Creative Commons Attribution 4.0", "Creative Commons BY", true);
        check("https://creativecommons.org/publicdomain/zero/1.0/", "CC0 (public domain)", true);
        check("Open Government Licence v3.0", "Open Government Licence", true);
        check(
            "http://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
            "Open Government Licence",
            true,
        );
        check("CC BY-NC 4.0", "CC BY-NC 4.0", false);
        check("Creative Commons Attribution Non-Commercial", "Creative Commons Attribution Non-Commercial", false);
        check(
            "https://creativecommons.org/licenses/by-nd/4.0/",
            "https://creativecommons.org/licenses/by-nd/4.0/",
            false,
        );
        check("© 2026 Riverton Council", "© 2026 Riverton Council", false);
        check("All rights reserved by us", "All rights reserved by us", false);
        assert_eq!(Licence::named("  "), None);
    }

    #[track_caller]
    fn understood(written: &str, is_understood: bool) {
        assert_eq!(Licence::named(written).unwrap().is_understood(), is_understood, "{written}");
    }

    #[test]
    fn what_is_no_licence_is_told_apart() {
        for offered in Licence::OFFERED {
            understood(offered, true);
        }
        understood("cc by-nc-sa", true);
        understood("Creative Commons Attribution Non-Commercial", true);
        understood("https://riverton.example/terms", true);
        understood("© 2026 Riverton Council", true);
        understood("Copyright Riverton Council", true);
        understood("https://", false);
        understood("https://nowhere", false);
        understood("mine", false);
        understood("free", false);
        understood("yes please", false);
    }
}
