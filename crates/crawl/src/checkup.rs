//! Whether an installation is well, and what to do where it is not: one pure function of what was found on it.

use std::time::Duration;

use jiff::tz::TimeZone;
use model::{Outcome, Time};
use store::{Facts, HostWait, SourceRecord};

use crate::weather::Trouble;

/// Less free space than this, and what is read may soon find no room.
const LITTLE_SPACE: u64 = 500_000_000;

/// Less than this, and it will not.
const NO_SPACE: u64 = 50_000_000;

/// By how much the newest record may be ahead of the clock: several machines are never quite together.
const AHEAD: Duration = Duration::from_secs(300);

/// How long a source may be overdue before somebody must have stopped asking.
pub const OVERDUE: Duration = Duration::from_secs(6 * 3_600);

/// The longest that a lease lasts: several times what crawlers ask for.
pub const LONGEST_LEASE: Duration = Duration::from_secs(600);

/// The longest that a source is put off that did not ask for it.
pub const FURTHEST: Duration = Duration::from_secs(9 * 86_400);

/// From which part of the largest document on a source is named.
pub const LARGE: u64 = 4;

/// How many sources are named under one finding.
pub const NAMED: u32 = 5;

/// What was found on an installation.
#[derive(Clone, Debug)]
pub struct Found {
    /// When.
    pub now: Time,
    /// The zone that days are named in.
    pub zone: TimeZone,
    /// Whether the site's public address is set, so that servers can find out who asks.
    pub has_address: bool,
    /// Whether it says how whoever runs it is reached.
    pub has_contact: bool,
    /// Free bytes where the data is; `None` where that cannot be told, as on a server.
    pub free_bytes: Option<u64>,
    /// Why nothing can be written into the data folder, if so.
    pub unwritable: Option<Unwritable>,
    /// How the sources stand; or why the database cannot be asked or written, in words that say what to do.
    pub database: Result<Stored, String>,
    /// The names that were looked up, and what went wrong with each; empty unless that was asked for.
    pub looked_up: Vec<(String, Option<String>)>,
}

/// Why nothing can be written into a folder.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unwritable {
    /// What the system says.
    pub why: String,
    /// Whether there is no room, or none that this user may take.
    pub is_full: bool,
}

/// What is in its database.
#[derive(Clone, Debug, Default)]
pub struct Stored {
    /// How the sources stand.
    pub facts: Facts,
    /// Trouble of ours that the crawler is in.
    pub trouble: Option<Trouble>,
    /// The failing sources by how they fail, with those that have done so for longest.
    pub failing: Vec<(Outcome, u64, Vec<SourceRecord>)>,
    /// The sources with the largest documents.
    pub large: Vec<SourceRecord>,
    /// The sources that say that they have moved to where another one is polled.
    pub stuck_moves: Vec<SourceRecord>,
    /// The hosts that asked us to wait.
    pub host_waits: Vec<HostWait>,
    /// How many questions about updates wait for an editor.
    pub update_questions: u64,
}

/// How bad it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Grade {
    /// The installation does not do its work.
    Wrong,
    /// A person should look at it.
    Look,
    /// Good to know.
    Well,
}

impl Grade {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Wrong => "wrong",
            Self::Look => "look",
            Self::Well => "well",
        }
    }
}

/// One thing that was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// How bad it is.
    pub grade: Grade,
    /// What it is about, in one word: for programs.
    pub about: &'static str,
    /// What it is, as a sentence.
    pub what: String,
    /// What to do about it.
    pub to_do: Option<String>,
    /// The sources that it is about: name, slug, and what each says. The worst few.
    pub sources: Vec<(String, String, String)>,
}

