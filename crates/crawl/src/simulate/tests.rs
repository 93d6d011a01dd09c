//! The simulator at a small size: exact results, and what must hold of them.

use super::*;

fn simulation(sources: u64, days: u32, seed: u64, threads: usize) -> Simulation {
    Simulation { sources, days, seed, threads: NonZero::new(threads).unwrap() }
}

fn run(simulation: &Simulation) -> Report {
    simulation.run(&Habits::bundled(), &|_, _| {})
}

#[test]
fn the_bundled_habits_are_read_and_written_as_they_are() {
    let habits = Habits::bundled();
    assert!(habits.len() >= 80, "{}", habits.len());
    let lines = |text: &str| text.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(lines(&habits.to_text()), lines(include_str!("habits.txt")));
}

#[test]
fn habits_that_cannot_be_are_refused_by_their_line() {
    let check = |text: &str, line: usize| assert_eq!(Habits::parse(text).unwrap_err(), line, "{text}");
    check("# dates\ntime 0 60 60 60", 2);
    check("often 0 60 60 60 60", 1);
    check("time 0 60 60 60 60\n\nday 0 1440 x 1440 1440", 3);
    check("time 0 -60 600 60 60", 1);
    check("time 0 1 1 1 1", 1);
    check("time 9223372036854775807 9223372036854775807 1 1 1", 1);
}

#[test]
fn feeds_give_their_dates_and_nothing_else() {
    let feed = |dates: &[&str]| {
        let entry = |date: &&str| format!("<item><title>Bins</title><pubDate>{date}</pubDate></item>");
        let entries: String = dates.iter().map(entry).collect();
        format!("<rss version='2.0'><channel><title>Riverton</title>{entries}</channel></rss>").into_bytes()
    };
    let weekly = ["2026-11-24T09:30:00Z", "2026-11-17T09:30:00Z", "2026-11-10T09:30:00Z", "2026-11-03T09:30:00Z"];
    let with_one_more: Vec<&str> = weekly.into_iter().chain(["2026-10-27T09:30:00Z"]).collect();
    let habits = Habits::of_feeds([feed(&weekly), feed(&with_one_more), b"no feed".to_vec()]);
    // From Monday on, Tuesday at half past nine is 2,010 minutes away.
    assert_eq!(habits.to_text(), "time 2010 10080 10080 10080 10080\n");
}

#[test]
fn the_same_seed_gives_the_same_on_any_number_of_threads() {
    let one = run(&simulation(3_000, 7, 1, 1));
    assert_eq!(run(&simulation(3_000, 7, 1, 4)), one);
    assert_ne!(run(&simulation(3_000, 7, 2, 1)).rules[0].requests, one.rules[0].requests);
}

#[test]
fn what_the_rules_give() {
    let report = run(&simulation(3_000, 10, 1, 2));
    let told: String = report
        .rules
        .iter()
        .map(|row| {
            let wait = |wait: Option<f64>| wait.map_or(0.0, f64::round);
            format!(
                "{}: {} requests, {} and {} min\n",
                row.name,
                row.requests,
                wait(row.median_minutes),
                wait(row.p95_minutes)
            )
        })
        .collect();
    assert_eq!(told, EXPECTED);
    let ours = &report.rules[0];
    assert!(ours.least_pause_seconds >= Some(2), "{ours:?}");
    assert_eq!(ours.hours.iter().sum::<u64>(), ours.requests);
    assert!(report.rules.iter().all(|row| row.posts == ours.posts));
}

const EXPECTED: &str = "\
Watersmeet: 139000 requests, 30 and 58 min
every hour: 720000 requests, 30 and 57 min
every six hours: 120000 requests, 185 and 342 min
Miniflux, entry frequency: 82488 requests, 38 and 461 min
CommaFeed: 437035 requests, 18 and 51 min
Feedbin: 2603934 requests, 8 and 14 min
";

#[test]
fn a_crowd_on_one_host_waits_and_the_host_does_not_suffer() {
    // So many that hourly looks would be more than one every two seconds.
    let report = run(&simulation(40_000, 3, 1, 2));
    for row in &report.rules[..2] {
        assert!(row.least_pause_seconds >= Some(2), "{}", row.name);
        assert!(row.crowd_requests <= 3 * 43_200, "{}", row.name);
    }
    let [ours, hourly] = &report.rules[..2] else { panic!("two rules") };
    assert!(ours.crowd_median_minutes < hourly.crowd_median_minutes);
}

#[test]
fn the_picture_is_whole_and_says_what_it_shows() {
    let report = run(&simulation(1_000, 3, 1, 2));
    let svg = report.plot();
    assert_eq!(svg.matches("<polyline").count(), report.rules.len());
    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
    for words in
        ["<title id=\"title\">", "<desc id=\"words\">", "prefers-color-scheme: dark", "Watersmeet: half within "]
    {
        assert!(svg.contains(words), "{words}");
    }
    assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
}
