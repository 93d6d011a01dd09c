//! Any bytes as a list of projects or organisations, as a `publiccode.yml`, and as a project's page: no panic, the same each
//! time, no more than the bytes allow, and nothing that a spreadsheet would compute.

#![no_main]

use catalogue::{Format, Page, Sheet, Told};
use libfuzzer_sys::fuzz_target;

const FORMATS: [Format; 4] = [Format::Csv, Format::JsonLines, Format::JsonArray, Format::PublicCode];

fuzz_target!(|bytes: &[u8]| {
    let [first, bytes @ ..] = bytes else { return };
    catalogue::kind(bytes);
    let format = FORMATS[usize::from(first & 3)];
    // A list that is one array is read as a whole, or not at all.
    let read = || catalogue::projects(bytes, format).collect::<Result<Vec<_>, _>>().map_err(|why| why.to_string());
    let rows = read();
    assert_eq!(rows, read(), "the same each time");
    assert!(rows.is_ok() || format == Format::JsonArray, "{rows:?}");
    let rows = rows.unwrap_or_default();
    assert!(rows.len() <= bytes.len() + 1);
    for told in rows.iter().filter_map(|row| row.read.as_ref().ok()) {
        is_sound(told);
    }
    catalogue::organisations(bytes, format).for_each(drop);
    if let Ok(page) = std::str::from_utf8(bytes) {
        of_page(page);
        stays_text(page);
    }
});

fn is_sound(told: &Told) {
    assert!(!told.project.title.trim().is_empty());
    assert!(!told.known_by().is_empty());
    assert!(told.project.url.as_deref().is_none_or(|url| url.starts_with("http")));
}

fn of_page(page: &str) {
    let sections: Vec<(String, String)> =
        html::outline(page).into_iter().map(|section| (section.heading, section.text)).collect();
    let said: usize = sections.iter().map(|(heading, text)| heading.len() + text.len()).sum();
    // A named character of five bytes may be six.
    assert!(said <= page.len() * 2 + 16, "{} bytes became {said}", page.len());
    let page = Page { address: "https://riverton.example/damp", sections: &sections, ..Page::default() };
    if let Ok(draft) = catalogue::draft(&page) {
        is_sound(&draft.told);
    }
}

/// What is written into a sheet is read back as text, and no cell begins as a formula does.
fn stays_text(cell: &str) {
    let mut sheet = Sheet::new(&["title"]);
    sheet.row([cell]);
    let sheet = sheet.done();
    let body = sheet.split_once('\n').map_or("", |(_, body)| body);
    let body = body.strip_prefix('"').unwrap_or(body);
    assert!(!body.starts_with(['=', '+', '-', '@', '\t']), "{body:?}");
}
