//! A row → a project, by the names of its columns or keys.

use model::{Address, Asset, Day, Offer, Partner, Phase, PhaseStart, Project};
use serde_json::Value;

use crate::Told;
use crate::field::Field;
use crate::rows::Reader;
use crate::value::{self, Pairs, words};

/// The most characters of each: an id, a title, a line, a text of several lines; and the most things of a list.
const ID: usize = 500;
const TITLE: usize = 300;
const LINE: usize = 500;
const TEXT: usize = 5_000;
const MOST: usize = 50;

pub(crate) const READER: Reader<Told> = Reader { read, is_known: |name| Field::named(name).is_some() };

/// An id, on one line.
pub(crate) fn id(said: &Value) -> Option<String> {
    value::line(said, ID)
}

/// Reads a project; what could not be understood is left out with a note.
pub(crate) fn read(row: &Pairs, notes: &mut Vec<String>) -> Result<Told, String> {
    let mut told = Told::default();
    let mut begin = None;
    for (name, said) in row {
        let Some(field) = Field::named(name) else { continue };
        if words(said).trim().is_empty() && !said.is_object() && !said.is_array() {
            continue;
        }
        if let Some((what, most)) = longest(field)
            && model::line(&words(said)).chars().count() > most
        {
            match field {
                Field::Id => return Err(format!("its id is longer than {most} characters; give it a shorter one")),
                _ => notes.push(format!("its {what} is longer than {most} characters, and the rest was left out")),
            }
        }
        take(&mut told, field, said, &mut begin, notes);
    }
    let project = &mut told.project;
    if let Some(from) = begin {
        let first = project.phase.filter(|phase| !matches!(phase, Phase::Live | Phase::Retired | Phase::Stopped));
        let phase = first.unwrap_or(Phase::Discovery);
        if project.phases.iter().all(|one| one.phase != phase) {
            project.phases.push(PhaseStart { phase, from });
        }
    }
    project.phases.sort_by_key(|one| (one.from.date, one.phase));
    if project.phase.is_none() {
        // The last phase that is dated without doubt is the one that it is in.
        project.phase = project.phases.iter().rfind(|one| !one.from.is_estimate).map(|one| one.phase);
    }
    if project.title.is_empty() {
        let said = [&project.summary, &project.problem].into_iter().flatten().map(|text| beginning(text));
        let called = said.into_iter().find(|title| !title.is_empty());
        project.title = called.ok_or("it has neither a title nor a summary")?;
    }
    Ok(told)
}

/// What people call a field that is one text, and how many characters of it are kept.
fn longest(field: Field) -> Option<(&'static str, usize)> {
    Some(match field {
        Field::Id => ("id", ID),
        Field::Title => ("title", TITLE),
        Field::Organisation => ("organisation", TITLE),
        Field::Problem => ("problem", TEXT),
        Field::Summary => ("summary", TEXT),
        Field::Users => ("users", TEXT),
        Field::Outcome => ("outcome", TEXT),
        Field::Reason => ("reason", TEXT),
        Field::Service => ("service", LINE),
        Field::Contact => ("contact", LINE),
        Field::Budget => ("budget", LINE),
        Field::Supplier => ("supplier", LINE),
        _ => return None,
    })
}

/// The beginning of a text, to call something by that has no title: its first sentence, or as many words as fit.
fn beginning(text: &str) -> String {
    const LONGEST: usize = 80;
    let end = text.find(". ").or_else(|| text.find('\n')).unwrap_or(text.len());
    let sentence = text[..end].trim().trim_end_matches('.');
    if sentence.chars().count() <= LONGEST {
        return sentence.to_owned();
    }
    let cut: String = sentence.chars().take(LONGEST).collect();
    let whole = cut.rsplit_once(char::is_whitespace).map_or(cut.as_str(), |(words, _)| words);
    format!("{}…", whole.trim_end_matches([',', ';', ':', ' ']))
}