/// Judges an installation: what is wrong, what to look at, what is well, in this order.
pub fn judge(found: &Found) -> Vec<Finding> {
    let mut findings = vec![];
    about_the_machine(found, &mut findings);
    match &found.database {
        Err(why) => findings.push(finding(Grade::Wrong, "database", sentence(why), None)),
        Ok(stored) => {
            about_the_clock(found, &stored.facts, &mut findings);
            about_polling(found, stored, &mut findings);
            about_sources(found, stored, &mut findings);
            about_updates(stored, &mut findings);
        }
    }
    about_settings(found, &mut findings);
    findings.sort_by_key(|finding| finding.grade);
    findings
}

fn finding(grade: Grade, about: &'static str, what: String, to_do: Option<&str>) -> Finding {
    Finding { grade, about, what, to_do: to_do.map(str::to_owned), sources: vec![] }
}

fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(char::to_uppercase);
    format!("{}{}.", first.map(String::from_iter).unwrap_or_default(), letters.as_str().trim_end_matches('.'))
}

fn about_the_machine(found: &Found, findings: &mut Vec<Finding>) {
    if let Some(Unwritable { why, is_full }) = &found.unwritable {
        let to_do = if *is_full {
            "Make room on its disk, or have a limit raised that is set for this user."
        } else {
            "Check who owns the folder, and that the disk is not read-only."
        };
        findings.push(finding(
            Grade::Wrong,
            "folder",
            format!("Nothing can be written into the data folder: {why}."),
            Some(to_do),
        ));
    }
    if let Some(free) = found.free_bytes.filter(|free| *free < LITTLE_SPACE) {
        let grade = if free < NO_SPACE { Grade::Wrong } else { Grade::Look };
        let what = format!("Only {} MB are free where the data is.", free / 1_000_000);
        let to_do = "Make room. Until then nothing new may be stored; what was read is kept and tried again.";
        findings.push(finding(grade, "space", what, Some(to_do)));
    }
    let lost: Vec<&(String, Option<String>)> = found.looked_up.iter().filter(|(_, why)| why.is_some()).collect();
    if let [(host, Some(why)), ..] = lost.as_slice() {
        let all = lost.len() == found.looked_up.len();
        let grade = if all { Grade::Wrong } else { Grade::Look };
        let what =
            format!("{} of {} names cannot be looked up, such as {host}: {why}.", lost.len(), found.looked_up.len());
        let to_do = if all {
            "Look at the name servers of this machine (/etc/resolv.conf)."
        } else {
            "See below whether their sources are in trouble."
        };
        findings.push(finding(grade, "names", what, Some(to_do)));
    } else if !found.looked_up.is_empty() {
        findings.push(finding(Grade::Well, "names", "Names can be looked up.".to_owned(), None));
    }
}

fn about_the_clock(found: &Found, facts: &Facts, findings: &mut Vec<Finding>) {
    let newest = facts.last_polled.max(facts.last_seen);
    if let Some(newest) = newest.filter(|newest| newest.since(found.now) > AHEAD) {
        let what =
            format!("The clock says {}, but something was stored on {}.", at(found, found.now), at(found, newest));
        let to_do = "Set the clock of this machine, best by itself (NTP). If it was ahead before and is right now, \
                     nothing needs to be done: sources are asked again in time.";
        findings.push(finding(Grade::Wrong, "clock", what, Some(to_do)));
    }
    if facts.far_off > 0 {
        let what =
            format!("{} would only be asked again after {}.", sources(facts.far_off), at(found, found.now + FURTHEST));
        let to_do =
            "The clock was ahead when they were asked last. Set it right; “watersmeet poll --all” asks them now.";
        findings.push(finding(Grade::Look, "far", what, Some(to_do)));
    }
}

