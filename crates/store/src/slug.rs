//! Names as they stand in addresses.

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

/// The slug of one of very many of a name, by a number that follows from its address: where a thousand are called the
/// same, trying one number after the other would take a thousand attempts for the next.
pub(crate) fn marked(slug: &str, address: &str, attempt: usize) -> String {
    // FNV-1a: spread well enough, and the same everywhere and always.
    let mix = |mark: u64, byte: u8| (mark ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let mark = address.bytes().chain(attempt.to_le_bytes()).fold(0xcbf2_9ce4_8422_2325, mix);
    format!("{slug}-{:08}", mark % 100_000_000)
}

/// Letters with marks as plain ones.
fn folded(letter: char) -> Option<&'static str> {
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
        let marks = [marked("forms", "a", 9), marked("forms", "b", 9), marked("forms", "a", 10)];
        assert!(marks[0] != marks[1] && marks[0] != marks[2] && marks.iter().all(|mark| mark.len() == 14), "{marks:?}");
    }
}
