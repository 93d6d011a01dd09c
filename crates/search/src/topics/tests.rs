//! Texts and what they are about.

use std::collections::BTreeSet;

use super::*;

/// The topics of a text by their slugs, the surest first.
#[track_caller]
fn check(title: &str, text: &str, topics: &[&str]) {
    let found = Vocabulary::built_in().suggest(title, text);
    let slugs: Vec<&str> = found.iter().map(|suggestion| suggestion.topic.slug).collect();
    assert_eq!(slugs, topics, "{title} | {text}\n{found:#?}");
}

#[test]
fn the_vocabulary_is_sound() {
    let vocabulary = Vocabulary::read(TOPICS, SERVICES).unwrap();
    let topics = vocabulary.topics();
    let slugs: BTreeSet<&str> = topics.iter().map(|topic| topic.slug).collect();
    assert_eq!(slugs.len(), topics.len());
    assert!((70..=130).contains(&topics.len()));
    for topic in topics {
        let is_slug = |slug: &str| slug.bytes().all(|letter| letter.is_ascii_lowercase() || letter == b'-');
        assert!(is_slug(topic.slug) && !topic.group.is_empty(), "{topic:?}");
        assert!(!topic.name.is_empty() && topic.about.ends_with('.') && topic.about.len() < 150, "{topic:?}");
        assert!(topic.synonyms.len() >= 3, "{topic:?}");
        for near in &topic.near {
            assert!(slugs.contains(near) && *near != topic.slug, "{near} near {}", topic.slug);
        }
        assert_eq!(vocabulary.meant(topic.name), Some(topic), "no two have one name");
    }
}

#[test]
fn each_number_of_the_list_of_services_belongs_to_one_topic() {
    let topics = Vocabulary::built_in().topics();
    let mut numbers: Vec<u32> = topics.iter().flat_map(|topic| &topic.services).map(|service| service.number).collect();
    numbers.sort_unstable();
    let told = SERVICES.lines().skip(1).map(|line| line.split(',').next().unwrap().parse().unwrap());
    assert_eq!(numbers, told.collect::<Vec<u32>>());
    assert_eq!(numbers.len(), 117);
    let potholes = topics.iter().find(|topic| topic.services.iter().any(|service| service.number == 557)).unwrap();
    assert_eq!((potholes.slug, potholes.services[4].name.as_str()), ("roads", "Potholes"));
}

#[test]
fn a_title_tells() {
    check("What we learnt about damp and mould", "", &["damp-and-mould"]);
    check("Mouldy flats", "We went to see them.", &["damp-and-mould"]);
    check("Flytipping on our estates", "", &["fly-tipping"]);
    check("Fly-tipped sofas", "", &["fly-tipping"]);
    check("Why EHCPs take so long", "", &["special-educational-needs"]);
    check("Our council's SEND backlog", "", &["special-educational-needs"]);
    check("Co-designing a Blue Badge service", "", &["blue-badges", "service-design"]);
    check("One form for every parking permit", "Drivers fill in the form once.", &["parking"]);
    check("Organising for LGR", "", &["local-government-reorganisation"]);
    check("Potholes, twice", "", &["roads"]);
}

#[test]
fn a_text_tells_by_saying_it_more_than_once_or_beside_what_hints_at_it() {
    let mould = "Sensors warn of damp before black mould grows on a wall.";
    check("Healthy homes", mould, &["damp-and-mould"]);
    check("Three weeks in", "Each missed bin costs a call. A missed bin is noticed by the crew first.", &["bins"]);
    check("Three weeks in", "We met the people who plan the rounds. Somebody told us of a missed bin.", &["bins"]);
    let small_talk = "There was cake and a long talk about how to spend the summer with friends. ".repeat(8);
    check("Notes", &format!("{small_talk} Somebody told us of a missed bin."), &[]);
    check("Notes", &format!("{small_talk} {small_talk} {small_talk} A missed bin. A missed bin."), &[]);
}