fn about_polling(found: &Found, stored: &Stored, findings: &mut Vec<Finding>) {
    let facts = &stored.facts;
    if let Some(trouble) = stored.trouble {
        let what = format!("{} Since {}.", sentence(trouble.kind.in_words()), at(found, trouble.since));
        let to_do = "It counts against no source. One is tried every few minutes, and all goes on when one answers.";
        findings.push(finding(Grade::Wrong, "network", what, Some(to_do)));
    } else if facts.overdue > 0 {
        let last = facts
            .last_polled
            .map_or("Nobody was ever asked".to_owned(), |last| format!("The last was asked on {}", at(found, last)));
        let what = format!("{} should have been asked more than six hours ago. {last}.", sources(facts.overdue));
        let to_do = "Is “watersmeet serve” running, or “watersmeet poll” called often enough?";
        let grade = if facts.overdue * 2 > facts.polled { Grade::Wrong } else { Grade::Look };
        findings.push(finding(grade, "overdue", what, Some(to_do)));
    }
    if facts.long_leased > 0 {
        let what = format!("{} held by a crawler for longer than any crawler asks for.", are(facts.long_leased));
        let to_do = "The clock of its machine was ahead. Stop it, and set the clock; “watersmeet source pause” and \
                     “resume” set a source free at once.";
        findings.push(finding(Grade::Look, "leases", what, Some(to_do)));
    }
    let waiting: Vec<&HostWait> = stored.host_waits.iter().filter(|wait| wait.until > found.now).collect();
    if let Some(longest) = waiting.first() {
        let hosts =
            if waiting.len() == 1 { "One host asks".to_owned() } else { format!("{} hosts ask", waiting.len()) };
        let what = format!(
            "{hosts} us to wait with all that is on it, {} the longest, until {}.",
            longest.host,
            at(found, longest.until)
        );
        findings.push(finding(Grade::Well, "waits", what, None));
    }
}

fn about_updates(stored: &Stored, findings: &mut Vec<Finding>) {
    let what = match stored.update_questions {
        0 => return,
        1 => "One post may tell of a project; nobody has said yet whether it does.".to_owned(),
        many => format!("{many} posts may each tell of a project; nobody has said yet whether they do."),
    };
    findings.push(finding(
        Grade::Well,
        "updates",
        what,
        Some("“watersmeet update list” shows them, for an editor to say."),
    ));
}

fn about_sources(found: &Found, stored: &Stored, findings: &mut Vec<Finding>) {
    let facts = &stored.facts;
    for (outcome, count, worst) in &stored.failing {
        let Some(first) = worst.first() else { continue };
        let advice = worst.iter().find_map(|source| source.health().advice(found.now));
        let status =
            first.poll.last_status.filter(|status| worst.iter().all(|source| source.poll.last_status == Some(*status)));
        let words = outcome.trouble_in_words(status).unwrap_or_else(|| outcome.as_str().to_owned());
        findings.push(Finding {
            grade: if advice.is_some() { Grade::Look } else { Grade::Well },
            about: outcome.as_str(),
            what: format!("{}: {words}.", sources(*count)),
            to_do: advice.map(str::to_owned),
            sources: worst.iter().map(|source| named(source, &since(found, source))).collect(),
        });
    }
    if !stored.large.is_empty() {
        let size = |source: &SourceRecord| format!("{} MB", source.poll.document_bytes.unwrap_or_default() / 1_000_000);
        findings.push(Finding {
            grade: Grade::Look,
            about: "growth",
            what: "Some feeds are so large that they may soon be more than we take.".to_owned(),
            to_do: Some("Tell them: a feed of their newest posts is enough for everybody who reads it.".to_owned()),
            sources: stored.large.iter().map(|source| named(source, &size(source))).collect(),
        });
    }
    if !stored.stuck_moves.is_empty() {
        let to = |source: &SourceRecord| source.poll.moved_to.as_ref().map_or(String::new(), |to| format!("to {to}"));
        findings.push(Finding {
            grade: Grade::Look,
            about: "moves",
            what: "Some sources have moved to where another source is polled, so they are one and the same now."
                .to_owned(),
            to_do: Some("Remove one of the two; its posts are in the other.".to_owned()),
            sources: stored.stuck_moves.iter().map(|source| named(source, &to(source))).collect(),
        });
    }
    let well = facts.polled.saturating_sub(facts.failing);
    let rest = [(facts.paused, "paused"), (facts.gone, "gone for good")];
    let rest: String =
        rest.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!(", {count} {word}")).collect();
    let what = match facts.sources {
        0 => "There are no sources yet: “watersmeet source add” or “watersmeet import” brings some.".to_owned(),
        _ => format!("{} of {} that are asked answer well{rest}.", well, sources(facts.polled)),
    };
    findings.push(finding(Grade::Well, "sources", what, None));
}

