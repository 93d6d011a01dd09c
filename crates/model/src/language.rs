//! Languages, and which way they are written.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A language tag after BCP 47, in its usual spelling: `en`, `en-GB`, `zh-Hant-TW`.
///
/// ```
/// use model::{Direction, Language};
/// let language: Language = "AR_eg".parse().unwrap();
/// assert_eq!(language.as_str(), "ar-EG");
/// assert_eq!(language.direction(), Direction::RightToLeft);
/// assert!("the usual".parse::<Language>().is_err());
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Language(String);

/// A text that is not a language tag.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a language tag such as en, cy or en-GB")]
pub struct NotALanguage(String);

/// Which way a script runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// As English.
    LeftToRight,
    /// As Arabic.
    RightToLeft,
}

impl Direction {
    /// The value of HTML's `dir`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::LeftToRight => "ltr",
            Self::RightToLeft => "rtl",
        }
    }
}

/// Languages whose usual script runs from right to left (Unicode CLDR, layout/orientation).
const RIGHT_TO_LEFT: [&str; 14] =
    ["ar", "arc", "azb", "ckb", "dv", "fa", "he", "ks", "nqo", "ps", "sd", "syr", "ur", "yi"];

/// Codes with their names in English and in the language itself (ISO 639-1; CLDR).
const NAMES: [(&str, &str, &str); 32] = [
    ("ar", "Arabic", "العربية"),
    ("bn", "Bengali", "বাংলা"),
    ("cs", "Czech", "čeština"),
    ("cy", "Welsh", "Cymraeg"),
    ("da", "Danish", "dansk"),
    ("de", "German", "Deutsch"),
    ("el", "Greek", "Ελληνικά"),
    ("en", "English", "English"),
    ("es", "Spanish", "español"),
    ("et", "Estonian", "eesti"),
    ("fa", "Persian", "فارسی"),
    ("fi", "Finnish", "suomi"),
    ("fr", "French", "français"),
    ("ga", "Irish", "Gaeilge"),
    ("gd", "Scottish Gaelic", "Gàidhlig"),
    ("he", "Hebrew", "עברית"),
    ("hi", "Hindi", "हिन्दी"),
    ("it", "Italian", "italiano"),
    ("ja", "Japanese", "日本語"),
    ("ko", "Korean", "한국어"),
    ("kw", "Cornish", "kernewek"),
    ("nl", "Dutch", "Nederlands"),
    ("no", "Norwegian", "norsk"),
    ("pa", "Punjabi", "ਪੰਜਾਬੀ"),
    ("pl", "Polish", "polski"),
    ("pt", "Portuguese", "português"),
    ("ru", "Russian", "русский"),
    ("sv", "Swedish", "svenska"),
    ("tr", "Turkish", "Türkçe"),
    ("uk", "Ukrainian", "українська"),
    ("ur", "Urdu", "اردو"),
    ("zh", "Chinese", "中文"),
];

impl Language {
    /// English.
    pub fn english() -> Self {
        Self("en".to_owned())
    }

    /// The whole tag, for `lang` attributes.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The language itself, without script, region or variant: `en` of `en-GB`.
    pub fn primary(&self) -> &str {
        self.0.split('-').next().expect("a split gives at least one part")
    }

    /// Which way it is usually written; a script in the tag decides (`az-Arab`, `ur-Latn`).
    pub fn direction(&self) -> Direction {
        let right_to_left = match self.0.split('-').skip(1).find(|part| part.len() == 4) {
            Some(script) => matches!(script, "Adlm" | "Arab" | "Hebr" | "Nkoo" | "Rohg" | "Syrc" | "Thaa"),
            None => RIGHT_TO_LEFT.contains(&self.primary()),
        };
        if right_to_left { Direction::RightToLeft } else { Direction::LeftToRight }
    }

    /// Its name in English, or the tag where we know none.
    pub fn name(&self) -> &str {
        NAMES.iter().find(|(code, ..)| *code == self.primary()).map_or(self.as_str(), |(_, name, _)| name)
    }

    /// Its name in itself, or the tag where we know none.
    pub fn own_name(&self) -> &str {
        NAMES.iter().find(|(code, ..)| *code == self.primary()).map_or(self.as_str(), |(.., own)| own)
    }
}

impl FromStr for Language {
    type Err = NotALanguage;
    fn from_str(written: &str) -> Result<Self, NotALanguage> {
        let refuse = || NotALanguage(written.chars().take(40).collect());
        let mut tag = String::with_capacity(written.len());
        for (place, part) in written.trim().split(['-', '_']).enumerate() {
            if place > 6 || !part.bytes().all(|b| b.is_ascii_alphanumeric()) {
                return Err(refuse());
            }
            // RFC 5646 §2.1.1: language lower, script titled, region upper, the rest lower.
            match (place, part.len()) {
                (0, 2..=3) if part.bytes().all(|b| b.is_ascii_alphabetic()) => tag.push_str(&part.to_ascii_lowercase()),
                (0, _) | (_, 0) | (_, 9..) => return Err(refuse()),
                (_, 2) => {
                    tag.push('-');
                    tag.push_str(&part.to_ascii_uppercase());
                }
                (_, 4) if part.as_bytes()[0].is_ascii_alphabetic() => {
                    tag.push('-');
                    tag.push_str(&part[..1].to_ascii_uppercase());
                    tag.push_str(&part[1..].to_ascii_lowercase());
                }
                _ => {
                    tag.push('-');
                    tag.push_str(&part.to_ascii_lowercase());
                }
            }
        }
        Ok(Self(tag))
    }
}

impl TryFrom<String> for Language {
    type Error = NotALanguage;
    fn try_from(written: String) -> Result<Self, NotALanguage> {
        written.parse()
    }
}

impl From<Language> for String {
    fn from(language: Language) -> String {
        language.0
    }
}

impl fmt::Display for Language {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &str, tag: Option<&str>, name: &str, direction: &str) {
        let read = written.parse::<Language>().ok();
        assert_eq!(read.as_ref().map(Language::as_str), tag, "{written}");
        if let Some(language) = read {
            assert_eq!((language.name(), language.direction().as_str()), (name, direction), "{written}");
        }
    }

    #[test]
    fn tags_as_feeds_write_them() {
        check("en-us", Some("en-US"), "English", "ltr");
        check("EN_GB", Some("en-GB"), "English", "ltr");
        check("cy", Some("cy"), "Welsh", "ltr");
        check("zh-hant-tw", Some("zh-Hant-TW"), "Chinese", "ltr");
        check("ur", Some("ur"), "Urdu", "rtl");
        check("ur-Latn", Some("ur-Latn"), "Urdu", "ltr");
        check("az-Arab", Some("az-Arab"), "az-Arab", "rtl");
        check("", None, "", "");
        check("english", None, "", "");
        check("en-", None, "", "");
        check("en\"><script>", None, "", "");
    }
}
