//! In which language a text is, where its feed does not say or says what cannot be.

use model::Language;

/// Letters that are looked at; the beginning of a text tells enough.
const LOOKED_AT: usize = 2_000;

/// The language of a post: what is nearest to its text and does not contradict the text.
///
/// A feed's claim is often its platform's default, so a text in another script is believed more than its feed, and so
/// is Welsh under the name of English. `folded` is what [`fold`](crate::keys::fold) makes of the text.
pub fn language(claimed: Option<Language>, text: &str, folded: &str) -> Option<Language> {
    let seen = language_of_script(text);
    match (&claimed, seen) {
        (Some(claimed), Some(Seen { also, .. })) if also.contains(&claimed.primary()) => {}
        (_, Some(Seen { likely, .. })) => return likely.parse().ok(),
        (Some(claimed), None) if claimed.primary() != "en" => {}
        (_, None) if is_welsh(folded) => return "cy".parse().ok(),
        _ => {}
    }
    claimed
}

/// What a script tells.
struct Seen {
    /// The language that is most likely.
    likely: &'static str,
    /// Languages that the same script is used for.
    also: &'static [&'static str],
}

/// The language that most letters of a text are peculiar to; `None` for Latin letters, which tell nothing.
fn language_of_script(text: &str) -> Option<Seen> {
    // All that tells something lies behind Latin; most texts have next to nothing there.
    const BEHIND_LATIN: char = '\u{370}';
    const ITS_FIRST_BYTE: u8 = 0xcd;
    if text.bytes().all(|byte| byte < ITS_FIRST_BYTE) {
        return None;
    }
    let letters = || text.chars().filter(|c| c.is_alphabetic()).take(LOOKED_AT);
    let (behind, all) = letters().fold((0, 0), |(behind, all), c| (behind + usize::from(c >= BEHIND_LATIN), all + 1));
    if behind * 10 < all * 6 {
        return None;
    }
    let letters: Vec<char> = letters().collect();
    let count = |is: fn(char) -> bool| letters.iter().filter(|c| is(**c)).count();
    let most = |is: fn(char) -> bool| !letters.is_empty() && count(is) * 10 >= letters.len() * 6;
    let seen = |likely, also| Some(Seen { likely, also });
    if most(
        |c| matches!(c, '\u{600}'..='\u{6ff}' | '\u{750}'..='\u{77f}' | '\u{fb50}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}'),
    ) {
        const ARABIC: &[&str] = &["ar", "fa", "ur", "ps", "ckb", "sd", "ug", "ks", "azb"];
        let likely = match () {
            () if count(|c| "ٹڈڑںے".contains(c)) > 0 => "ur",
            () if count(|c| "پچژگ".contains(c)) > 0 => "fa",
            () => "ar",
        };
        return seen(likely, ARABIC);
    }
    if most(|c| matches!(c, '\u{400}'..='\u{52f}')) {
        let likely = if count(|c| "іїєґІЇЄҐ".contains(c)) > 0 { "uk" } else { "ru" };
        return seen(likely, &["ru", "uk", "bg", "sr", "mk", "be", "kk", "mn", "ky", "tg"]);
    }
    if most(|c| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}')) {
        let likely = if count(|c| matches!(c, '\u{3040}'..='\u{30ff}')) > 0 { "ja" } else { "zh" };
        return seen(likely, if likely == "ja" { &["ja"] } else { &["zh", "ja", "yue"] });
    }
    match () {
        () if most(|c| matches!(c, '\u{590}'..='\u{5ff}')) => seen("he", &["he", "yi"]),
        () if most(|c| matches!(c, '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}')) => seen("el", &["el"]),
        () if most(|c| matches!(c, '\u{900}'..='\u{97f}')) => seen("hi", &["hi", "mr", "ne", "sa"]),
        () if most(|c| matches!(c, '\u{980}'..='\u{9ff}')) => seen("bn", &["bn", "as"]),
        () if most(|c| matches!(c, '\u{a00}'..='\u{a7f}')) => seen("pa", &["pa"]),
        () if most(|c| matches!(c, '\u{ac00}'..='\u{d7af}')) => seen("ko", &["ko"]),
        () => None,
    }
}

/// Whether a text is Welsh, told by the small words that no text does without.
fn is_welsh(folded: &str) -> bool {
    const FEWEST: usize = 12;
    const WELSH: [&str; 22] = [
        "yn", "y", "yr", "ac", "ar", "mae", "wedi", "gan", "eu", "ein", "sy", "oedd", "hyn", "nid", "fel", "bod", "ei",
        "dros", "gyda", "rydym", "hwn", "hon",
    ];
    const ENGLISH: [&str; 10] = ["the", "and", "of", "to", "in", "is", "that", "for", "with", "we"];
    let end = folded.char_indices().nth(LOOKED_AT).map_or(folded.len(), |(end, _)| end);
    let words: Vec<&str> = folded[..end].split(' ').collect();
    let count = |of: &[&str]| words.iter().filter(|word| of.contains(word)).count();
    words.len() >= FEWEST && count(&ENGLISH) * 100 <= words.len() * 4 && count(&WELSH) * 100 >= words.len() * 15
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(claimed: &str, text: &str, found: &str) {
        let language = language(claimed.parse().ok(), text, &crate::keys::fold(text));
        assert_eq!(language.map(|language| language.to_string()).unwrap_or_default(), found, "{text}");
    }

    #[test]
    fn what_a_feed_claims_is_believed_where_it_can_be() {
        check("en-GB", "We asked forty people.", "en-GB");
        check("", "We asked forty people.", "");
        check("cy", "Bins", "cy");
        check("ur", "دریا کے بارے میں ایک مضمون", "ur");
        check("ckb", "النهر والمدينة", "ckb");
    }

    #[test]
    fn a_script_contradicts_a_claim() {
        check("en-GB", "اجتمع الفريق في المدينة على ضفة النهر.", "ar");
        check("en", "В городе открыли новую службу.", "ru");
        check("en", "У місті відкрили нову службу.", "uk");
        check("en", "העירייה פתחה שירות חדש", "he");
        check("", "市役所は新しいサービスを始めました。", "ja");
        // A name in another script makes no other language.
        check("en", "We met in القاهرة last week to talk about rivers.", "en");
    }

    #[test]
    fn welsh_under_the_name_of_english() {
        let welsh = "Mae'r cyngor wedi agor gwasanaeth newydd yn y dref, ac mae pobl yn gallu gofyn am fin newydd ar y we \
                     heb ffonio. Rydym yn dysgu gyda nhw bob wythnos.";
        check("en-GB", welsh, "cy");
        check("", welsh, "cy");
        check("fr", welsh, "fr");
        check("en-GB", "Mae is a name, and we met Mae in the town to talk about the new form for bins.", "en-GB");
    }
}