fn about_settings(found: &Found, findings: &mut Vec<Finding>) {
    if !found.has_address {
        let to_do = "Set “address” to the site's public address: servers that we ask are told it, so that their owners \
                     can find out who asks and complain.";
        findings.push(finding(Grade::Look, "address", "The site's public address is not set.".to_owned(), Some(to_do)));
    }
    if !found.has_contact {
        let to_do = "Set “contact”, a mail or web address, for the about page.";
        findings.push(finding(
            Grade::Look,
            "contact",
            "The site does not say how to reach you.".to_owned(),
            Some(to_do),
        ));
    }
}

fn named(source: &SourceRecord, says: &str) -> (String, String, String) {
    (source.name.clone(), source.slug.clone(), says.to_owned())
}

fn since(found: &Found, source: &SourceRecord) -> String {
    let since = source
        .poll
        .failing_since
        .map_or(String::new(), |since| format!("since {}", since.in_zone(&found.zone).strftime("%-d %B %Y")));
    match &source.poll.last_message {
        Some(message) => format!("{since}: {message}"),
        None => since,
    }
}

fn at(found: &Found, time: Time) -> String {
    time.in_zone(&found.zone).strftime("%-d %B %Y, %H:%M").to_string()
}

fn sources(count: u64) -> String {
    format!("{count} {}", if count == 1 { "source" } else { "sources" })
}

