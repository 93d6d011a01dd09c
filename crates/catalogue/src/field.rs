//! The columns and keys that lists of projects have, by the names that people give them.

use model::Phase;

/// What a column or a key says of a project.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Field {
    Id,
    Title,
    Problem,
    Summary,
    Users,
    Outcome,
    Organisation,
    Phase,
    Reason,
    Phases,
    /// When one phase began or will.
    Start(Phase),
    /// When it began, whatever its phase was.
    Begin,
    Service,
    Partners,
    Offers,
    Seeks,
    Contact,
    Budget,
    Technology,
    Supplier,
    ContractEnd,
    Assets,
    LearntFrom,
    Confirmed,
    Topics,
    Url,
}

/// The names of each, in lower case with nothing but letters and figures; our own first.
const NAMES: [(Field, &str); 25] = [
    (Field::Id, "id identifier projectid ref reference refno projectref key uid guid slug"),
    (Field::Title, "title name projectname projecttitle project nameofproject"),
    (Field::Problem, "problem problemstatement need challenge issue problemwearesolving whatproblemareyousolving"),
    (
        Field::Summary,
        "summary description about abstract shortdescription longdescription details overview projectdescription projectsummary text",
    ),
    (Field::Users, "users user audience usergroups userneeds whoisitfor"),
    (Field::Outcome, "outcome outcomes outcomewanted goal goals benefit benefits aim aims objective objectives"),
    (
        Field::Organisation,
        "organisation organization organisationname organizationname org council authority localauthority body owner lead leadorganisation leadcouncil leadauthority team department",
    ),
    (Field::Phase, "phase status stage state projectstage projectphase projectstatus developmentstatus"),
    (Field::Reason, "reason whystopped stopreason stoppedbecause stoppingreason reasonforstopping"),
    (Field::Phases, "phases timeline"),
    (Field::Begin, "start started startdate begins began projectstart"),
    (Field::Service, "service servicename servicearea"),
    (Field::Partners, "partners partner partnerorganisations partnercouncils workingwith"),
    (Field::Offers, "offers offer offering canoffer willingto"),
    (Field::Seeks, "seeks seek seeking wants needs lookingfor helpwanted"),
    (Field::Contact, "contact contactemail contactname email projectcontact"),
    (Field::Budget, "budget budgetband cost costs value"),
    (Field::Technology, "technology technologies tech techstack stack software"),
    (Field::Supplier, "supplier suppliers vendor provider contractor"),
    (Field::ContractEnd, "contractend contractends contractenddate contractexpiry contractexpires"),
    (Field::Assets, "assets asset outputs products resources"),
    (Field::LearntFrom, "learntfrom learnedfrom learntwhere basedon inspiredby origin"),
    (Field::Confirmed, "confirmed lastconfirmed lastupdated updated lastmodified modified lastreviewed"),
    (Field::Topics, "topics topic tags tag keywords keyword themes theme category categories"),
    (Field::Url, "url link website webpage page homepage web uri projecturl projectlink address landingurl"),
];

impl Field {
    /// What a column of this name says; `None` for what is passed over.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let name: String = name.chars().take(60).filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        let name = name.as_str();
        if let Some((field, _)) = NAMES.iter().find(|(_, names)| names.split(' ').any(|one| one == name)) {
            return Some(*field);
        }
        Phase::ALL.iter().find_map(|phase| {
            let rest = name.strip_prefix(phase.as_str())?;
            matches!(rest, "" | "start" | "started" | "date" | "from" | "startdate" | "began")
                .then_some(Self::Start(*phase))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_by_the_names_that_people_give_them() {
        for (name, field) in [
            ("title", Some(Field::Title)),
            (" Project Name ", Some(Field::Title)),
            ("Lead organisation", Some(Field::Organisation)),
            ("contract_end", Some(Field::ContractEnd)),
            ("learnt-from", Some(Field::LearntFrom)),
            ("Alpha start date", Some(Field::Start(Phase::Alpha))),
            ("beta", Some(Field::Start(Phase::Beta))),
            ("Shoe size", None),
            ("", None),
        ] {
            assert_eq!(Field::named(name), field, "{name}");
        }
    }

    #[test]
    fn no_name_means_two_things() {
        let all: Vec<&str> = NAMES.iter().flat_map(|(_, names)| names.split(' ')).collect();
        for (place, name) in all.iter().enumerate() {
            assert!(!all[..place].contains(name), "{name}");
        }
    }
}
