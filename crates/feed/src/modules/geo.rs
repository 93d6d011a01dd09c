//! Places: GeoRSS in its simple and its GML form, and the W3C's `geo`.

use crate::draft::Draft;
use crate::reader::Reader;
use crate::shape::Place;
use crate::xml::cursor::Step;
use crate::xml::{Element, Ns};

/// What kind of shape a list of positions is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Point,
    Line,
    Polygon,
    Box,
}

/// Reads an element. Gives whether it is known.
pub(crate) fn element<'a>(reader: &mut Reader<'a>, element: &Element<'a>, draft: &mut Draft) -> bool {
    let name = element.name.to_ascii_lowercase();
    match (element.ns, name.as_str()) {
        (Ns::GeoRss, "point") => simple(reader, element, draft, Shape::Point),
        (Ns::GeoRss, "line") => simple(reader, element, draft, Shape::Line),
        (Ns::GeoRss, "polygon") => simple(reader, element, draft, Shape::Polygon),
        (Ns::GeoRss, "box") => simple(reader, element, draft, Shape::Box),
        (Ns::GeoRss, "where") | (Ns::Geo, "point") => place(reader, element, draft),
        (Ns::Gml, _) => geometry(reader, element, draft),
        (Ns::Geo, "lat" | "long") => {
            let degrees = reader.value(element).and_then(|words| degrees(&words));
            put_half(draft, name == "lat", degrees);
        }
        _ => return false,
    }
    true
}

/// Reads what is in an element about a place.
pub(crate) fn place<'a>(reader: &mut Reader<'a>, around: &Element<'a>, draft: &mut Draft) {
    draft.place.get_or_insert(Place::Unreadable);
    while let Some(child) = reader.cursor.child(around.level) {
        element(reader, &child, draft);
    }
}

/// The point that an address such as `geo:52.1,-3.4` means (RFC 5870); latitude comes first there too.
pub(crate) fn of_address(written: &str) -> Option<Place> {
    let words = written.strip_prefix("geo:")?.split(';').next()?;
    let first_two = positions(words, 2, true)?.into_iter().next()?;
    is_on_earth(&first_two).then_some(Place::Point(first_two))
}

fn simple<'a>(reader: &mut Reader<'a>, element: &Element<'a>, draft: &mut Draft, shape: Shape) {
    let words = reader.value(element).unwrap_or_default();
    let positions = match two_numbers(&words).filter(|_| shape == Shape::Point) {
        Some((latitude, longitude)) => Some(vec![vec![longitude, latitude]]),
        None => positions(&words, 2, true),
    };
    draft.place = Some(shaped(on_earth(positions), shape));
}

fn geometry<'a>(reader: &mut Reader<'a>, element: &Element<'a>, draft: &mut Draft) {
    let shape = match element.name {
        "Point" => Shape::Point,
        "LineString" => Shape::Line,
        "Polygon" => Shape::Polygon,
        "Envelope" => Shape::Box,
        _ => return,
    };
    let system = reader.cursor.attribute_text(element, "srsName").unwrap_or_default();
    let mut dimensions = dimensions(reader, element).unwrap_or(2);
    let mut words = String::new();
    let level = element.level;
    while reader.cursor.is_open(level) {
        match reader.cursor.step() {
            Some(Step::Text(raw)) => words.push_str(&reader.cursor.decode(raw)),
            Some(Step::Data(text)) => words.push_str(text),
            Some(Step::Open(child)) => {
                words.push(' ');
                dimensions = self::dimensions(reader, &child).unwrap_or(dimensions);
            }
            Some(Step::Close(_)) => {}
            None => break,
        }
    }
    let is_geographic = has_latitude_first(&system);
    let positions = positions(&words, dimensions, is_geographic);
    // Of a projected system the numbers are no degrees.
    draft.place = Some(shaped(if is_geographic { on_earth(positions) } else { positions }, shape));
}

