//! A row → an organisation, by the columns that registers of public bodies have.

use model::{Address, Day, Organisation};

use crate::rows::Reader;
use crate::value::{self, Pairs, words};

const NAME: usize = 300;
const LINE: usize = 200;
const MOST: usize = 30;

/// What a column says, by the names that registers give it.
const NAMES: [(&str, &str); 13] = [
    ("code", "code localauthoritycode authoritycode"),
    ("gss", "gss gsscode gss_code onscode"),
    ("name", "name officialname organisationname"),
    ("short", "shortname nicename short"),
    ("kind", "kind type localauthoritytypename organisationtype"),
    ("nation", "nation country"),
    ("region", "region"),
    ("website", "website url homepage"),
    ("ended", "ended enddate"),
    ("successors", "successors replacedby"),
    ("population", "population population2020 pop2020"),
    ("also", "also altnames alternativenames aliases"),
    ("near", "near nearest neighbours"),
];

/// Columns of the UK's register of councils that no page needs; nobody has to be told that they are not read.
const NEEDLESS: [&str; 8] = [
    "county_code",
    "combined_authority_code",
    "lower_or_unitary",
    "status",
    "start_date",
    "lat",
    "long",
    "gov_uk_slug",
];

pub(crate) const READER: Reader<Organisation> =
    Reader { read, is_known: |name| meaning(name).is_some() || NEEDLESS.contains(&name) };

fn meaning(name: &str) -> Option<&'static str> {
    let name: String = name.chars().take(60).filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    NAMES.iter().find(|(_, names)| names.split(' ').any(|one| one == name)).map(|(meaning, _)| *meaning)
}

/// Whether columns are those of a register: a name, and a code or a region beside it.
pub(crate) fn is_register(names: &[&str]) -> bool {
    let has = |one: &str| names.iter().any(|name| meaning(name) == Some(one));
    let says_code = names.iter().any(|name| {
        let name: String = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        matches!(name.as_str(), "localauthoritycode" | "gsscode" | "onscode")
    });
    has("name") && (says_code || has("nation") && has("region"))
}

/// Reads an organisation; what could not be understood is left out with a note.
pub(crate) fn read(row: &Pairs, notes: &mut Vec<String>) -> Result<Organisation, String> {
    let mut told = Organisation::default();
    for (name, said) in row {
        let Some(meaning) = meaning(name) else { continue };
        if words(said).trim().is_empty() {
            continue;
        }
        let line = || value::line(said, LINE);
        match meaning {
            "code" => told.code = line(),
            "gss" => told.gss = line(),
            "name" if told.name.is_empty() => told.name = value::line(said, NAME).unwrap_or_default(),
            "short" => told.short = line(),
            "kind" => told.kind = line(),
            "nation" => told.nation = line(),
            "region" => told.region = line(),
            "website" => match Address::typed(&words(said)) {
                Ok(address) => told.website = Some(address),
                Err(why) => notes.push(format!("its website was left out: {why}")),
            },
            "ended" => match Day::heard(&words(said)) {
                Some(day) => told.ended = Some(day),
                None => notes.push(format!("“{}” is no day", line().unwrap_or_default())),
            },
            "successors" => told.successors = codes(&words(said)),
            "population" => told.population = words(said).replace(',', "").trim().parse().ok(),
            "also" => told.also = value::list(said, MOST, NAME),
            "near" => told.near = codes(&words(said)),
            _ => {}
        }
    }
    if told.name.is_empty() {
        return Err("it has no name".to_owned());
    }
    Ok(told)
}

/// Codes set apart by spaces or signs.
fn codes(said: &str) -> Vec<String> {
    let code = |code: &str| code.chars().take(LINE).collect::<String>();
    said.split(|c: char| !c.is_alphanumeric() && c != '-').filter(|one| !one.is_empty()).take(MOST).map(code).collect()
}

#[cfg(test)]
mod tests {
    use crate::{Format, Kind, kind, organisations};

    #[test]
    fn a_register_is_read() {
        let list = "code,gss_code,name,short_name,type,nation,region,end_date,replaced_by,population_2020,website,alt_names,nearest\n\
                    RIV,E99,Riverton Borough Council,Riverton,Unitary authority,England,North West,,,\"12,345\",https://www.riverton.example/,RBC; Riverton MBC,TAR DAL\n\
                    OLD,,Old Tarn Council,,,England,,2019-03-31,RIV,,mailto:x,,\n\
                    ,,,,,,,,,,,,\nX,,,,,,,,,,,,\n";
        assert_eq!(kind(list.as_bytes()), Kind::Organisations(Format::Csv));
        let rows: Vec<_> = organisations(list.as_bytes(), Format::Csv).map(Result::unwrap).collect();
        let riverton = rows[0].read.as_ref().unwrap();
        assert_eq!((riverton.said(), riverton.population, riverton.is_current()), ("Riverton", Some(12_345), true));
        assert_eq!((riverton.near.join(" "), riverton.also.join(" ")), ("TAR DAL".into(), "RBC Riverton MBC".into()));
        let old = rows[1].read.as_ref().unwrap();
        assert_eq!((old.successors.join(""), old.is_current(), rows[1].notes.len()), ("RIV".to_owned(), false, 1));
        assert_eq!(rows[2].read, Err("it has no name".to_owned()));
        assert_eq!(rows.len(), 3);
    }
}
