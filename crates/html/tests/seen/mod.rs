//! What a browser would make of markup, by a parser that cleaning does not use. The fuzz targets look through it too.

use scraper::{Html, Node};
use url::Url;

/// The names that may come out, with their attributes, written down a second time on purpose.
const SHOWN: &[(&str, &[&str])] = &[
    ("a", &["href", "hreflang", "rel"]),
    ("abbr", &["title"]),
    ("b", &[]),
    ("bdi", &[]),
    ("bdo", &[]),
    ("blockquote", &["cite"]),
    ("br", &[]),
    ("caption", &[]),
    ("cite", &[]),
    ("code", &[]),
    ("col", &["span"]),
    ("colgroup", &["span"]),
    ("dd", &[]),
    ("del", &["cite", "datetime"]),
    ("details", &[]),
    ("dfn", &["title"]),
    ("div", &[]),
    ("dl", &[]),
    ("dt", &[]),
    ("em", &[]),
    ("figcaption", &[]),
    ("figure", &[]),
    ("h3", &[]),
    ("h4", &[]),
    ("h5", &[]),
    ("h6", &[]),
    ("hr", &[]),
    ("i", &[]),
    ("img", &["src", "alt", "width", "height", "loading"]),
    ("ins", &["cite", "datetime"]),
    ("kbd", &[]),
    ("li", &["value"]),
    ("mark", &[]),
    ("ol", &["start", "reversed"]),
    ("p", &[]),
    ("pre", &[]),
    ("q", &["cite"]),
    ("rp", &[]),
    ("rt", &[]),
    ("ruby", &[]),
    ("s", &[]),
    ("samp", &[]),
    ("small", &[]),
    ("span", &[]),
    ("strong", &[]),
    ("sub", &[]),
    ("summary", &[]),
    ("sup", &[]),
    ("table", &[]),
    ("tbody", &[]),
    ("td", &["colspan", "rowspan"]),
    ("tfoot", &[]),
    ("th", &["colspan", "rowspan", "scope", "abbr"]),
    ("thead", &[]),
    ("time", &["datetime"]),
    ("tr", &[]),
    ("u", &[]),
    ("ul", &[]),
    ("var", &[]),
    ("wbr", &[]),
];

/// What plain dress may show besides.
const KEPT: &str = "acronym address area article aside big center dir fieldset font footer h1 h2 header hgroup label \
                    legend main map menu meter nav output progress section strike tt";

const DRAWN: &str = "svg a circle desc ellipse g line path polygon polyline rect switch text title tspan";
const SET: &str = "math annotation merror mfenced mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow \
                   ms mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover none semantics";

/// Attributes that run, load, submit, take the focus or a name, or leave their place, wherever they are: none may ever
/// come out.
const NEVER: &str = "accesskey autofocus class contenteditable formaction http-equiv id is name ping popover poster slot \
                     srcdoc srcset target";

/// Attributes that lead somewhere on some element, shown or not.
const LEADING: &str = "action background cite data datasrc dynsrc href icon longdesc lowsrc src template urn vrml";

/// Elements of HTML that may stand in the description of a drawing, without attributes and with nothing but text in them.
const IN_DESCRIPTIONS: &str = "abbr acronym cite dfn kbd mark q samp";

const SVG: &str = "http://www.w3.org/2000/svg";
const MATHML: &str = "http://www.w3.org/1998/Math/MathML";

/// What never was, or no longer is, an element that a browser knows.
const DEAD: &str = "canvas command datagrid event-source m multicol nextid sound spacer";

/// What a browser would find in plain dress that should not be there, where there was a base to read addresses against.
pub fn forbidden_in_plain(output: &str) -> Option<String> {
    found_in_plain(output, is_safe)
}

/// What a browser would find in plain dress that should not be there, where there was no base.
pub fn forbidden_without_base(output: &str) -> Option<String> {
    found_in_plain(output, |address| is_safe(address) || stays(address))
}

