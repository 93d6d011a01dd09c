//! The modules that extend feeds, one file a family of vocabularies.

pub(crate) mod dublin_core;
pub(crate) mod geo;
pub(crate) mod licences;
pub(crate) mod media;
pub(crate) mod other;
pub(crate) mod podcast;
pub(crate) mod syndication;

use crate::draft::Draft;
use crate::reader::{Reader, Scope};
use crate::xml::{Element, Ns};

/// Reads an element of a module. Gives whether it is known.
pub(crate) fn element<'a>(
    reader: &mut Reader<'a>,
    ns: Ns,
    element: &Element<'a>,
    draft: &mut Draft,
    scope: Scope,
) -> bool {
    match ns {
        Ns::Dc | Ns::DcTerms => dublin_core::element(reader, element, draft, scope),
        Ns::Content | Ns::Xhtml => syndication::content(reader, element, draft),
        Ns::Sy | Ns::FeedBurner | Ns::Pheedo | Ns::Wfw | Ns::Source => {
            syndication::element(reader, element, draft, scope)
        }
        Ns::Media => media::element(reader, element, draft, scope),
        Ns::Itunes | Ns::GooglePlay | Ns::Podcast | Ns::Psc => podcast::element(reader, element, draft, scope),
        Ns::GeoRss | Ns::Geo | Ns::Gml => geo::element(reader, element, draft),
        Ns::Cc | Ns::CreativeCommons => licences::element(reader, element, draft),
        Ns::Admin => licences::generator(reader, element, draft),
        _ => false,
    }
}
