//! An organisation as a register tells of it, and the names by which it is known again.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{Address, Day};

/// A body that publishes, or whose projects these are. Only the name has to be there.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Organisation {
    /// Its whole name.
    pub name: String,
    /// Its name as people say it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub short: Option<String>,
    /// Its code in the register that it came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Its code of the Government Statistical Service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gss: Option<String>,
    /// What kind of body it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The nation that it is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nation: Option<String>,
    /// The region that it is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Its site.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub website: Option<Address>,
    /// When it ended, if it is no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<Day>,
    /// The codes of those that took over from it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub successors: Vec<String>,
    /// How many people live there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub population: Option<u64>,
    /// Other names that it has.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<String>,
    /// The codes of those that are near, the nearest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub near: Vec<String>,
}

/// The keys by which a name is looked for.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct OrganisationKeys {
    /// The whole name without marks, signs and capitals.
    pub whole: String,
    /// The same without what only says what kind of body it is: "the", "council", "borough" and the like.
    pub bare: String,
}

/// What only says what kind of body something is.
const KINDS: [&str; 25] = [
    "the",
    "council",
    "councils",
    "borough",
    "district",
    "metropolitan",
    "royal",
    "unitary",
    "authority",
    "mbc",
    "dc",
    "bc",
    "cc",
    "lbc",
    "rbc",
    "of",
    "city",
    "county",
    "ltd",
    "limited",
    "plc",
    "lb",
    "cbc",
    "london",
    "corporation",
];

impl Organisation {
    /// Whether it is still there.
    pub fn is_current(&self) -> bool {
        self.ended.is_none() && self.successors.is_empty()
    }

    /// The name as people say it, or the whole one.
    pub fn said(&self) -> &str {
        self.short.as_deref().unwrap_or(&self.name)
    }

    /// Whether what is told of one with the same code can be told of this one: it has one of its names, its code of the
    /// Government Statistical Service, or its site. A code of three letters is soon given twice, by two registers.
    pub fn may_be(&self, told: &Self) -> bool {
        let same_gss = self.gss.is_some() && self.gss == told.gss;
        let host = |one: &Self| one.website.as_ref().map(|site| site.spoken_host().to_owned());
        let same_site = host(self).is_some_and(|ours| host(told).is_some_and(|theirs| theirs == ours));
        same_gss || same_site || !self.keys().is_disjoint(&told.keys())
    }

    /// Every key by which it is looked for.
    pub fn keys(&self) -> BTreeSet<OrganisationKeys> {
        let names = [Some(&self.name), self.short.as_ref()].into_iter().flatten().chain(&self.also);
        names.map(|name| OrganisationKeys::of(name)).filter(|keys| !keys.whole.is_empty()).collect()
    }
}

impl OrganisationKeys {
    /// The keys of a name.
    ///
    /// ```
    /// use model::OrganisationKeys;
    /// let keys = OrganisationKeys::of("The Royal Borough of Riverton & Dale Council");
    /// assert_eq!((keys.whole.as_str(), keys.bare.as_str()), ("the royal borough of riverton and dale council", "riverton and dale"));
    /// ```
    pub fn of(name: &str) -> Self {
        const MOST: usize = 200;
        let name: String = name.chars().take(MOST).filter(|letter| !matches!(letter, '\'' | '’' | '‘')).collect();
        let name = name.replace('&', " and ").to_lowercase();
        let words: Vec<&str> =
            name.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        let bare: Vec<&str> = words.iter().copied().filter(|word| !KINDS.contains(word)).collect();
        let whole = words.join(" ");
        // A name of nothing else ("London Council") is not made shorter.
        Self { bare: if bare.is_empty() { whole.clone() } else { bare.join(" ") }, whole }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, whole: &str, bare: &str) {
        let keys = OrganisationKeys::of(name);
        assert_eq!((keys.whole.as_str(), keys.bare.as_str()), (whole, bare), "{name}");
    }

    #[test]
    fn names_are_known_again() {
        check("Riverton Borough Council", "riverton borough council", "riverton");
        check("London Borough of Tarn", "london borough of tarn", "tarn");
        check("Tarn’s  Council (MBC)", "tarns council mbc", "tarns");
        check("City of London Corporation", "city of london corporation", "city of london corporation");
        check("Marrowshire", "marrowshire", "marrowshire");
        check("—", "", "");
        check(&"x".repeat(100_000), &"x".repeat(200), &"x".repeat(200));
    }

    #[test]
    fn one_code_may_stand_for_two_bodies() {
        let one = |name: &str, gss: Option<&str>, site: Option<&str>| Organisation {
            name: name.into(),
            code: Some("SAL".into()),
            gss: gss.map(str::to_owned),
            website: site.map(|site| Address::parse(site).unwrap()),
            ..Organisation::default()
        };
        let saltreach = one("Saltreach District Council", Some("E99"), Some("http://www.saltreach.example/"));
        assert!(saltreach.may_be(&one("Saltreach District Council", None, None)));
        assert!(saltreach.may_be(&one("Saltreach and Dale Council", Some("E99"), None)), "a new name");
        assert!(saltreach.may_be(&one("Saltreach and Dale Council", None, Some("https://saltreach.example"))));
        assert!(!saltreach.may_be(&one("Salt Albans Council", Some("E98"), Some("https://salt.example"))));
        assert!(!saltreach.may_be(&one("Salt Albans Council", None, None)));
    }

    #[test]
    fn every_name_is_a_key() {
        let one = Organisation {
            name: "Riverton Borough Council".into(),
            short: Some("Riverton".into()),
            also: vec!["RBC".into(), "–".into()],
            ..Organisation::default()
        };
        assert_eq!(one.keys().len(), 3);
        assert!(one.is_current() && !Organisation { successors: vec!["X".into()], ..one.clone() }.is_current());
    }
}
