//! The one door to [`SafeHtml`]: what has not been through it is never shown.

use std::fmt;
use std::sync::LazyLock;

/// The version of the rules. A stored body that was cleaned by a lower one may be cleaned again.
pub const CLEANER_VERSION: u32 = 1;

/// Markup that has been through the sanitiser: nothing in it runs, loads a frame, or submits a form.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SafeHtml(String);

impl SafeHtml {
    /// Takes back what this type once gave to our own store. Nothing else may be handed in here.
    pub fn from_store(cleaned_before: String) -> Self {
        Self(cleaned_before)
    }

    /// The markup.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether nothing is left.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn admit(markup: &str) -> Self {
        static RULES: LazyLock<ammonia::Builder<'static>> = LazyLock::new(ammonia::Builder::default);
        Self(RULES.clean(markup).to_string())
    }
}

impl fmt::Display for SafeHtml {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}
