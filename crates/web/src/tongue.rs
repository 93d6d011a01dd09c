//! The language and the direction of a piece of foreign text, as HTML attributes.

use std::fmt;

use askama::FastWritable;
use askama::filters::HtmlSafe;
use model::Language;

/// Attributes for an element that holds foreign text. English in an English page needs none; where
/// the language is not known, the browser finds the direction from the text itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Tongue(Option<Language>);

impl Tongue {
    pub(crate) fn of(language: Option<&Language>) -> Self {
        Self(language.cloned())
    }
}

impl fmt::Display for Tongue {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            None => out.write_str(" dir=\"auto\""),
            Some(language) if language.primary() == "en" => Ok(()),
            // A tag holds letters, figures and hyphens only: nothing in it needs escaping.
            Some(language) => write!(out, " lang=\"{language}\" dir=\"{}\"", language.direction().as_str()),
        }
    }
}

impl HtmlSafe for Tongue {}

impl FastWritable for Tongue {
    fn write_into(&self, out: &mut dyn fmt::Write, _: &dyn askama::Values) -> askama::Result<()> {
        Ok(write!(out, "{self}")?)
    }
}

/// A cleaned body, which a template prints as it is: the only markup that is not a template's own.
#[derive(Clone, Debug)]
pub(crate) struct Markup(pub(crate) html::SafeHtml);

impl fmt::Display for Markup {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

impl HtmlSafe for Markup {}

impl FastWritable for Markup {
    fn write_into(&self, out: &mut dyn fmt::Write, _: &dyn askama::Values) -> askama::Result<()> {
        Ok(out.write_str(self.0.as_str())?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(tag: &str, meant: &str) {
        assert_eq!(Tongue::of(tag.parse().ok().as_ref()).to_string(), meant, "{tag}");
    }

    #[test]
    fn languages_as_attributes() {
        check("en", "");
        check("en-GB", "");
        check("cy", " lang=\"cy\" dir=\"ltr\"");
        check("ur", " lang=\"ur\" dir=\"rtl\"");
        check("", " dir=\"auto\"");
    }
}
