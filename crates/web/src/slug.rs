//! The readable end of a post's address.

/// A few plain words of a title, for an address: lower case, hyphens between, `post` where nothing is left.
pub(crate) fn slug(title: &str) -> String {
    let mut slug = String::new();
    for c in title.chars() {
        let folded = fold(c);
        match folded {
            Some(letters) => slug.push_str(letters),
            None if c.is_ascii_alphanumeric() => slug.push(c.to_ascii_lowercase()),
            // What stands within a word leaves no gap: "council’s" is "councils".
            None if matches!(c, '\'' | '’' | '\u{AD}') => {}
            None if !slug.is_empty() && !slug.ends_with('-') => slug.push('-'),
            None => {}
        }
        if slug.len() >= 60 {
            break;
        }
    }
    if slug.len() >= 60
        && let Some(end) = slug.rfind('-').filter(|&end| end > 20)
    {
        slug.truncate(end);
    }
    let slug = slug.trim_matches('-');
    if slug.is_empty() { "post".to_owned() } else { slug.to_owned() }
}

/// The plain letters of an accented one, for the languages of these islands and their neighbours.
fn fold(c: char) -> Option<&'static str> {
    Some(match c {
        'à' | 'á' | 'â' | 'ã' | 'å' | 'ā' | 'À' | 'Á' | 'Â' | 'Ã' | 'Å' | 'Ā' => "a",
        'ä' | 'æ' | 'Ä' | 'Æ' => "ae",
        'ç' | 'č' | 'ć' | 'Ç' | 'Č' | 'Ć' => "c",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ę' | 'È' | 'É' | 'Ê' | 'Ë' => "e",
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'Ì' | 'Í' | 'Î' | 'Ï' => "i",
        'ñ' | 'ń' | 'Ñ' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ō' | 'Ò' | 'Ó' | 'Ô' | 'Õ' => "o",
        'ö' | 'œ' | 'ø' | 'Ö' | 'Œ' | 'Ø' => "oe",
        'š' | 'ś' | 'Š' | 'Ś' => "s",
        'ß' => "ss",
        'ù' | 'ú' | 'û' | 'ū' | 'Ù' | 'Ú' | 'Û' => "u",
        'ü' | 'Ü' => "ue",
        'ŵ' | 'Ŵ' => "w",
        'ý' | 'ÿ' | 'ŷ' | 'Ý' | 'Ŷ' => "y",
        'ž' | 'ż' | 'ź' | 'Ž' => "z",
        'ł' | 'Ł' => "l",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(title: &str, meant: &str) {
        assert_eq!(slug(title), meant, "{title}");
    }

    #[test]
    fn titles_in_addresses() {
        check("The council’s new forms, one year on", "the-councils-new-forms-one-year-on");
        check("Dŵr a thân: ein hafonydd", "dwr-a-than-ein-hafonydd");
        check("  --- ", "post");
        check("ہم نے کیا سیکھا", "post");
        check(&"long words ".repeat(20), "long-words-long-words-long-words-long-words-long-words-long");
        check(&"x".repeat(500), &"x".repeat(60));
    }
}
