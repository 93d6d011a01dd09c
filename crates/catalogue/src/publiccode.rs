//! A `publiccode.yml` → the row of a project, in the names that [`crate::told`] reads.
//!
//! Read as far as versions 0.2 to 0.5 of the standard go, and leniently: what is missing or is no such thing is told in
//! sentences, and only a file without a name tells of no project.

use serde_json::{Map, Value, json};

use crate::value::{Pairs, line, list, text};
use crate::yaml;

/// The most characters of a line and of a text, and the most things of a list that are looked at.
const LINE: usize = 300;
const TEXT: usize = 4_000;
const MOST: usize = 50;

/// The names at the beginnings of lines by which such a file is known, where it does not say its version.
const NAMES: [&str; 9] = [
    "publiccodeYmlVersion",
    "developmentStatus",
    "softwareType",
    "intendedAudience",
    "description",
    "legal",
    "maintenance",
    "localisation",
    "landingURL",
];

/// Whether a text is one by its beginning: it says the version of the standard, or has several of its names.
pub(crate) fn is_one(start: &str) -> bool {
    let named = |name: &&&str| {
        start.lines().any(|line| {
            let line = line.trim_start_matches(['"', '\'']);
            let after = line.strip_prefix(**name).map(|rest| rest.trim_start_matches(['"', '\'']).trim_start());
            after.is_some_and(|rest| rest.starts_with(':'))
        })
    };
    named(&&NAMES[0]) || NAMES.iter().filter(named).count() >= 3
}

/// The row that a whole file makes, and notes on what of it could not be read.
pub(crate) fn row(file: &str) -> Result<(Pairs, Vec<String>), String> {
    let (root, mut notes) = yaml::read(file)?;
    let Value::Object(root) = root else {
        return Err("it is no publiccode.yml: it should be names with values, “name: …” a line".to_owned());
    };
    if get(&root, "name").is_none() {
        return Err("it has no name; write “name: …” at the beginning of a line".to_owned());
    }
    let version = get(&root, "publiccodeYmlVersion").unwrap_or_default();
    if !version.is_empty() && version != "0" && !version.starts_with("0.") {
        notes.push(format!("it is written for version {version} of the standard; it was read as version 0.5"));
    }
    let mut row = Row(vec![]);
    addresses(&mut row, &root);
    about(&mut row, &root, &mut notes);
    whose(&mut row, &root, &mut notes);
    match get(&root, "developmentStatus") {
        Some(status) => row.put("phase", status),
        None => notes.push("its phase is not known: it has no “developmentStatus”".to_owned()),
    }
    row.put("confirmed", get(&root, "releaseDate"));
    maintained(&mut row, &root, &mut notes);
    row.put("users", audience(&root));
    let topics = ["categories", "tags"].iter().flat_map(|name| root.get(*name).map(names).unwrap_or_default());
    row.put_all("topics", topics.map(|topic| topic.replace('-', " ")));
    row.put_all("technology", technology(&root).into_iter());
    row.put_all(
        "learnt_from",
        root.get("isBasedOn").map(|based| list(based, MOST, LINE)).unwrap_or_default().into_iter(),
    );
    partners(&mut row, &root);
    Ok((row.0, notes))
}

struct Row(Pairs);

impl Row {
    fn put(&mut self, name: &str, value: impl Into<Option<String>>) {
        if let Some(value) = value.into() {
            self.0.push((name.to_owned(), Value::String(value)));
        }
    }

    fn put_all(&mut self, name: &str, values: impl Iterator<Item = String>) {
        let values: Vec<Value> = values.map(Value::String).collect();
        if !values.is_empty() {
            self.0.push((name.to_owned(), Value::Array(values)));
        }
    }
}

fn get(from: &Map<String, Value>, name: &str) -> Option<String> {
    from.get(name).and_then(|value| line(value, LINE))
}

