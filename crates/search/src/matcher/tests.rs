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
fn an_acronym_finds_what_it_stands_for_and_the_other_way_round() {
    let documents = [
        Document { id: 1, title: "What changes", text: "Local government reorganisation (LGR) merges seven councils." },
        Document { id: 2, title: "Ready for LGR", text: "We list every system and who looks after it." },
        Document {
            id: 3,
            title: "One council from April",
            text: "Local plans; government money; a reorganisation of IT.",
        },
        Document { id: 4, title: "The reorganization of local government", text: "Nothing else." },
        Document {
            id: 5,
            title: "Special needs",
            text: "Special educational needs and disabilities (SEND) transport.",
        },
        Document { id: 6, title: "Letters", text: "We send fewer letters." },
    ];
    let matcher = Matcher::over(Meaning::built_in(), documents);
    let with_all = |asked: &str| -> Vec<i64> {
        let question = Question::of("", asked);
        let found = matcher.near(&question, 9).into_iter().filter(|found| found.words == question.words());
        let mut found: Vec<i64> = found.map(|found| found.id).collect();
        found.sort_unstable();
        found
    };
    assert_eq!(with_all("LGR"), [1, 2, 3, 4]);
    assert_eq!(with_all("lgr"), [1, 2, 3, 4]);
    assert_eq!(with_all("local government reorganization"), [1, 2, 3, 4]);
    // In small letters it is a word like any other.
    assert_eq!(with_all("SEND"), [5, 6]);
    assert_eq!(with_all("send"), [5, 6]);
    assert_eq!(with_all("special educational needs and disabilities"), [5]);
    let understood = matcher.understood(&Question::of("", "LGR costs"));
    assert_eq!(understood.acronyms(), [("LGR".to_owned(), "local government reorganisation".to_owned())]);
    assert_eq!(matcher.understood(&understood), understood);
    assert_eq!(matcher.understood(&Question::of("", "send letters")).acronyms(), []);
}

#[test]
fn what_stands_for_an_acronym_is_marked_as_one() {
    let document = Document {
        id: 1,
        title: "",
        text: "Anti-social behaviour orders (ASBO), and an ASBO (anti-social behaviour order).",
    };
    let matcher = Matcher::over(Meaning::built_in(), [document]);
    let question = matcher.understood(&Question::of("", "asbo"));
    let text = "An anti-social behaviour order, or ASBO; not any order.";
    let marked: Vec<&str> = question.marks(text).into_iter().map(|(from, to)| &text[from..to]).collect();
    assert_eq!(marked, ["anti-social behaviour order", "ASBO"]);
    let reason = question.reason(Meaning::built_in(), "", "An anti-social behaviour order.");
    assert_eq!(reason, crate::Reason::Words(vec!["anti-social behaviour order".to_owned()]));
}

#[test]
fn projects_about_the_same_topic_come_before_those_that_only_sound_alike() {
    let mut matcher = Matcher::new(Meaning::built_in(), Weights::PROJECTS);
    for (id, title, text) in [
        (1, "Missed bins", "A form checks the crew's notes before it takes a report."),
        (2, "Report a pothole", "A form checks the inspector's notes before it takes a report."),
        (3, "Refuse lorries on a map", "Residents see when recycling and waste are collected."),
    ] {
        matcher.put(Document { id, title, text });
    }
    let question = Question::of("Missed bins", "A form checks the crew's notes before it takes a report.");
    let order = |matcher: &Matcher<'_>| {
        let found = matcher.near(&question, 9);
        assert!(found.iter().all(|found| found.strength <= 1.0), "{found:?}");
        (found[0].id, found.iter().find(|found| found.id == 3).map(|found| found.strength))
    };
    let (first, with_topics) = order(&matcher);
    matcher.weights = Weights { topics: 0.0, ..Weights::PROJECTS };
    let (same_first, without) = order(&matcher);
    assert_eq!((first, same_first), (1, 1));
    assert!(with_topics > without, "{with_topics:?} {without:?}");
    matcher.remove(3);
    matcher.remove(1);
    assert_eq!(matcher.near(&question, 9).len(), 1);
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
