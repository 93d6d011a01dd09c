//! The description of the API holds: what it names is there, and what is there is in it.

use axum::http::StatusCode;
use model::{Offer, Organisation, Project};
use serde_json::Value;
use store::NewProject;

use crate::kit::{TestSite, post};

async fn site() -> TestSite {
    let site = TestSite::new().await;
    let riverton = site.source("Riverton Digital").await;
    site.publish(riverton, &[post("Damp homes", 1).by("Ann Example"), post("Bins", 2).in_language("")]).await;
    let organisation = Organisation {
        name: "Riverton Council".into(),
        short: Some("Riverton".into()),
        code: Some("RIV".into()),
        region: Some("Wales".into()),
        ..Organisation::default()
    };
    site.store.put_organisations(&[organisation], site.now()).await.unwrap();
    let whole = Project {
        organisation: Some("Riverton Council".into()),
        offers: vec![Offer::Talk, Offer::Share, Offer::Join, Offer::Fund],
        ..serde_json::from_value(serde_json::json!({
            "title": "Damp and mould", "problem": "Homes are damp.", "summary": "Sensors.", "users": "Tenants",
            "outcome": "Dry homes", "phase": "stopped", "reason": "No money", "service": "860",
            "phases": [{"phase": "alpha", "from": "2026-01-01"}, {"phase": "stopped", "from": "~2026-03-01"}],
            "partners": [{"name": "Dale Council", "role": "tests it"}], "seeks": ["join"], "contact": "a@riverton.example",
            "budget": "small", "technology": ["sensors"], "supplier": "Example Ltd", "contract_end": "2027-03-31",
            "assets": [{"what": "report", "url": "https://riverton.example/report"}], "learnt_from": ["Dale"],
            "confirmed": "2026-11-01", "topics": ["housing"], "url": "https://riverton.example/damp"
        }))
        .unwrap()
    };
    let bare = Project { title: "Damp in homes".into(), ..Project::default() };
    let new = |id: &str, told| NewProject { known_by: format!("id:{id}"), given_id: Some(id.into()), told };
    site.store.put_projects(&[new("damp", whole), new("bare", bare)], site.now()).await.unwrap();
    site.shelf.catch_up(|_| {}).await.unwrap();
    site
}

/// Where a value differs from what a schema says of it.
fn differs(value: &Value, schema: &Value, whole: &Value, at: &str) -> Vec<String> {
    if let Some(name) = schema["$ref"].as_str() {
        let place = name.trim_start_matches('#');
        let schema = whole.pointer(place).unwrap_or_else(|| panic!("{name} is not there"));
        return differs(value, schema, whole, at);
    }
    let is_so = match schema["type"].as_str() {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("integer") => value.is_u64(),
        Some("number") => value.is_number(),
        Some("boolean") => value.is_boolean(),
        _ => false,
    };
    let is_one_of = schema["enum"].as_array().is_none_or(|all| all.contains(value));
    if !is_so || !is_one_of {
        return vec![format!("{at} is {value}, and should be {schema}")];
    }
    let mut found = vec![];
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if value.get(name).is_none() {
            found.push(format!("{at}.{name} is missing"));
        }
    }
    for (name, within) in value.as_object().into_iter().flatten() {
        match schema["properties"].get(name) {
            Some(schema) => found.extend(differs(within, schema, whole, &format!("{at}.{name}"))),
            None => found.push(format!("{at}.{name} is not described")),
        }
    }
    for within in value.as_array().into_iter().flatten() {
        found.extend(differs(within, &schema["items"], whole, &format!("{at}[]")));
    }
    found
}

#[tokio::test]
async fn what_programs_are_told_is_what_is_described() {
    let site = site().await;
    let description = site.get("/api/openapi.json").await;
    assert_eq!(description.header("content-type"), "application/json; charset=utf-8");
    let whole: Value = serde_json::from_str(&description.body).unwrap();
    let asked = [
        ("/api/search", "?q=damp+homes+source:nope"),
        ("/api/search", "?q=damp+homes"),
        ("/api/who-else", "?problem=damp+homes&limit=5"),
        (
            "/api/projects",
            "?phase=stopped&region=Wales&service=860&topic=damp-and-mould&offers=talk&seeks=join&title=damp&from=2020-01-01",
        ),
        ("/api/projects", ""),
        ("/api/projects/{id}", ""),
        ("/api/projects/{id}/matches", "?limit=3"),
        ("/api/topics", ""),
        ("/api/topics/{slug}", ""),
        ("/api/search", "?q=dapm+hoems"),
    ];
    for (path, query) in asked {
        let operation = &whole["paths"][path]["get"];
        let mut answer = &operation["responses"]["200"];
        if let Some(name) = answer["$ref"].as_str() {
            answer = whole.pointer(name.trim_start_matches('#')).unwrap();
        }
        let schema = &answer["content"]["application/json"]["schema"];
        let got =
            site.get(&format!("{}{query}", path.replace("{id}", "damp").replace("{slug}", "damp-and-mould"))).await;
        assert_eq!(got.status, StatusCode::OK, "{path}");
        let value: Value = serde_json::from_str(&got.body).unwrap();
        assert_eq!(differs(&value, schema, &whole, path), Vec::<String>::new());
    }
    let list = serde_json::from_str::<Value>(&site.get(&format!("{}{}", asked[3].0, asked[3].1)).await.body).unwrap();
    assert_eq!(list["projects"].as_array().unwrap().len(), 1, "each filter that is described is followed");
    let described = whole["paths"].as_object().unwrap();
    assert!(described.keys().all(|path| asked.iter().any(|(one, _)| one == path)), "each that is described is asked");
}

#[tokio::test]
async fn a_project_that_tells_all_is_described_whole() {
    let site = site().await;
    let whole: Value = serde_json::from_str(&site.get("/api/openapi.json").await.body).unwrap();
    let told: Value = serde_json::from_str(&site.get("/api/projects/damp").await.body).unwrap();
    let described = whole["components"]["schemas"]["Project"]["properties"].as_object().unwrap();
    let untold: Vec<&String> = described.keys().filter(|name| told.get(name.as_str()).is_none()).collect();
    assert_eq!(untold, Vec::<&String>::new());
}
