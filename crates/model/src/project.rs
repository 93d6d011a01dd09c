//! A project as somebody tells of it: everything but what the site itself knows of it.

use serde::{Deserialize, Serialize};

use crate::{Day, Offer, OrganisationKeys, Phase};

/// Work on a problem, as it is told. Only the title has to be there.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Project {
    /// What it is called.
    pub title: String,
    /// The problem, in a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// Whose problem it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub users: Option<String>,
    /// What is to be better for them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// The organisation whose project it is, as it was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// How far it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phase: Option<Phase>,
    /// Why it was stopped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When which phase began or will begin, in the order of time.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub phases: Vec<PhaseStart>,
    /// The service that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// Who does it together.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub partners: Vec<Partner>,
    /// What it offers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub offers: Vec<Offer>,
    /// What it seeks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub seeks: Vec<Offer>,
    /// How to reach it: a mail address, an address or words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
    /// How much money it has, roughly.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget: Option<String>,
    /// What it is made with.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub technology: Vec<String>,
    /// Who supplies it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supplier: Option<String>,
    /// When the contract with its supplier ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contract_end: Option<Day>,
    /// What it has made that others may use.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub assets: Vec<Asset>,
    /// Where it was learnt from: names or addresses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub learnt_from: Vec<String>,
    /// When somebody last said that all of this holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirmed: Option<Day>,
    /// What it is about, in single words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub topics: Vec<String>,
    /// Its own page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// When a phase began or will.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PhaseStart {
    /// The phase.
    pub phase: Phase,
    /// Its first day.
    pub from: Day,
}

/// Somebody who takes part.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Partner {
    /// The name.
    pub name: String,
    /// What they do in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
}

/// Something that a project has made.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Asset {
    /// What it is: research, code, a report, a licence.
    pub what: String,
    /// Where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// One thing that is told otherwise than before.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Difference {
    /// Which field of the project.
    pub field: String,
    /// What it said; nothing where it said nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// What it says now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

impl Project {
    /// Whether what is told under the same id may be this project, with something else told of it: if the title, the
    /// organisation or the address is the same, or one of them names no organisation. Two lists may both count from one.
    pub fn may_be(&self, told: &Self) -> bool {
        let whole = |name: &str| OrganisationKeys::of(name).whole;
        let same_owner = match (&self.organisation, &told.organisation) {
            (Some(ours), Some(theirs)) => whole(ours) == whole(theirs),
            _ => true,
        };
        let link = |one: &Self| one.url.as_deref().and_then(crate::plain_link);
        same_owner || whole(&self.title) == whole(&told.title) || link(self).is_some() && link(self) == link(told)
    }

    /// What is told otherwise in `now`, field by field in words that people can read.
    pub fn differences(&self, now: &Self) -> Vec<Difference> {
        let (before, after) = (self.fields(), now.fields());
        let said = |fields: &[(&'static str, String)], name: &str| {
            fields
                .iter()
                .find(|(field, _)| *field == name)
                .map(|(_, said)| said.clone())
                .filter(|said| !said.is_empty())
        };
        after
            .iter()
            .filter_map(|(field, _)| {
                let (before, after) = (said(&before, field), said(&after, field));
                (before != after).then(|| Difference { field: (*field).to_owned(), before, after })
            })
            .collect()
    }

    /// Every field with what it says, in the order in which people read them; empty where it says nothing.
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        let text = |said: &Option<String>| said.clone().unwrap_or_default();
        let offers = |all: &[Offer]| all.iter().map(|one| one.as_str()).collect::<Vec<_>>().join(", ");
        let day = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
        vec![
            ("title", self.title.clone()),
            ("problem", text(&self.problem)),
            ("summary", text(&self.summary)),
            ("users", text(&self.users)),
            ("outcome", text(&self.outcome)),
            ("organisation", text(&self.organisation)),
            ("phase", self.phase.map(|phase| phase.as_str().to_owned()).unwrap_or_default()),
            ("reason", text(&self.reason)),
            ("phases", joined(self.phases.iter().map(|one| format!("{} from {}", one.phase, one.from)))),
            ("service", text(&self.service)),
            ("partners", joined(self.partners.iter().map(ToString::to_string))),
            ("offers", offers(&self.offers)),
            ("seeks", offers(&self.seeks)),
            ("contact", text(&self.contact)),
            ("budget", text(&self.budget)),
            ("technology", joined(self.technology.iter().cloned())),
            ("supplier", text(&self.supplier)),
            ("contract_end", day(self.contract_end)),
            ("assets", joined(self.assets.iter().map(ToString::to_string))),
            ("learnt_from", joined(self.learnt_from.iter().cloned())),
            ("confirmed", day(self.confirmed)),
            ("topics", joined(self.topics.iter().cloned())),
            ("url", text(&self.url)),
        ]
    }

