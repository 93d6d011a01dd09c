//! British and American spellings of a word as one.

use std::borrow::Cow;

/// A word in the spelling that both are compared in. It is nobody's: it only has to be the same for both.
pub(crate) fn one_spelling(word: &str) -> Cow<'_, str> {
    if word.len() < 4 || !word.is_ascii() {
        return Cow::Borrowed(word);
    }
    if let Ok(at) = PAIRS.binary_search_by_key(&word, |(british, _)| british) {
        return Cow::Borrowed(PAIRS[at].1);
    }
    // "organise", "organisation", "analyse". That "promise" changes too does no harm: it does so everywhere.
    const ENDINGS: [(&str, &str); 12] = [
        ("isation", "ization"),
        ("isations", "izations"),
        ("isational", "izational"),
        ("ising", "izing"),
        ("ised", "ized"),
        ("ises", "izes"),
        ("ise", "ize"),
        ("iser", "izer"),
        ("isers", "izers"),
        ("ysing", "yzing"),
        ("ysed", "yzed"),
        ("yse", "yze"),
    ];
    for (ending, by) in ENDINGS {
        // "rise", "wise", "prise" and "raise" are other words than with a z.
        if let Some(start) = word.strip_suffix(ending).filter(|start| start.len() > 2) {
            return Cow::Owned(format!("{start}{by}"));
        }
    }
    // "colour", "neighbourhood", "favourite"; not "four", "hour", "tour", "your".
    for root in
        ["colour", "favour", "neighbour", "behaviour", "labour", "honour", "humour", "harbour", "endeavour", "rumour"]
    {
        if let Some(rest) = word.strip_prefix(root) {
            return Cow::Owned(format!("{}or{rest}", &root[..root.len() - 3]));
        }
    }
    // "modelling", "travelled", "labeller": one l.
    for root in
        ["model", "travel", "label", "cancel", "fuel", "level", "channel", "counsel", "signal", "total", "panel"]
    {
        if let Some(rest) = word.strip_prefix(root)
            && let Some(ending) = rest.strip_prefix('l')
            && matches!(ending, "ing" | "ed" | "er" | "ers" | "or" | "ors" | "ings")
        {
            return Cow::Owned(format!("{root}{ending}"));
        }
    }
    Cow::Borrowed(word)
}

/// Words that differ otherwise, sorted by the first.
const PAIRS: &[(&str, &str)] = &[
    ("ageing", "aging"),
    ("aluminium", "aluminum"),
    ("behove", "behoove"),
    ("catalogue", "catalog"),
    ("catalogues", "catalogs"),
    ("centre", "center"),
    ("centred", "centered"),
    ("centres", "centers"),
    ("cheque", "check"),
    ("cheques", "checks"),
    ("defence", "defense"),
    ("defences", "defenses"),
    ("dialogue", "dialog"),
    ("dialogues", "dialogs"),
    ("draught", "draft"),
    ("draughts", "drafts"),
    ("enrol", "enroll"),
    ("enrolment", "enrollment"),
    ("enrolments", "enrollments"),
    ("fibre", "fiber"),
    ("fibres", "fibers"),
    ("fulfil", "fulfill"),
    ("fulfilment", "fulfillment"),
    ("grey", "gray"),
    ("jewellery", "jewelry"),
    ("judgement", "judgment"),
    ("judgements", "judgments"),
    ("kerb", "curb"),
    ("kerbs", "curbs"),
    ("kerbside", "curbside"),
    ("licence", "license"),
    ("licences", "licenses"),
    ("litre", "liter"),
    ("litres", "liters"),
    ("metre", "meter"),
    ("metres", "meters"),
    ("mould", "mold"),
    ("moulds", "molds"),
    ("mouldy", "moldy"),
    ("offence", "offense"),
    ("offences", "offenses"),
    ("paediatric", "pediatric"),
    ("plough", "plow"),
    ("ploughing", "plowing"),
    ("practise", "practice"),
    ("practised", "practiced"),
    ("practises", "practices"),
    ("practising", "practicing"),
    ("programme", "program"),
    ("programmes", "programs"),
    ("skilful", "skillful"),
    ("storey", "story"),
    ("storeys", "stories"),
    ("theatre", "theater"),
    ("theatres", "theaters"),
    ("tonne", "ton"),
    ("tonnes", "tons"),
    ("travelling", "traveling"),
    ("tyre", "tire"),
    ("tyres", "tires"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pairs_are_sorted() {
        assert!(PAIRS.is_sorted());
    }

    #[track_caller]
    fn same(british: &str, american: &str) {
        assert_eq!(one_spelling(british), one_spelling(american), "{british} and {american}");
    }

    #[test]
    fn both_spellings_are_one_word() {
        same("organisation", "organization");
        same("digitised", "digitized");
        same("analyse", "analyze");
        same("neighbourhoods", "neighborhoods");
        same("behavioural", "behavioral");
        same("programme", "program");
        same("licence", "license");
        same("modelling", "modeling");
        same("kerbside", "curbside");
        same("mould", "mold");
    }

    #[test]
    fn what_only_looks_alike_stays() {
        for word in ["rise", "wise", "prise", "raise", "noise", "four", "hour", "tour"] {
            assert_eq!(one_spelling(word), word);
        }
    }
}