/// What should be a map, with a note where it is something else.
fn map<'a>(from: &'a Map<String, Value>, name: &str, notes: &mut Vec<String>) -> Option<&'a Map<String, Value>> {
    match from.get(name)? {
        Value::Object(map) => Some(map),
        Value::Null => None,
        _ => {
            notes.push(format!("“{name}” was left out: it should be names with values"));
            None
        }
    }
}

/// What each of a list calls itself.
fn names(said: &Value) -> Vec<String> {
    match said {
        Value::Array(all) => all.iter().take(MOST).filter_map(|one| line(one, LINE)).collect(),
        Value::Object(_) => vec![],
        one => line(one, LINE).into_iter().collect(),
    }
}

/// Where it is: its code is what it is known again by, and its own page is the one that people are shown.
fn addresses(row: &mut Row, root: &Map<String, Value>) {
    let code = get(root, "url");
    let key = code.as_deref().and_then(|url| model::plain_link(url.trim_end_matches('/').trim_end_matches(".git")));
    row.put("id", key);
    row.put("title", get(root, "name"));
    row.put("url", get(root, "landingURL").or_else(|| code.clone()));
    let licence = root.get("legal").and_then(|legal| legal.get("license")).and_then(|said| line(said, LINE));
    let mut assets = vec![];
    if let Some(code) = code {
        assets.push(
            json!({ "what": licence.as_ref().map_or("code".to_owned(), |said| format!("code, {said}")), "url": code }),
        );
    }
    for (what, url) in [("documentation", documentation(root)), ("roadmap", get(root, "roadmap"))] {
        assets.extend(url.map(|url| json!({ "what": what, "url": url })));
    }
    if !assets.is_empty() {
        row.0.push(("assets".to_owned(), Value::Array(assets)));
    }
    // To publish it with its licence is to offer it.
    row.put("offers", licence.map(|_| "share".to_owned()));
}

/// The description in English, or in the first language that there is.
fn description(root: &Map<String, Value>) -> Option<&Map<String, Value>> {
    let all = root.get("description")?.as_object()?;
    let is_english =
        |language: &str| language.eq_ignore_ascii_case("en") || language.to_ascii_lowercase().starts_with("en-");
    let english = all.iter().find(|(language, _)| is_english(language));
    english.into_iter().chain(all).find_map(|(_, one)| one.as_object())
}

fn documentation(root: &Map<String, Value>) -> Option<String> {
    get(description(root)?, "documentation")
}

fn about(row: &mut Row, root: &Map<String, Value>, notes: &mut Vec<String>) {
    map(root, "description", notes);
    let Some(description) = description(root) else {
        notes
            .push("what it is about is not known: it has no “description” with a language (“en:”) below it".to_owned());
        return;
    };
    let part = |name: &str| description.get(name).and_then(|said| text(said, TEXT));
    let features = description.get("features").map(names).unwrap_or_default();
    let features = (!features.is_empty()).then(|| format!("Features: {}", features.join("; ")));
    let parts: Vec<String> =
        [part("shortDescription"), part("longDescription"), features].into_iter().flatten().collect();
    if parts.is_empty() {
        notes.push("what it is about is not known: it has no “shortDescription”".to_owned());
    }
    row.put("summary", Some(parts.join("\n")).filter(|said| !said.is_empty()));
}

fn whose(row: &mut Row, root: &Map<String, Value>, notes: &mut Vec<String>) {
    let within =
        |name: &str, part: &str| root.get(name).and_then(|outer| outer.get(part)).and_then(|said| line(said, LINE));
    let whose = within("organisation", "name")
        .or_else(|| within("legal", "mainCopyrightOwner"))
        .or_else(|| within("legal", "repoOwner"));
    if whose.is_none() {
        notes.push(
            "whose it is is not known: it has neither “organisation” with a “name” nor “mainCopyrightOwner” below “legal”"
                .to_owned(),
        );
    }
    row.put("organisation", whose);
}