fn are(count: u64) -> String {
    format!("{} {}", sources(count), if count == 1 { "is" } else { "are" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::weather::Kind;

    fn now() -> Time {
        "2026-11-23T09:00:00Z".parse().unwrap()
    }

    const DAY: Duration = Duration::from_secs(86_400);

    fn found(stored: Stored) -> Found {
        Found {
            now: now(),
            zone: TimeZone::UTC,
            has_address: true,
            has_contact: true,
            free_bytes: Some(100_000_000_000),
            unwritable: None,
            database: Ok(stored),
            looked_up: vec![],
        }
    }

    fn facts(facts: Facts) -> Found {
        found(Stored { facts: Facts { sources: 9, polled: 9, last_polled: Some(now()), ..facts }, ..Stored::default() })
    }

    /// What is found besides how many sources are well: its grade, what it is about, and its first words.
    #[track_caller]
    fn check(found: &Found, meant: &[(Grade, &str, &str)]) {
        let findings = judge(found);
        let others: Vec<&Finding> = findings.iter().filter(|finding| finding.about != "sources").collect();
        assert_eq!(others.len(), meant.len(), "{findings:?}");
        for (finding, (grade, about, start)) in others.iter().zip(meant) {
            assert_eq!((finding.grade, finding.about), (*grade, *about), "{finding:?}");
            assert!(finding.what.starts_with(start), "{finding:?}");
            assert!(finding.to_do.is_some() || *grade == Grade::Well || *about == "database", "{finding:?}");
        }
    }

    #[test]
    fn the_machine() {
        use Grade::{Look, Wrong};
        check(&facts(Facts::default()), &[]);
        let space = |free| Found { free_bytes: Some(free), ..facts(Facts::default()) };
        check(&space(499_000_000), &[(Look, "space", "Only 499 MB are free")]);
        check(&space(12_000_000), &[(Wrong, "space", "Only 12 MB are free")]);
        for (is_full, to_do) in [(false, "Check who owns the folder"), (true, "Make room")] {
            let unwritable = Some(Unwritable { why: "it says no".to_owned(), is_full });
            let unwritable = Found { unwritable, ..facts(Facts::default()) };
            check(&unwritable, &[(Wrong, "folder", "Nothing can be written into the data folder: it says no.")]);
            assert!(judge(&unwritable)[0].to_do.as_ref().is_some_and(|said| said.starts_with(to_do)));
        }
        let database = Found { database: Err("the disk is full: make room".to_owned()), ..facts(Facts::default()) };
        check(&database, &[(Wrong, "database", "The disk is full: make room.")]);
        let names = |why: [Option<&str>; 2]| Found {
            looked_up: vec![
                ("a.example".to_owned(), why[0].map(str::to_owned)),
                ("b.example".to_owned(), why[1].map(str::to_owned)),
            ],
            ..facts(Facts::default())
        };
        check(
            &names([Some("no"), Some("no")]),
            &[(Wrong, "names", "2 of 2 names cannot be looked up, such as a.example")],
        );
        check(
            &names([None, Some("no")]),
            &[(Look, "names", "1 of 2 names cannot be looked up, such as b.example: no.")],
        );
        check(&names([None, None]), &[(Grade::Well, "names", "Names can be looked up")]);
        let unset = Found { has_address: false, has_contact: false, ..facts(Facts::default()) };
        check(&unset, &[(Look, "address", "The site's public address"), (Look, "contact", "The site does not say")]);
    }

    #[test]
    fn the_clock() {
        use Grade::{Look, Wrong};
        let seen = |last_seen| facts(Facts { last_seen: Some(last_seen), ..Facts::default() });
        check(&seen(now() + Duration::from_secs(60)), &[]);
        let an_hour_back = seen(now() + Duration::from_secs(3_600));
        check(
            &an_hour_back,
            &[(Wrong, "clock", "The clock says 23 November 2026, 09:00, but something was stored on 23")],
        );
        let was_ahead = facts(Facts { far_off: 4, ..Facts::default() });
        check(&was_ahead, &[(Look, "far", "4 sources would only be asked again after 2 December 2026")]);
        // A year ahead: nothing was asked for a year, as far as it can tell.
        let mut ahead = facts(Facts { overdue: 9, ..Facts::default() });
        ahead.now = now() + DAY * 365;
        check(
            &ahead,
            &[(Wrong, "overdue", "9 sources should have been asked more than six hours ago. The last was asked on 23")],
        );
    }

    #[test]
    fn polling() {
        use Grade::{Look, Well, Wrong};
        check(
            &facts(Facts { overdue: 1, ..Facts::default() }),
            &[(Look, "overdue", "1 source should have been asked")],
        );
        check(
            &facts(Facts { long_leased: 1, ..Facts::default() }),
            &[(Look, "leases", "1 source is held by a crawler")],
        );
        let mut troubled = facts(Facts { overdue: 9, ..Facts::default() });
        let Ok(stored) = &mut troubled.database else { unreachable!() };
        stored.trouble = Some(Trouble { since: now() - DAY, kind: Kind::Names });
        check(&troubled, &[(Wrong, "network", "No host name can be looked up: look at the name servers")]);
        let wait = |host: &str, until| HostWait { host: host.to_owned(), since: now() - DAY, until };
        let stored = Stored {
            host_waits: vec![wait("a.example:443", now() + DAY), wait("b.example:443", now() - DAY)],
            facts: Facts { sources: 9, polled: 9, last_polled: Some(now()), ..Facts::default() },
            ..Stored::default()
        };
        let asked = |update_questions| {
            let facts = Facts { sources: 9, polled: 9, last_polled: Some(now()), ..Facts::default() };
            found(Stored { update_questions, facts, ..Stored::default() })
        };
        check(&asked(1), &[(Well, "updates", "One post may tell of a project")]);
        check(&asked(7), &[(Well, "updates", "7 posts may each tell of a project")]);
        check(&found(stored), &[(Well, "waits", "One host asks us to wait with all that is on it, a.example:443")]);
    }
}