    /// The text by which it is found again: what it is about, without names, dates and addresses.
    pub fn matter(&self) -> String {
        let parts = [&self.problem, &self.summary, &self.outcome, &self.users, &self.service];
        let mut matter = String::new();
        for part in parts.into_iter().flatten().chain(&self.topics) {
            // Lists often give one text twice, as problem and as summary.
            if !matter.contains(part.as_str()) {
                if !matter.is_empty() {
                    matter.push('\n');
                }
                matter.push_str(part);
            }
        }
        matter
    }
}

impl std::fmt::Display for Partner {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.role {
            Some(role) => write!(out, "{} ({role})", self.name),
            None => out.write_str(&self.name),
        }
    }
}

impl std::fmt::Display for Asset {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.url {
            Some(url) => write!(out, "{} ({url})", self.what),
            None => out.write_str(&self.what),
        }
    }
}

fn joined(all: impl Iterator<Item = String>) -> String {
    all.collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_told_in_words() {
        let before = Project { title: "Damp".into(), phase: Some(Phase::Alpha), ..Project::default() };
        let after = Project {
            phase: Some(Phase::Beta),
            phases: vec![PhaseStart { phase: Phase::Beta, from: Day::heard("2026-11").unwrap() }],
            ..before.clone()
        };
        let told: Vec<String> = before
            .differences(&after)
            .into_iter()
            .map(|one| format!("{}: {:?} -> {:?}", one.field, one.before, one.after))
            .collect();
        assert_eq!(
            told,
            ["phase: Some(\"alpha\") -> Some(\"beta\")", "phases: None -> Some(\"beta from ~2026-11-01\")"]
        );
        assert_eq!(before.differences(&before), []);
    }

    #[test]
    fn every_field_is_kept_as_it_is_told() {
        let whole = r#"{"title":"Damp","problem":"p","summary":"s","users":"u","outcome":"o","organisation":"Riverton",
            "phase":"stopped","reason":"r","phases":[{"phase":"alpha","from":"~2026-01-01"}],"service":"Repairs",
            "partners":[{"name":"Larkmere","role":"pays"}],"offers":["talk"],"seeks":["fund"],"contact":"c","budget":"b",
            "technology":["t"],"supplier":"x","contract_end":"2027-03-31","assets":[{"what":"code","url":"https://a.example/"}],
            "learnt_from":["l"],"confirmed":"2026-11-01","topics":["damp"],"url":"https://riverton.example/damp"}"#;
        let project: Project = serde_json::from_str(whole).unwrap();
        let kept: serde_json::Value = serde_json::to_value(&project).unwrap();
        assert_eq!(kept, serde_json::from_str::<serde_json::Value>(whole).unwrap());
        assert!(project.fields().iter().all(|(_, said)| !said.is_empty()), "{:?}", project.fields());
        assert_eq!(kept.as_object().unwrap().len(), project.fields().len());
        assert_eq!(project.matter(), "p\ns\no\nu\nRepairs\ndamp");
    }
}
