//! What is found among a few made texts.

use super::*;

const TEXTS: [(&str, &str); 6] = [
    ("Healthy homes", "Sensors in council flats warn of damp before black mould grows on the walls."),
    ("Missed bins", "Residents report that their rubbish was not collected, and learn why at once."),
    ("Virtual parking permits", "Drivers apply and pay on their phones, and the paper permit goes."),
    ("Early help with council tax", "People who fall behind are offered a call with a money adviser."),
    ("Note taking for social workers", "A tool transcribes the visit and drafts the case note."),
    ("Street trees", "Every tree of the borough is on a map, with its health and its age."),
];

fn matcher() -> Matcher<'static> {
    let documents = TEXTS.iter().zip(1..).map(|((title, text), id)| Document { id, title, text });
    Matcher::over(Meaning::built_in(), documents)
}

#[track_caller]
fn finds(asked: &str, first: i64) {
    let found = matcher().near(&Question::of("", asked), 3);
    assert_eq!(found.first().map(|found| found.id), Some(first), "{asked}: {found:?}");
}

#[test]
fn the_same_problem_is_found_in_the_same_words_and_in_others() {
    finds("black mold", 1);
    finds("condensation in social housing", 1);
    finds("waste that the crew left behind", 2);
    finds("automatic transcription of home visits", 5);
    finds("tenants in debt", 4);
}

#[test]
fn a_typing_error_is_forgiven() {
    finds("sensosr", 1);
    finds("permitts", 3);
    finds("rubish not colected", 2);
    assert_eq!(matcher().meant("xylophon"), None);
}

#[test]
fn a_text_is_nearest_to_itself() {
    for ((title, text), id) in TEXTS.iter().zip(1..) {
        let found = matcher().near(&Question::of(title, text), 1)[0];
        assert_eq!(found.id, id);
        assert!((0.7..=1.0).contains(&found.strength), "{found:?}");
    }
}

#[test]
fn what_was_taken_out_is_not_found_and_what_was_put_again_is_found_by_its_new_words() {
    let mut matcher = matcher();
    matcher.remove(1);
    matcher.put(Document { id: 2, title: "Cycle lanes", text: "Bollards keep cars out." });
    assert_eq!(matcher.len(), 5);
    assert!(matcher.with_all_words("mould").is_empty() && matcher.with_all_words("rubbish").is_empty());
    assert_eq!(matcher.with_all_words("bollard lanes"), HashSet::from([2]));
    assert!(matcher.near(&Question::of("", "mould"), 9).iter().all(|found| found.id != 1));
}

#[test]
fn many_changes_leave_no_trace() {
    let mut changed = matcher();
    for round in 0..4_000 {
        let text = format!("round {round}");
        changed.put(Document { id: 7, title: "Changing", text: &text });
    }
    changed.remove(7);
    assert!(changed.texts.len() < 2_000, "{}", changed.texts.len());
    let question = Question::of("", "parking permits on a phone");
    let (found, meant) = (changed.near(&question, 6), matcher().near(&question, 6));
    assert_eq!(found.len(), meant.len());
    for (found, meant) in found.iter().zip(&meant) {
        assert!(found.id == meant.id && (found.strength - meant.strength).abs() < 0.02, "{found:?} {meant:?}");
    }
}

#[test]
fn nothing_is_found_where_nothing_is_asked_or_there() {
    assert!(matcher().near(&Question::of("", ""), 5).is_empty());
    assert!(matcher().near(&Question::of("", "\u{1F9E9}"), 5).is_empty());
    let empty = Matcher::over(Meaning::built_in(), []);
    assert!(empty.is_empty() && empty.near(&Question::of("a", "b"), 5).is_empty());
}

#[test]
fn only_what_is_let_through_is_found() {
    let found = matcher().near_among(&Question::of("", "council"), 6, |id| id == 4);
    assert_eq!(found.iter().map(|found| found.id).collect::<Vec<_>>(), [4]);
}