fn dimensions<'a>(reader: &mut Reader<'a>, element: &Element<'a>) -> Option<usize> {
    let written = reader.cursor.attribute_text(element, "srsDimension")?;
    written.parse().ok().filter(|count| (2..=3).contains(count))
}

/// Whether a reference system has latitude first: none named, or a geographic one. The projected ones of EPSG
/// (UTM zones and the like) have numbers from 20,000 and below 4,000.
fn has_latitude_first(system: &str) -> bool {
    if !system.contains("EPSG") {
        return true;
    }
    let number = system.rsplit(':').next().and_then(|digits| digits.parse::<u32>().ok());
    number.is_none_or(|number| (4000..5000).contains(&number))
}

/// How many bytes the positions of a shape may be written in: a border in all its detail, and no more. Each takes many
/// times the room of its digits.
const LONGEST_SHAPE: usize = 1 << 20;

fn positions(words: &str, dimensions: usize, latitude_first: bool) -> Option<Vec<Vec<f64>>> {
    if words.len() > LONGEST_SHAPE {
        return None;
    }
    let numbers: Result<Vec<f64>, _> = words
        .split(|letter: char| letter == ',' || letter.is_whitespace())
        .filter(|word| !word.is_empty())
        .map(str::parse)
        .collect();
    let numbers = numbers.ok().filter(|numbers| numbers.iter().all(|number| number.is_finite()))?;
    let swap = |position: &[f64]| {
        let mut position = position.to_vec();
        if latitude_first {
            position.swap(0, 1);
        }
        position
    };
    Some(numbers.chunks_exact(dimensions).map(swap).collect())
}

fn shaped(positions: Option<Vec<Vec<f64>>>, shape: Shape) -> Place {
    let Some(mut positions) = positions.filter(|positions| !positions.is_empty()) else { return Place::Unreadable };
    match shape {
        Shape::Point => Place::Point(positions.swap_remove(0)),
        Shape::Line => Place::Line(positions),
        Shape::Polygon if positions.len() < 4 => Place::Unreadable,
        Shape::Polygon => Place::Polygon(positions),
        Shape::Box => Place::Box(positions),
    }
}

/// Positions in degrees; none where one of them is not on earth.
fn on_earth(positions: Option<Vec<Vec<f64>>>) -> Option<Vec<Vec<f64>>> {
    positions.filter(|positions| positions.iter().all(|position| is_on_earth(position)))
}

/// Whether a longitude and a latitude are no more than there are.
fn is_on_earth(position: &[f64]) -> bool {
    position[0].abs() <= 180.0 && position[1].abs() <= 90.0
}

/// A number of degrees; a comma in it is a point, as many languages write it.
fn degrees(words: &str) -> Option<f64> {
    let degrees = match words.split_once(',') {
        Some((whole, parts)) if !parts.is_empty() && parts.bytes().all(|byte| byte.is_ascii_digit()) => {
            format!("{whole}.{parts}").parse()
        }
        _ => words.parse::<f64>(),
    };
    degrees.ok().filter(|degrees| degrees.is_finite())
}

/// Two numbers with a comma for a point in each: `45,256 -71,92`.
fn two_numbers(words: &str) -> Option<(f64, f64)> {
    let (first, second) = words.split_once(char::is_whitespace)?;
    let second = second.trim_start();
    let are_both = first.contains(',') && second.contains(',');
    Some((degrees(first)?, degrees(second)?)).filter(|_| are_both)
}

/// Puts one of the two numbers of a point, which is one when both are known.
fn put_half(draft: &mut Draft, is_latitude: bool, degrees: Option<f64>) {
    let half = if is_latitude { &mut draft.latitude } else { &mut draft.longitude };
    *half = degrees;
    if let (Some(latitude), Some(longitude)) = (draft.latitude, draft.longitude)
        && is_on_earth(&[longitude, latitude])
    {
        draft.place = Some(Place::Point(vec![longitude, latitude]));
    }
}
