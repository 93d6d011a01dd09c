//! A project's own page: the draft that it makes, shown, and taken in when told.

use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use catalogue::{Draft, Page, draft};
use crawl::discover::Tried;
use crawl::{RowFate, take_in_project};
use model::{Address, Difference, Project};
use serde::Serialize;
use store::{ProjectRecord, Store};

use crate::commands::{print_json, say_line};
use crate::settings::Settings;
use crate::wiring;

pub async fn run(
    settings: &Settings,
    address: &Address,
    page: &str,
    tried: &[Tried],
    yes: bool,
    json: bool,
) -> Result<ExitCode> {
    let clock = wiring::clock();
    let store = wiring::store(settings, &clock).await?;
    let draft = drafted(&store, address, page).await?;
    let there = there(&store, &draft.told.project).await?;
    // What came from a list under an id of its own is kept by that list.
    let listed = there.as_ref().filter(|there| there.given_id.is_some() && draft.told.id != there.given_id);
    if let (true, Some(there)) = (yes, listed) {
        bail!(
            "this page is that of “{}”, which came from a list as {}; change it there, and nothing is told twice",
            there.told.title,
            there.given_id.as_deref().unwrap_or_default()
        );
    }
    let changes = there.as_ref().map(|there| there.told.differences(&draft.told.project));
    let fate = if yes { Some(take_in_project(&store, draft.told.clone(), clock.now()).await?) } else { None };
    store.close().await;
    if json {
        print_json(&Told::of(&draft, there.as_ref(), changes.as_deref(), fate.as_ref()))?;
        return Ok(ExitCode::SUCCESS);
    }
    say_line(format_args!("A draft from the page {address}:"))?;
    for part in &draft.parts {
        let said = part.said.replace('\n', "\n               ");
        say_line(format_args!("  {:<13}{said}\n               – {}", part.field, part.whence))?;
    }
    for missing in draft.missing.iter().chain(&draft.notes) {
        say_line(format_args!("  missing      {missing}"))?;
    }
    for one in tried {
        say_line(format_args!("  no file      {} {}", one.address, one.result))?;
    }
    match (&fate, &there) {
        (Some(RowFate::Taken), _) => say_line("1 project taken.")?,
        (Some(RowFate::Changed), _) => say_line("1 project changed.")?,
        (Some(_), _) => say_line("1 project unchanged.")?,
        (None, Some(there)) if listed.is_some() => say_line(format_args!(
            "Nothing was taken in: it is here as “{}”, from a list. Change it there.",
            there.told.title
        ))?,
        (None, Some(there)) => {
            say_line(format_args!("It is here as “{}”. Taken in, this would change:", there.told.title))?;
            for Difference { field, before, after } in changes.iter().flatten() {
                let said = |said: &Option<String>| said.clone().unwrap_or_else(|| "nothing".to_owned());
                say_line(format_args!("  {field:<13}{} → {}", said(before), said(after)))?;
            }
            say_line("Nothing was taken in yet: the same command with “--yes” does.")?
        }
        (None, None) => say_line("Nothing was taken in yet: the same command with “--yes” does.")?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn drafted(store: &Store, address: &Address, page: &str) -> Result<Draft> {
    let own = html::canonical_of(page, address.url()).and_then(|own| Address::try_from(own).ok());
    let own = own.filter(|own| own.is_on_site_of(address)).unwrap_or_else(|| address.document());
    let owners = store.organisations_at(own.host()).await?;
    let sections: Vec<(String, String)> =
        html::outline(page).into_iter().map(|section| (section.heading, section.text)).collect();
    let (title, description) = (html::page_title(page), html::page_description(page));
    let page = Page {
        address: own.as_str(),
        title: title.as_deref(),
        description: description.as_deref(),
        sections: &sections,
        organisation: match owners.as_slice() {
            [owner] => Some(owner.told.name.as_str()),
            _ => None,
        },
    };
    draft(&page).map_err(anyhow::Error::msg).with_context(|| format!("{address} makes no draft"))
}

/// The project whose page it is, if there is one.
async fn there(store: &Store, told: &Project) -> Result<Option<ProjectRecord>> {
    let keys: Vec<String> = told.url.as_deref().and_then(model::link_key).into_iter().collect();
    let ids: Vec<_> = store.projects_at(&keys).await?.into_iter().map(|(_, id)| id).collect();
    let mut all = store.projects(&ids).await?;
    // Of several the one that the draft would change.
    all.sort_by_key(|one| (one.given_id.is_some(), one.id));
    Ok(all.into_iter().next())
}

/// A draft for programs.
#[derive(Serialize)]
struct Told<'a> {
    project: &'a Project,
    found: Vec<Found<'a>>,
    missing: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    here_as: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    changes: Option<&'a [Difference]>,
    fate: &'static str,
}

#[derive(Serialize)]
struct Found<'a> {
    field: &'a str,
    r#where: &'a str,
}

impl<'a> Told<'a> {
    fn of(
        draft: &'a Draft,
        there: Option<&'a ProjectRecord>,
        changes: Option<&'a [Difference]>,
        fate: Option<&RowFate>,
    ) -> Self {
        Self {
            project: &draft.told.project,
            found: draft.parts.iter().map(|part| Found { field: part.field, r#where: &part.whence }).collect(),
            missing: draft.missing.iter().chain(&draft.notes).map(String::as_str).collect(),
            here_as: there.map(|there| there.slug.as_str()),
            changes,
            fate: match fate {
                None => "draft",
                Some(RowFate::Taken) => "taken",
                Some(RowFate::Changed) => "changed",
                Some(_) => "unchanged",
            },
        }
    }
}