#[test]
fn the_same_words_may_mean_something_else() {
    check("Scripts in the bin folder", "Put it into /usr/bin and bin/sh runs it.", &[]);
    check("Ideas that went in the bin", "", &[]);
    check("Where to park the idea", "We park it for now, and park that thought too.", &[]);
    check("Planning a workshop", "We planned a meeting, and plan another.", &[]);
    check("A school of thought", "Two schools of thought.", &[]);
    check("How to SEND AN EMAIL", "", &[]);
    check("Send an email", "Send it to us. We send it back.", &[]);
    check("Sprint planning with parking lots", "", &["agile-delivery"]);
    check("A library of components", "", &[]);
    check("Moving our web site: the data migration", "", &["legacy-systems"]);
    check("We are flooded with ideas", "", &[]);
    check("An open government licence", "", &["open-data"]);
    check("A noisy office", "", &[]);
    check("Less waste, service for all", "", &[]);
    check("The walls were damp. Home is elsewhere", "", &["damp-and-mould"]);
    check("Voting with their feet", "", &[]);
    check("Our road map for next year", "", &[]);
    check("The adoption of agile by managers", "", &["agile-delivery"]);
    check("Book the date", "", &[]);
    check("A damper on the mood", "", &[]);
    check("A damp squib, and breaking the mould", "", &[]);
    check("Recruiting participants for a test", "", &[]);
    check("At the front door", "", &[]);
}

#[test]
fn a_common_word_in_a_title_tells_nothing_by_itself() {
    check("Foster Responsible Innovation", "", &[]);
    check("Fostering collaboration", "", &[]);
    check("OpenAI Completes Major Reorganization", "", &[]);
    check("Reorganising the digital team", "", &[]);
    check("Leveling Up Teams", "", &[]);
    check("Consult a Knowledge Base", "", &[]);
    check("A New Computer Case: Thermal Benchmarks and Review", "", &[]);
    check("CPU performance data and benchmarks", "", &[]);
    check("How we evaluate language models", "", &["artificial-intelligence"]);
    check("Cycle syncing exercise", "", &[]);
    check("Cycle time", "", &[]);
    check("The Commodore Modem on a phone line", "", &[]);
    check("How to vibrate notifications", "", &[]);
    check("Where I store my recovery codes", "", &[]);
    check("An open_basedir bypass", "", &[]);
    check("Accessing the data warehouse", "", &["data-analysis"]);
    check("Recycled Creeds", "", &[]);
    check("A singer apologizes for his remarks", "", &[]);
    check("Stand up bulkhead", "", &[]);
    check("Firefighting in operations", "", &[]);
    check("Cemetery of dead links", "", &[]);
    check("Voting on retro topics", "", &[]);
    check("Voting with your virtual feet", "", &[]);
    check("A marriage of policy and digital", "", &[]);
    check("Refugees from the old CMS", "", &["websites"]);
    check("A library of SIM cards", "", &[]);
    check("SIM card libraries", "", &[]);
    check("Don't write frameworks, write libraries", "", &[]);
    check("How long we maintain it", "", &[]);
    check("A code interpreter", "", &[]);
    check("Translating law for engineers", "", &[]);
    check("Radio station hired a singer", "", &[]);
    check("The league's commissioner", "", &[]);
    check("One dead after highway crash", "", &[]);
    check("2023 in retrospect", "", &[]);
    check("Building a video editor prototype", "", &[]);
    check("Telemetry and cancelled contexts", "", &[]);
    check("Book the movie theatre", "", &[]);
    check("Mentors and their training sessions", "", &[]);
    check("A taxonomy of types", "", &[]);
    check("No longer sustainable", "", &[]);
    check("Automating CSS versioning", "", &[]);
    check("Don't let the database dictate your design", "", &[]);
    check("Readable code", "", &[]);
    check("Anonymous and pseudonymous bloggers", "", &[]);
    check("A game's retrospective and remake", "", &[]);
}

