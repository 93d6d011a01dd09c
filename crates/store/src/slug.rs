//! Names as they stand in addresses.

use std::collections::HashSet;

use crate::engine::{Tx, on};
use crate::error::Result;

/// The longest slug before a number is put behind it.
const LONGEST_BYTES: usize = 60;

/// A name in lower case ASCII letters, digits and single hyphens; `otherwise` where nothing of it is left.
///
/// Numbers alone are not left alone, so that a slug is never taken for an id.
pub fn slug(name: &str, otherwise: &str) -> String {
    let mut slug = String::new();
    let mut gap = false;
    for letter in name.chars() {
        // Apostrophes join: "council’s" is "councils".
        if matches!(letter, '\'' | '’' | '‘') {
            continue;
        }
        let mut plain = [0; 4];
        let plain = match folded(letter) {
            Some(plain) => plain,
            None if letter.is_ascii_alphanumeric() => letter.to_ascii_lowercase().encode_utf8(&mut plain),
            None => {
                gap = true;
                continue;
            }
        };
        if slug.len() + plain.len() + 1 > LONGEST_BYTES {
            break;
        }
        if gap && !slug.is_empty() {
            slug.push('-');
        }
        gap = false;
        slug.push_str(plain);
    }
    if slug.is_empty() {
        otherwise.to_owned()
    } else if slug.bytes().all(|byte| byte.is_ascii_digit()) {
        format!("{otherwise}-{slug}")
    } else {
        slug
    }
}

/// The `attempt`th slug for a name whose slug is taken: `forms`, `forms-2`, `forms-3` …
pub(crate) fn numbered(slug: &str, attempt: usize) -> String {
    if attempt < 2 { slug.to_owned() } else { format!("{slug}-{attempt}") }
}

/// The slug of a name, with a number behind it where it is taken: by a statement that counts those with a slug.
pub(crate) async fn own_slug(tx: &mut Tx, count: &'static str, name: &str, otherwise: &str) -> Result<String> {
    let slug = slug(name, otherwise);
    let taken: i64 = on!(Tx, tx, |c| sqlx::query_scalar(count).bind(slug.as_str()).fetch_one(&mut **c).await?);
    if taken == 0 { Ok(slug) } else { free_slug(tx, count, &slug, &HashSet::new()).await }
}

/// A slug with a number behind it that is free: by a statement that counts those with a slug, and beside those in `also`.
pub(crate) async fn free_slug(tx: &mut Tx, count: &'static str, slug: &str, also: &HashSet<String>) -> Result<String> {
    let mut search = Search::default();
    while let Some(number) = search.question() {
        let slug = numbered(slug, number);
        let found: i64 = on!(Tx, tx, |c| sqlx::query_scalar(count).bind(slug.as_str()).fetch_one(&mut **c).await?);
        search.answer(number, found > 0 || also.contains(&slug));
    }
    Ok(numbered(slug, search.taken + 1))
}

/// Looks for the end of the numbers that are taken. They are given from 2 on, mostly without gaps, so it is found by
/// doubling and halving: ten thousand of one name cost twenty-odd questions each, and not ten thousand.
#[derive(Debug)]
struct Search {
    taken: usize,
    free: Option<usize>,
}

impl Default for Search {
    fn default() -> Self {
        Self { taken: 1, free: None }
    }
}

impl Search {
    /// The number to ask about next; `None` once the one after the last taken is known to be free.
    fn question(&self) -> Option<usize> {
        match self.free {
            None => Some(self.taken * 2),
            Some(free) => (free - self.taken > 1).then(|| self.taken + (free - self.taken) / 2),
        }
    }

    fn answer(&mut self, number: usize, is_taken: bool) {
        if is_taken { self.taken = number } else { self.free = Some(number) }
    }
}

/// Letters with marks as plain ones.
pub(crate) fn folded(letter: char) -> Option<&'static str> {
    Some(match letter {
        'À'..='Å' | 'à'..='å' | 'Ā'..='ą' => "a",
        'Æ' | 'æ' => "ae",
        'Ç' | 'ç' | 'Ć'..='č' => "c",
        'Ð' | 'ð' | 'Ď'..='đ' => "d",
        'È'..='Ë' | 'è'..='ë' | 'Ē'..='ě' => "e",
        'Ĝ'..='ģ' => "g",
        'Ĥ'..='ħ' => "h",
        'Ì'..='Ï' | 'ì'..='ï' | 'Ĩ'..='ı' => "i",
        'Ĵ' | 'ĵ' => "j",
        'Ķ'..='ĸ' => "k",
        'Ĺ'..='ł' => "l",
        'Ñ' | 'ñ' | 'Ń'..='ŋ' => "n",
        'Ò'..='Ö' | 'Ø' | 'ò'..='ö' | 'ø' | 'Ō'..='ő' => "o",
        'Œ' | 'œ' => "oe",
        'Ŕ'..='ř' => "r",
        'Ś'..='š' | 'Ș' | 'ș' => "s",
        'ß' => "ss",
        'Þ' | 'þ' => "th",
        'Ţ'..='ŧ' | 'Ț' | 'ț' => "t",
        'Ù'..='Ü' | 'ù'..='ü' | 'Ũ'..='ų' => "u",
        'Ŵ' | 'ŵ' => "w",
        'Ý' | 'ý' | 'ÿ' | 'Ŷ'..='Ÿ' => "y",
        'Ź'..='ž' => "z",
        '&' => "and",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_free_number_is_found_with_few_questions() {
        for given in [1, 2, 3, 4, 5, 99, 100, 10_000] {
            let (mut search, mut questions) = (Search::default(), 0);
            while let Some(number) = search.question() {
                questions += 1;
                search.answer(number, number <= given);
            }
            assert_eq!(search.taken, given);
            assert!(questions <= 28, "{questions} for {given}");
        }
    }

    #[track_caller]
    fn check(name: &str, meant: &str) {
        assert_eq!(slug(name, "source"), meant, "{name}");
    }

    #[test]
    fn names_become_parts_of_addresses() {
        check("Riverton Council", "riverton-council");
        check("  Tŷ Newydd – blog & weeknotes  ", "ty-newydd-blog-and-weeknotes");
        check("The council’s 2nd blog", "the-councils-2nd-blog");
        check("Überblick: Straße", "uberblick-strasse");
        check("مدونة", "source");
        check("2026", "source-2026");
        check("../../etc", "etc");
        check(&"word ".repeat(40), "word-word-word-word-word-word-word-word-word-word-word-word");
        assert_eq!(numbered("forms", 1), "forms");
        assert_eq!(numbered("forms", 3), "forms-3");
    }
}
