//! Small words that many pages say.

/// "1 post", "1,234 posts".
pub(crate) fn counted(number: u64, thing: &str) -> String {
    format!("{} {thing}{}", thousands(number), if number == 1 { "" } else { "s" })
}

/// "999", "1,234".
pub(crate) fn thousands(number: u64) -> String {
    let figures = number.to_string();
    let mut words = String::new();
    for (place, figure) in figures.chars().enumerate() {
        if place > 0 && (figures.len() - place).is_multiple_of(3) {
            words.push(',');
        }
        words.push(figure);
    }
    words
}

/// A sentence with a capital letter.
pub(crate) fn capital(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_read_out() {
        for (number, words) in [(0, "0 posts"), (1, "1 post"), (999, "999 posts"), (1_234_567, "1,234,567 posts")] {
            assert_eq!(counted(number, "post"), words);
        }
    }

    #[test]
    fn sentences_begin_with_a_capital() {
        assert_eq!(capital("well; no post so far"), "Well; no post so far");
        assert_eq!(capital("östlich"), "Östlich");
        assert_eq!(capital(""), "");
    }
}