/// Who keeps it and until when, and whom to ask.
fn maintained(row: &mut Row, root: &Map<String, Value>, notes: &mut Vec<String>) {
    let Some(maintenance) = map(root, "maintenance", notes) else { return };
    let all = |name: &str| maintenance.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let contractors = all("contractors");
    let named: Vec<String> = contractors.iter().take(MOST).filter_map(|one| line(one.get("name")?, LINE)).collect();
    row.put("supplier", Some(named.join(", ")).filter(|all| !all.is_empty()));
    // The last of them to end is when nobody keeps it any more.
    let until = contractors.iter().take(MOST).filter_map(|one| line(one.get("until")?, LINE)).max();
    row.put("contract_end", until);
    let contact = all("contacts").iter().find_map(|one| {
        let parts = ["name", "email"].iter().filter_map(|part| line(one.get(*part)?, LINE));
        Some(parts.collect::<Vec<_>>().join(", ")).filter(|said| !said.is_empty())
    });
    row.put("contact", contact);
}

/// "local authorities, welfare (GB, IT)".
fn audience(root: &Map<String, Value>) -> Option<String> {
    let audience = root.get("intendedAudience")?;
    let all = |name: &str| audience.get(name).map(names).unwrap_or_default();
    let scope = all("scope").join(", ").replace('-', " ");
    let countries = all("countries").join(", ").to_uppercase();
    match (scope.is_empty(), countries.is_empty()) {
        (true, true) => None,
        (false, true) => Some(scope),
        (true, false) => Some(countries),
        (false, false) => Some(format!("{scope} ({countries})")),
    }
}

fn technology(root: &Map<String, Value>) -> Vec<String> {
    let mut found = root.get("platforms").map(names).unwrap_or_default();
    for kind in ["open", "proprietary", "hardware"] {
        found.extend(root.get("dependsOn").and_then(|all| all.get(kind)).map(names).unwrap_or_default());
    }
    found
}

fn partners(row: &mut Row, root: &Map<String, Value>) {
    let role = |name: &str, role: &str| {
        let all = root.get(name).map(names).unwrap_or_default();
        all.into_iter().map(|name| json!({ "name": name, "role": role })).collect::<Vec<_>>()
    };
    let partners = [role("usedBy", "uses it"), role("fundedBy", "funds it")].concat();
    if !partners.is_empty() {
        row.0.push(("partners".to_owned(), Value::Array(partners)));
    }
}

#[cfg(test)]
mod tests {
    use super::is_one;
    use crate::{Format, Kind, kind, projects};

    const WHOLE: &str = r#"
publiccodeYmlVersion: "0.5"
name: Damp reports
url: "https://code.example/riverton/damp.git"
landingURL: https://riverton.example/damp
softwareType: standalone/web
releaseDate: 2026-10-01
platforms: [web, linux]
categories: [case-management]
isBasedOn: https://code.example/tarn/mould
usedBy:
  - Tarn Council
organisation:
  name: Riverton Council
  uri: https://riverton.example/
fundedBy:
  - name: Innovation fund
developmentStatus: development
intendedAudience:
  scope: [local-authorities, welfare]
  countries: [gb]
description:
  de:
    shortDescription: Auf Deutsch.
  en:
    genericName: Reports
    documentation: https://riverton.example/docs
    shortDescription: Tenants report damp, and repairs follow.
    longDescription: >
      Mould is found late because nobody
      can say where it is.

      This says where.
    features: [Reports, Photos]
legal:
  license: EUPL-1.2
maintenance:
  type: contract
  contractors:
    - name: Example Works Ltd
      until: "2027-03-31"
  contacts:
    - name: The damp team
      email: damp@riverton.example
localisation:
  localisationReady: yes
dependsOn:
  open: [{name: PostgreSQL, versionMin: "15"}]
"#;