fn found_in_plain(output: &str, leads_safely: fn(&str) -> bool) -> Option<String> {
    let words = |list: &str, name: &str| list.split_whitespace().any(|known| known == name);
    for node in Html::parse_fragment(output).tree.nodes() {
        let element = match node.value() {
            Node::Element(element) => element,
            Node::Comment(_) => return Some("a comment".to_owned()),
            _ => continue,
        };
        let name = element.name();
        let known = match &*element.name.ns {
            SVG => words(DRAWN, name),
            MATHML => words(SET, name),
            _ => {
                matches!(name, "html" | "body")
                    || [KEPT, DEAD].iter().any(|list| words(list, name))
                    || SHOWN.iter().any(|(shown, _)| *shown == name)
            }
        };
        if !known {
            return Some(name.to_owned());
        }
        if let Some(around) = node.parent().and_then(|around| around.value().as_element())
            && matches!(&*around.name.ns, SVG | MATHML)
            && around.name.ns != element.name.ns
        {
            let is_phrase = &*around.name.ns == SVG
                && matches!(around.name(), "desc" | "title")
                && words(IN_DESCRIPTIONS, name)
                && element.attrs().next().is_none()
                && node.children().all(|inside| inside.value().is_text());
            if !is_phrase {
                return Some(format!("{name} in {}", around.name()));
            }
        }
        for (attribute, value) in element.attrs() {
            let safe = match attribute {
                "usemap" => value.is_empty() || value.starts_with('#'),
                "style" | "fill" | "stroke" => {
                    !value.contains(['\\', '{', '}', '@']) && !value.to_ascii_lowercase().contains("url(")
                }
                _ if words(LEADING, attribute) => value.is_empty() || leads_safely(value),
                _ => !attribute.starts_with("on") && !words(NEVER, attribute),
            };
            if !safe {
                return Some(format!("{name} {attribute}={value}"));
            }
        }
    }
    None
}

fn is_safe(address: &str) -> bool {
    Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "http" | "https" | "mailto" | "tel"))
}

/// Whether an address stays on the site of whatever page it is read on, to a browser and to readers less careful.
fn stays(address: &str) -> bool {
    let is_read_over = |letter: char| letter < ' ' || letter == '\\' || letter.is_control();
    Url::parse(address).is_err()
        && !address.contains(is_read_over)
        && ["https://riverton.example/blog/post", "http://riverton.example:81/?a"].iter().all(|base| {
            let base = Url::parse(base).expect("a constant");
            base.join(address).is_ok_and(|url| url.origin() == base.origin())
        })
}

/// What a browser would find in the output that should not be there.
pub fn forbidden(output: &str) -> Option<String> {
    for node in Html::parse_fragment(output).tree.nodes() {
        match node.value() {
            Node::Element(element) if !matches!(element.name(), "html" | "body") => {
                let Some((_, attributes)) = SHOWN.iter().find(|(name, _)| *name == element.name()) else {
                    return Some(element.name().to_owned());
                };
                for (name, value) in element.attrs() {
                    let known = attributes.contains(&name) || matches!(name, "lang" | "dir");
                    let leads = matches!(name, "href" | "src" | "cite");
                    if !known || (leads && !is_safe(value)) {
                        return Some(format!("{} {name}={value}", element.name()));
                    }
                }
            }
            Node::Comment(_) => return Some("a comment".to_owned()),
            _ => {}
        }
    }
    None
}

const HIDDEN_IN_DRAWINGS: &str =
    "script style title desc metadata annotation annotation-xml defs symbol clipPath mask marker pattern";

/// The letters that a browser would show of markup without frames and films.
pub fn letters_of(markup: &str) -> String {
    let fragment = Html::parse_fragment(markup);
    let mut letters = String::new();
    for node in fragment.tree.root().descendants() {
        let Node::Text(text) = node.value() else { continue };
        let hidden = node.ancestors().filter_map(|around| around.value().as_element()).any(|around| {
            if &*around.name.ns != "http://www.w3.org/1999/xhtml" {
                return HIDDEN_IN_DRAWINGS.split_whitespace().any(|known| known == around.name());
            }
            matches!(around.name(), "script" | "style" | "title" | "template" | "noembed" | "noframes" | "iframe")
        });
        if !hidden {
            letters.extend(text.chars().filter(|c| c.is_alphanumeric()));
        }
    }
    letters
}

/// The letters and digits of a text.
pub fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}