fn take(told: &mut Told, field: Field, said: &Value, begin: &mut Option<Day>, notes: &mut Vec<String>) {
    let project = &mut told.project;
    let most = longest(field).map_or(LINE, |(_, most)| most);
    let line = || value::line(said, most);
    let text = || value::text(said, most);
    // The first column of a meaning counts: a list may have a short and a long description.
    fn first(slot: &mut Option<String>, text: Option<String>) {
        if slot.is_none() {
            *slot = text;
        }
    }
    match field {
        Field::Id => first(&mut told.id, id(said)),
        Field::Title if project.title.is_empty() => project.title = line().unwrap_or_default(),
        Field::Title => {}
        Field::Problem => first(&mut project.problem, text()),
        Field::Summary => first(&mut project.summary, text()),
        Field::Users => first(&mut project.users, text()),
        Field::Outcome => first(&mut project.outcome, text()),
        Field::Organisation => first(&mut project.organisation, line()),
        Field::Phase => match Phase::heard(&words(said)) {
            Some(phase) => project.phase = project.phase.or(Some(phase)),
            None => notes.push(format!("“{}” is no phase that is known here", short(said))),
        },
        Field::Reason => first(&mut project.reason, text()),
        Field::Phases => phases(project, said, notes),
        Field::Start(phase) => start(project, phase, &words(said), notes),
        Field::Begin => match Day::heard(&words(said)) {
            Some(day) => *begin = Some(day),
            None => notes.push(no_day(&words(said))),
        },
        Field::Service => first(&mut project.service, line()),
        Field::Partners => project.partners = partners(said),
        Field::Offers => project.offers = offers(said, notes),
        Field::Seeks => project.seeks = offers(said, notes),
        Field::Contact => first(&mut project.contact, line()),
        Field::Budget => first(&mut project.budget, line()),
        Field::Technology => project.technology = value::list(said, MOST, LINE),
        Field::Supplier => first(&mut project.supplier, line()),
        Field::ContractEnd => project.contract_end = day(said, notes),
        Field::Assets => project.assets = assets(said),
        Field::LearntFrom => project.learnt_from = value::list(said, MOST, LINE),
        Field::Confirmed => project.confirmed = day(said, notes),
        Field::Topics => project.topics = value::list(said, MOST, LINE),
        Field::Url => match Address::typed(&words(said)) {
            Ok(address) => first(&mut project.url, Some(address.to_string())),
            Err(why) => notes.push(format!("its address was left out: {why}")),
        },
    }
}

fn short(said: &Value) -> String {
    model::line(&words(said)).chars().take(40).collect()
}

fn no_day(said: &str) -> String {
    format!("“{}” is no day", model::line(said).chars().take(40).collect::<String>())
}

fn day(said: &Value, notes: &mut Vec<String>) -> Option<Day> {
    let day = Day::heard(&words(said));
    if day.is_none() {
        notes.push(no_day(&words(said)));
    }
    day
}

/// When phases begin: an object of phases and days, a list of objects, or "alpha from 2026-01; beta 2026-06".
fn phases(project: &mut Project, said: &Value, notes: &mut Vec<String>) {
    match said {
        Value::Object(object) => {
            for (phase, from) in object.iter().take(MOST) {
                one_phase(project, phase, &words(from), notes);
            }
        }
        Value::Array(all) if all.iter().any(Value::is_object) => {
            for one in all.iter().take(MOST) {
                let get = |name: &str| one.get(name).map(words).unwrap_or_default();
                let is_estimate = one.get("estimate").is_some_and(|said| said.as_bool().unwrap_or_default());
                let from = format!("{}{}", if is_estimate { "~" } else { "" }, get("from") + &get("date"));
                one_phase(project, &get("phase"), &from, notes);
            }
        }
        said => {
            for one in value::list(said, MOST, LINE) {
                let (phase, from) = one.split_once([' ', ':']).unwrap_or((one.as_str(), ""));
                one_phase(project, phase, from.trim().trim_start_matches("from").trim(), notes);
            }
        }
    }
}

fn one_phase(project: &mut Project, phase: &str, from: &str, notes: &mut Vec<String>) {
    match Phase::heard(phase) {
        Some(phase) => start(project, phase, from, notes),
        None => notes.push(format!("“{}” is no phase that is known here", short(&Value::from(phase)))),
    }
}

fn start(project: &mut Project, phase: Phase, from: &str, notes: &mut Vec<String>) {
    match Day::heard(from) {
        Some(from) if project.phases.iter().all(|one| one.phase != phase) => {
            project.phases.push(PhaseStart { phase, from });
        }
        Some(_) => {}
        None => notes.push(no_day(from)),
    }
}

fn offers(said: &Value, notes: &mut Vec<String>) -> Vec<Offer> {
    let (offers, unknown) = Offer::heard(&words(said).chars().take(LINE).collect::<String>());
    notes.extend(unknown.iter().map(|one| format!("“{one}” is none of talk, share, join and fund")));
    offers
}

