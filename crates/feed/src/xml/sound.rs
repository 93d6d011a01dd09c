//! A sound document is cut as a strict reader cuts it.

use proptest::prelude::*;
use quick_xml::events::Event;

use super::scanner::{Scanner, Token};
use crate::complaint::Complaints;

/// A piece of a document as both readers see it.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Piece {
    Start(String, bool),
    End(String),
    Text(String),
}

fn ours(text: &str) -> Vec<Piece> {
    let mut scanner = Scanner::new(text, Complaints::default());
    let mut pieces = Vec::new();
    while let Some(token) = scanner.next("r") {
        match token {
            Token::Start { name, empty, .. } => pieces.push(Piece::Start(name.to_owned(), empty)),
            Token::End { name } => pieces.push(Piece::End(name.to_owned())),
            Token::Text(text) | Token::Data(text) => push_text(&mut pieces, text),
            Token::Instruction(_) | Token::Doctype(_) | Token::Nothing => {}
        }
    }
    assert_eq!(scanner.complaints.into_vec(), [], "{text}");
    pieces
}

fn theirs(text: &str) -> Vec<Piece> {
    let mut reader = quick_xml::Reader::from_str(text);
    let mut pieces = Vec::new();
    let name = |name: quick_xml::name::QName<'_>| name.into_inner().to_owned();
    loop {
        match reader.read_event().expect("the document is sound") {
            Event::Start(tag) => pieces.push(Piece::Start(name(tag.name()), false)),
            Event::Empty(tag) => pieces.push(Piece::Start(name(tag.name()), true)),
            Event::End(tag) => pieces.push(Piece::End(name(tag.name()))),
            Event::Text(text) => push_text(&mut pieces, &text),
            Event::CData(text) => push_text(&mut pieces, &text),
            Event::GeneralRef(entity) => push_text(&mut pieces, &format!("&{};", &*entity)),
            Event::Eof => return pieces,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
}

/// Texts that follow each other are one.
fn push_text(pieces: &mut Vec<Piece>, text: &str) {
    match pieces.last_mut() {
        Some(Piece::Text(all)) => all.push_str(text),
        _ if text.is_empty() => {}
        _ => pieces.push(Piece::Text(text.to_owned())),
    }
}

fn document() -> impl Strategy<Value = String> {
    let name = "[a-z]{1,4}(:[a-z]{1,3})?";
    let attributes = prop::collection::vec(("[a-z]{1,5}", "[a-z >/=&;]{0,6}"), 0..3).prop_map(|pairs| {
        pairs
            .iter()
            .enumerate()
            .map(|(at, (name, value))| format!(" {name}{at} = \"{}\"", value.replace('&', "&amp;")))
            .collect::<String>()
    });
    let leaf = prop_oneof![
        "[a-z é\"'>]{1,8}".prop_filter("]]> may stand in no text", |text| !text.contains("]]>")),
        Just("&amp;&#8217;".to_owned()),
        "[a-z<&>]{0,8}".prop_map(|text| format!("<![CDATA[{text}]]>")),
        "[a-z <&>]{0,8}".prop_map(|text| format!("<!--{text}-->")),
        "[a-z <&]{0,8}".prop_map(|text| format!("<?x {text}?>")),
        (name, attributes.clone()).prop_map(|(name, attributes)| format!("<{name}{attributes}/>")),
    ];
    let inside = leaf.prop_recursive(4, 32, 5, move |inside| {
        let attributes = attributes.clone();
        (name, attributes, prop::collection::vec(inside, 0..5))
            .prop_map(|(name, attributes, inside)| format!("<{name}{attributes}>{}</{name}\n>", inside.concat()))
    });
    prop::collection::vec(inside, 0..6)
        .prop_map(|inside| format!("<?xml version='1.0'?><!DOCTYPE r [<!ENTITY x '>'>]><r>{}</r>", inside.concat()))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn sound_documents_are_cut_alike(text in document()) {
        prop_assert_eq!(ours(&text), theirs(&text), "{}", text);
    }
}
