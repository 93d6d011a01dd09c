//! Where a project stands, and what it offers and seeks: in our words, and as people say them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::state::words;

words! {
    /// How far a project is.
    Phase {
        /// It is thought of, planned or proposed.
        Concept = "concept",
        /// It learns what the problem is, and whose.
        Discovery = "discovery",
        /// It tries out ways to solve it.
        Alpha = "alpha",
        /// It is being built, with some of its users.
        Beta = "beta",
        /// It is in use.
        Live = "live",
        /// It was in use, and is no more.
        Retired = "retired",
        /// It ended before it was in use, or rests.
        Stopped = "stopped",
    }
}

words! {
    /// What somebody who asks "who else?" makes of a project.
    Standing {
        /// It works on the problem now.
        Now = "now",
        /// It means to.
        Planned = "planned",
        /// It has: what it made is in use, was, or was given up.
        Before = "before",
    }
}

words! {
    /// What a project offers others, or seeks of them.
    Offer {
        /// A talk about it.
        Talk = "talk",
        /// What was learnt or made.
        Share = "share",
        /// Doing it together.
        Join = "join",
        /// Money.
        Fund = "fund",
    }
}

/// What people call each phase, in lower case. A whole saying is looked for first, then the first of its words.
const SAID: [(Phase, &str); 7] = [
    (
        Phase::Concept,
        "concept|idea|ideas|ideation|proposal|proposed|planned|planning|pre-discovery|prediscovery|not started|\
         not yet started|pending|backlog|upcoming|future|scoping|business case|initiation|feasibility|pre-project",
    ),
    (Phase::Discovery, "discovery|research|researching|exploring|exploration|investigating|understanding"),
    (Phase::Alpha, "alpha|prototype|prototyping|proof of concept|poc|experiment|experimenting|design"),
    (
        Phase::Beta,
        "beta|private beta|public beta|pilot|piloting|trial|trialling|development|developing|in development|build|\
         building|implementation|implementing|delivery|delivering|testing|in progress|active|ongoing|running|started|\
         under way|underway|rollout|roll-out",
    ),
    (
        Phase::Live,
        "live|in use|operational|launched|released|production|complete|completed|finished|done|implemented|delivered|\
         stable|not retired",
    ),
    (Phase::Retired, "retired|decommissioned|ended|closed|archived|switched off|sunset|obsolete|end of life"),
    (
        Phase::Stopped,
        "stopped|cancelled|canceled|abandoned|on hold|hold|paused|suspended|halted|withdrawn|rejected|not proceeding|\
         not going ahead|discontinued|dormant|failed",
    ),
];

impl Phase {
    /// The phase that somebody means; `None` where that is not plain.
    ///
    /// ```
    /// use model::Phase;
    /// assert_eq!(Phase::heard("Private Beta"), Some(Phase::Beta));
    /// assert_eq!(Phase::heard("On hold since May"), Some(Phase::Stopped));
    /// assert_eq!(Phase::heard("not live"), None);
    /// ```
    pub fn heard(said: &str) -> Option<Self> {
        let said: String = said.chars().take(200).collect::<String>().to_lowercase();
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        let meant = |word: &str| SAID.iter().find(|(_, all)| all.split('|').any(|one| one == word));
        if let Some((phase, _)) = meant(said.trim_matches(|letter: char| !letter.is_alphanumeric())) {
            return Some(*phase);
        }
        let words: Vec<&str> = said.split(|letter: char| !letter.is_alphanumeric() && letter != '-').collect();
        let place = words.iter().position(|word| meant(word).is_some())?;
        // "Not live" says what it is not.
        let is_denied = words[..place].iter().any(|word| matches!(*word, "not" | "no" | "never" | "non"));
        meant(words[place]).filter(|_| !is_denied).map(|(phase, _)| *phase)
    }

    /// The phase as a heading.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Concept => "Concept",
            Self::Discovery => "Discovery",
            Self::Alpha => "Alpha",
            Self::Beta => "Beta",
            Self::Live => "Live",
            Self::Retired => "Retired",
            Self::Stopped => "Stopped",
        }
    }

    /// What it is to somebody with the same problem.
    pub const fn standing(self) -> Standing {
        match self {
            Self::Concept => Standing::Planned,
            Self::Discovery | Self::Alpha | Self::Beta => Standing::Now,
            Self::Live | Self::Retired | Self::Stopped => Standing::Before,
        }
    }
}

impl Offer {
    /// What each of some words, set apart by commas and the like, offers or seeks; what names none of the four is given back.
    pub fn heard(said: &str) -> (Vec<Self>, Vec<String>) {
        let (mut offers, mut unknown) = (vec![], vec![]);
        for one in said.split([',', ';', '|', '/', '\n']).map(str::trim).filter(|one| !one.is_empty()) {
            let words = one.to_lowercase();
            let has =
                |any: &[&str]| any.iter().any(|start| words.split_whitespace().any(|word| word.starts_with(start)));
            let offer = if has(&["fund", "money", "invest", "budget", "financ", "grant"]) {
                Self::Fund
            } else if has(&["join", "partner", "collab", "together", "co-", "team", "work"]) {
                Self::Join
            } else if has(&["share", "sharing", "reuse", "code", "research", "report", "learn", "find"]) {
                Self::Share
            } else if has(&["talk", "chat", "call", "advice", "speak", "demo", "meet", "conversation"]) {
                Self::Talk
            } else {
                unknown.push(one.chars().take(60).collect());
                continue;
            };
            if !offers.contains(&offer) {
                offers.push(offer);
            }
        }
        (offers, unknown)
    }

    /// What is offered, in words that follow "Offers".
    pub const fn offered(self) -> &'static str {
        match self {
            Self::Talk => "a talk about it",
            Self::Share => "to share what it has",
            Self::Join => "others to join in",
            Self::Fund => "money for others",
        }
    }

    /// What is sought, in words that follow "Seeks".
    pub const fn sought(self) -> &'static str {
        match self {
            Self::Talk => "somebody to talk to",
            Self::Share => "what others have",
            Self::Join => "partners to do it with",
            Self::Fund => "money",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(said: &str, meant: Option<Phase>) {
        assert_eq!(Phase::heard(said), meant, "{said}");
    }

    #[test]
    fn phases_as_people_say_them() {
        for phase in Phase::ALL {
            check(phase.as_str(), Some(*phase));
            check(&format!(" {} ", phase.name().to_uppercase()), Some(*phase));
        }
        check("Pre-discovery", Some(Phase::Concept));
        check("In progress", Some(Phase::Beta));
        check("3. Alpha (complete)", Some(Phase::Alpha));
        check("Live - in use since 2024", Some(Phase::Live));
        check("Proof   of\nConcept", Some(Phase::Alpha));
        check("Cancelled: no money", Some(Phase::Stopped));
        check("Completed", Some(Phase::Live));
        check("not live", None);
        check("never started", None);
        check("", None);
        check("who knows", None);
        check(&"x".repeat(1_000_000), None);
    }

    #[test]
    fn offers_as_people_say_them() {
        let (offers, unknown) = Offer::heard("Happy to talk; sharing our research, partners, talk, cake");
        assert_eq!((offers, unknown), (vec![Offer::Talk, Offer::Share, Offer::Join], vec!["cake".to_owned()]));
        assert_eq!(Offer::heard(" ,; "), (vec![], vec![]));
    }
}