fn partners(said: &Value) -> Vec<Partner> {
    if let Value::Array(all) = said
        && all.iter().any(Value::is_object)
    {
        let get = |one: &Value, name: &str| one.get(name).and_then(|said| value::line(said, LINE));
        let partner =
            |one| Some(Partner { name: get(one, "name").or_else(|| value::line(one, LINE))?, role: get(one, "role") });
        return all.iter().take(MOST).filter_map(partner).collect();
    }
    let all = value::list(said, MOST, LINE);
    all.into_iter()
        .map(|one| match one.strip_suffix(')').and_then(|start| start.rsplit_once(" (")) {
            Some((name, role)) => Partner { name: name.to_owned(), role: Some(role.to_owned()) },
            None => Partner { name: one, role: None },
        })
        .collect()
}

fn assets(said: &Value) -> Vec<Asset> {
    let web = |written: &str| Address::typed(written).ok().map(|address| address.to_string());
    if let Value::Array(all) = said
        && all.iter().any(Value::is_object)
    {
        let asset = |one: &Value| {
            let get = |name: &str| one.get(name).and_then(|said| value::line(said, LINE));
            let url = get("url").as_deref().and_then(web);
            Some(Asset { what: get("what").or_else(|| get("name")).or_else(|| url.clone())?, url })
        };
        return all.iter().take(MOST).filter_map(asset).collect();
    }
    value::list(said, MOST, LINE)
        .into_iter()
        .map(|one| match one.strip_suffix(')').and_then(|start| start.rsplit_once(" (")) {
            Some((what, address)) if address.contains("://") => Asset { what: what.to_owned(), url: web(address) },
            _ => Asset { url: web(&one).filter(|_| one.contains("://")), what: one },
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::{Format, projects};

    /// Each row in short: its project as pairs, or why it was refused; then its notes.
    #[track_caller]
    fn check(list: &str, format: Format, expected: &[&str]) {
        let found: Vec<String> = projects(list.as_bytes(), format)
            .map(|row| {
                let row = row.unwrap();
                let said = match row.read {
                    Err(why) => format!("({why})"),
                    Ok(told) => {
                        let id = told.id.map(|id| format!("{id}: ")).unwrap_or_default();
                        let fields = told.project.fields().into_iter().filter(|(_, said)| !said.is_empty());
                        id + &fields.map(|(name, said)| format!("{name}={said}")).collect::<Vec<_>>().join(", ")
                    }
                };
                let notes: String = row.notes.iter().map(|note| format!(" [{note}]")).collect();
                format!("{} {said}{notes}", row.line)
            })
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn columns_in_any_order() {
        check(
            "Phase,ID,Organisation,Project name,URL,Description,Shoe size\n\
             Private beta,7,Riverton,Damp homes,riverton.example/damp,\"Mould,\nand damp\",9\n\
             soon,8,,No phase,mailto:a@b.example,,\n\
             alpha,9,,,,,\n",
            Format::Csv,
            &[
                "2 7: title=Damp homes, summary=Mould,\nand damp, organisation=Riverton, phase=beta, \
                 url=https://riverton.example/damp [nothing is read from “Shoe size”, here and in other rows]",
                "4 8: title=No phase [“soon” is no phase that is known here] [its address was left out: “mailto:” is not a \
                 web address; it must start with http:// or https://]",
                "5 (it has neither a title nor a summary)",
            ],
        );
    }

    #[test]
    fn json_tells_the_same_in_other_shapes() {
        check(
            r#"{"id":1,"title":"Damp","phases":{"beta":"2026-06","alpha":"2026-01-05"},"partners":[{"name":"Dale","role":"pays"}],"offers":["talk","share"]}
               {"title":"Bins","phase":"stopped","reason":"no money","seeks":"cake","assets":"report (https://a.example/r)","tags":["waste",null]}

               {"title":
               [1]"#,
            Format::JsonLines,
            &[
                "1 1: title=Damp, phase=alpha, phases=alpha from 2026-01-05; beta from ~2026-06-01, partners=Dale (pays), \
                 offers=talk, share",
                "2 title=Bins, phase=stopped, reason=no money, assets=report (https://a.example/r), topics=waste [“cake” is \
                 none of talk, share, join and fund]",
                "4 (it is no JSON: EOF while parsing a value at line 1 column 24)",
                "5 (it is JSON, but no object; write {\"title\": …})",
            ],
        );
        check(
            "[{\"title\":\"Damp\"}, 7]",
            Format::JsonArray,
            &["1 title=Damp", "2 (it is no object; write {\"title\": …})"],
        );
    }

    #[test]
    fn what_is_too_long_is_told() {
        let id = |letters: usize| "i".repeat(letters);
        check(
            &format!(
                "{{\"id\":\"{}\",\"title\":\"{}\"}}\n{{\"id\":\"{}\",\"title\":\"B\"}}",
                id(500),
                id(301),
                id(501)
            ),
            Format::JsonLines,
            &[
                &format!(
                    "1 {}: title={} [its title is longer than 300 characters, and the rest was left out]",
                    id(500),
                    id(300)
                ),
                "2 (its id is longer than 500 characters; give it a shorter one)",
            ],
        );
    }

    #[test]
    fn a_cell_of_several_that_a_spreadsheet_would_compute_comes_in_as_it_went_out() {
        let project = model::Project {
            title: "Sums".into(),
            technology: vec!["=A1".into(), "+B2".into()],
            topics: vec!["@x".into(), "y".into()],
            ..model::Project::default()
        };
        let mut sheet = crate::Sheet::new(&["title", "technology", "topics"]);
        let fields = project.fields();
        let cell = |name: &str| fields.iter().find(|(one, _)| *one == name).map(|(_, said)| said.as_str()).unwrap();
        sheet.row(["title", "technology", "topics"].map(cell));
        let again = projects(sheet.done().as_bytes(), Format::Csv).next().unwrap().unwrap();
        assert_eq!(again.read.unwrap().project, project);
    }

    #[test]
    fn what_went_out_comes_in_the_same() {
        let list = "id,title,summary,phases,partners,offers,assets,learnt_from\n\
                    1,'=SUM(1),s,alpha from 2026-01-05; beta from ~2026-06-01,Dale (pays); Tarn,\"talk, share\",code (https://a.example/c),x; y\n";
        let row = projects(list.as_bytes(), Format::Csv).next().unwrap().unwrap();
        let told = row.read.unwrap();
        assert_eq!(told.project.title, "=SUM(1)");
        let mut sheet =
            crate::Sheet::new(&["id", "title", "summary", "phases", "partners", "offers", "assets", "learnt_from"]);
        let fields = told.project.fields();
        let cell = |name: &str| fields.iter().find(|(field, _)| *field == name).unwrap().1.clone();
        let cells = ["title", "summary", "phases", "partners", "offers", "assets", "learnt_from"].map(cell);
        sheet.row([told.id.clone().unwrap()].iter().chain(&cells).map(String::as_str));
        let again = projects(sheet.done().as_bytes(), Format::Csv).next().unwrap().unwrap().read.unwrap();
        assert_eq!(again, told);
    }

    #[test]
    fn rows_are_known_again() {
        let known =
            |row: &str| projects(row.as_bytes(), Format::JsonLines).next().unwrap().unwrap().read.unwrap().known_by();
        assert_eq!(known(r#"{"id":"A 1","title":"x","url":"https://a.example/"}"#), "id:A 1");
        assert_eq!(known(r#"{"title":"x","url":"https://www.a.example/p/?utm_source=b"}"#), "url:a.example/p");
        assert_eq!(known(r#"{"title":"The X!","organisation":"Dale"}"#), "title:dale/the x");
    }

    proptest! {
        #[test]
        fn any_bytes_are_rows(bytes in proptest::collection::vec(any::<u8>(), 0..600), at in 0..3usize) {
            let format = [Format::Csv, Format::JsonLines, Format::JsonArray][at];
            let _ = crate::kind(&bytes);
            for row in projects(&bytes[..], format) {
                if row.is_err() {
                    break;
                }
            }
        }

        #[test]
        fn any_cells_are_rows(cells in proptest::collection::vec("[a-z0-9\",;\n' =~-]{0,12}", 0..40)) {
            let list = format!("id,title,phase,phases,partners,assets,offers,start\n{}", cells.join(","));
            let rows: Vec<_> = projects(list.as_bytes(), Format::Csv).collect();
            prop_assert!(rows.len() <= cells.len() + list.len());
        }
    }

    #[test]
    fn what_has_no_title_is_called_by_the_beginning_of_its_summary() {
        for (text, title) in [
            ("Tenants wait. Then they wait again.", "Tenants wait"),
            ("Damp", "Damp"),
            ("One line\nand another", "One line"),
            ("", ""),
            (
                "A form that checks the notes of the crew, before it takes a report, so that residents learn why",
                "A form that checks the notes of the crew, before it takes a report, so that…",
            ),
        ] {
            assert_eq!(super::beginning(text), title, "{text}");
        }
    }
}