    /// The one row of a file in short: its project as pairs, or why it was refused; then its notes.
    #[track_caller]
    fn check(file: &[u8], expected: &str) {
        let row = projects(file, Format::PublicCode).next().unwrap().unwrap();
        let said = match row.read {
            Err(why) => format!("({why})"),
            Ok(told) => {
                let fields = told.project.fields().into_iter().filter(|(_, said)| !said.is_empty());
                told.id.map(|id| format!("{id}: ")).unwrap_or_default()
                    + &fields.map(|(name, said)| format!("{name}={said}")).collect::<Vec<_>>().join("; ")
            }
        };
        let notes: String = row.notes.iter().map(|note| format!(" [{note}]")).collect();
        let said = said + &notes;
        match expected.strip_suffix('…') {
            Some(start) => assert!(said.starts_with(start), "{said}"),
            None => assert_eq!(said, expected),
        }
    }

    #[test]
    fn all_that_a_file_tells() {
        check(
            WHOLE.as_bytes(),
            "code.example/riverton/damp: title=Damp reports; summary=Tenants report damp, and repairs follow.\nMould is found \
             late because nobody can say where it is.\nThis says where.\nFeatures: Reports; Photos; users=local authorities, \
             welfare (GB); organisation=Riverton Council; phase=beta; partners=Tarn Council (uses it); Innovation fund (funds \
             it); offers=share; contact=The damp team, damp@riverton.example; technology=web; linux; PostgreSQL; \
             supplier=Example Works Ltd; contract_end=2027-03-31; assets=code, EUPL-1.2 \
             (https://code.example/riverton/damp.git); documentation (https://riverton.example/docs); \
             learnt_from=https://code.example/tarn/mould; confirmed=2026-10-01; topics=case management; \
             url=https://riverton.example/damp",
        );
    }

    #[test]
    fn stages_in_our_words() {
        for (status, phase) in [
            ("concept", "concept"),
            ("development", "beta"),
            ("beta", "beta"),
            ("stable", "live"),
            ("obsolete", "retired"),
        ] {
            let file = format!("name: A\nurl: https://a.example/a\ndevelopmentStatus: {status}\n");
            check(file.as_bytes(), &format!("a.example/a: title=A; phase={phase}; …"));
        }
    }

    #[test]
    fn what_is_missing_or_wrong_is_told() {
        check(
            b"publiccodeYmlVersion: 7\nname: A\ndescription: words\nlegal: {repoOwner: [Tarn]}\nmaintenance: 3\nurl: nowhere at all\n",
            "title=A; organisation=Tarn; assets=code [it is written for version 7 of the standard; it was read as version 0.5] \
             [“description” was left out: it should be names with values] [what it is about is not known: it has no \
             “description” with a language (“en:”) below it] [its phase is not known: it has no “developmentStatus”] \
             [“maintenance” was left out: it should be names with values] [its address was left out: …",
        );
        check(
            b"publiccodeYmlVersion: '0.4'\nurl: https://a.example\n",
            "(it has no name; write “name: …” at the beginning of a line)",
        );
        check(b"- a\n- b\n", "(it is no publiccode.yml: …");
        check(b"name: A\n  url: x\n", "(it is no YAML: line 2, column …");
        check(b"name: {deep: {er: 1}}\n", "(it has no name; …");
        check(b"", "(it is no publiccode.yml: …");
        check(b"name: 'Caf\xe9 f\xfcr alle'\n", "title=Café für alle …");
        let wide: Vec<u8> = "\u{feff}name: Ä\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        check(&wide, "title=Ä …");
        check(
            &[b"name: A\n#".as_slice(), &vec![b'x'; 2 << 20]].concat(),
            "(it is larger than 1 MB, which no publiccode.yml is)",
        );
    }

    #[test]
    fn such_a_file_is_known_by_its_content() {
        assert_eq!(kind(WHOLE.as_bytes()), Kind::Projects(Format::PublicCode));
        assert!(is_one("# Ours\n---\n\"publiccodeYmlVersion\" : '0.4'\n"));
        assert!(is_one("name: A\nlegal:\n  license: MIT\nmaintenance:\n  type: none\nlocalisation:\n"));
        assert!(!is_one("name: A\nlegal: x\n description: y\n") && !is_one("publiccodeYmlVersion\n") && !is_one(""));
    }
}
