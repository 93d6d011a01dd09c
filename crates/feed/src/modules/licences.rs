//! Creative Commons in both its modules, and who administers a feed.

use crate::draft::{Draft, Rank};
use crate::reader::Reader;
use crate::shape::Generator;
use crate::xml::Element;

/// Reads an element of a licence module. Gives whether it is known.
pub(crate) fn element<'a>(reader: &mut Reader<'a>, element: &Element<'a>, draft: &mut Draft) -> bool {
    if !element.is("license") && !element.is("licence") {
        return false;
    }
    let named = ["rdf:resource", "resource", "href"].into_iter().find_map(|name| reader.address_in(element, name));
    if let Some(licence) = named.or_else(|| reader.value(element)) {
        draft.licence.put(Rank::DublinCore, licence);
    }
    true
}

/// Reads `admin:generatorAgent`. Gives whether it was that.
pub(crate) fn generator<'a>(reader: &mut Reader<'a>, element: &Element<'a>, draft: &mut Draft) -> bool {
    let resource = reader.address_in(element, "rdf:resource");
    match (element.name.to_ascii_lowercase().as_str(), resource) {
        ("generatoragent", Some(address)) => {
            let (name, version) = address.split_once("?v=").unwrap_or((&address, ""));
            let generator = Generator {
                name: Some(name.to_owned()),
                version: Some(version.to_owned()).filter(|version| !version.is_empty()),
                address: Some(address.clone()),
            };
            draft.generator.get_or_insert(generator);
            true
        }
        _ => false,
    }
}