#[test]
fn the_same_words_tell_where_they_are_meant() {
    check("Fostering and adoption: who calls us", "", &["fostering-and-adoption"]);
    check("How foster carers apply", "", &["fostering-and-adoption"]);
    check("Local government reorganization", "", &["local-government-reorganisation"]);
    check("Our levelling up bid", "", &["regeneration"]);
    check("What the consultation told us", "", &["consultations"]);
    check("Benchmarking councils", "", &["performance"]);
    check("Safer cycling", "", &["walking-and-cycling"]);
    check("More accessible PDFs", "", &["accessibility"]);
    check("Our accessibility statement", "", &["accessibility"]);
    check("Recycling in flats", "", &["bins"]);
    check("An apology to residents", "", &["complaints-and-claims"]);
    check("What we learnt in our daily stand-up", "", &["agile-delivery"]);
    check("Retrospectives that help", "", &["agile-delivery"]);
    check("Firefighters on call", "", &["fire-and-rescue"]);
    check("Finding a grave in the cemetery", "", &["bereavement"]);
    check("Voting by post", "", &["elections"]);
    check("Giving notice of marriage", "", &["registrars"]);
    check("Helping refugees from Ukraine", "", &["migration-and-asylum"]);
    check("Warm rooms in libraries", "", &["warm-homes", "libraries"]);
    check("A SIM library", "", &["digital-inclusion"]);
    check("We are hiring a designer", "", &["recruitment"]);
    check("Highways and their records", "", &["roads"]);
    check("Rebuilding our website", "", &["websites"]);
}

#[test]
fn nothing_tells_nothing() {
    check("", "", &[]);
    check("今日は", "— … 👍", &[]);
    check("Happy new year", "We are back, with cake.", &[]);
}

#[test]
fn a_few_topics_the_surest_first() {
    let title = "AI, open data, cyber security, forms platform, council tax and potholes";
    let found = Vocabulary::built_in().suggest(title, "");
    assert_eq!(found.len(), MOST_TOPICS);
    // What is mentioned beside what a text is plainly about is not what it is about.
    let text = "Damp walls, a damp home, black mould, condensation and mould. A damp report. Ask the contact centre. \
                The contact centre knows.";
    check("Damp and mould: a mould report", text, &["damp-and-mould"]);
}

#[test]
fn reasons_name_the_words_as_they_are_written() {
    let reason = |title: &str, text: &str| Vocabulary::built_in().suggest(title, text)[0].in_words();
    assert_eq!(reason("Potholes", ""), "Its title says “Potholes”.");
    assert_eq!(
        reason("Fly-tipping again", "Dumped rubbish, dumped waste and fly tippers."),
        "Its title says “Fly-tipping”; it says “Dumped rubbish”, “dumped waste” and “fly tippers”."
    );
    assert_eq!(reason("Notes", "A pothole is a pothole."), "It says “pothole”.");
}

#[test]
fn topics_are_meant_by_name_synonym_or_address() {
    let meant = |words: &str| Vocabulary::built_in().meant(words).map(|topic| topic.slug);
    for words in ["fly-tipping", "Fly tipping", "flytipping", " dumped rubbish", "FLY-TIPPING"] {
        assert_eq!(meant(words), Some("fly-tipping"), "{words}");
    }
    assert_eq!(meant("Damp and mould"), Some("damp-and-mould"));
    assert_eq!(meant("Missed bins"), Some("bins"));
    assert_eq!(meant("unheard of"), None);
    assert_eq!(meant(" - "), None);
}

#[test]
fn the_nearest_topics_of_a_mistaken_address() {
    let nearest = |words: &str| -> Vec<&str> {
        Vocabulary::built_in().nearest(words, 3).into_iter().map(|topic| topic.slug).collect()
    };
    assert_eq!(nearest("housing-repair")[0], "housing-repairs");
    assert_eq!(nearest("mould")[0], "damp-and-mould");
    assert_eq!(nearest("weighbridges")[0], "trading-standards", "the words of services lead to topics as well");
    assert_eq!(nearest("the and of"), <[&str; 0]>::default());
}

proptest::proptest! {
    #[test]
    fn any_text_has_few_topics_with_words_of_its_own(title in "\\PC{0,40}|([a-zA-Z]{1,5} ){0,8}", text in "\\PC{0,80}") {
        let found = Vocabulary::built_in().suggest(&title, &text);
        proptest::prop_assert!(found.len() <= MOST_TOPICS);
        for suggestion in found {
            let is_there = suggestion.in_title.iter().all(|words| title.contains(words.as_str()))
                && suggestion.in_text.iter().all(|words| text.contains(words.as_str()));
            proptest::prop_assert!(is_there && !(suggestion.in_title.is_empty() && suggestion.in_text.is_empty()));
        }
        Vocabulary::built_in().nearest(&text, 5);
        Vocabulary::built_in().meant(&title);
    }
}
