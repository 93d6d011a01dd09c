//! The elements of HTML as a type, and what the parser, the rules and the printer need to know of each.

/// What is true of an element; see [`Tag::is`].
pub(crate) type Traits = u32;

/// Has no content and no end tag.
pub(crate) const VOID: Traits = 1;
/// One of the standard's “special” elements: stops the search for an open element to close.
pub(crate) const SPECIAL: Traits = 1 << 1;
/// A formatting element: reopened by the parser when it was closed too early.
pub(crate) const FORMATTING: Traits = 1 << 2;
/// Its start closes an open paragraph.
pub(crate) const CLOSES_P: Traits = 1 << 3;
/// Closed without a word by the end of what is around it.
pub(crate) const IMPLIED_END: Traits = 1 << 4;
/// Bounds “has an element in scope”.
pub(crate) const SCOPE: Traits = 1 << 5;
/// A heading.
pub(crate) const HEADING: Traits = 1 << 6;
/// Stands on lines of its own.
pub(crate) const BLOCK: Traits = 1 << 7;
/// Shown: part of the allow list.
pub(crate) const SHOWN: Traits = 1 << 8;
/// Its content is not part of what a reader sees.
pub(crate) const HIDDEN: Traits = 1 << 9;
/// Its content is text up to its end tag.
pub(crate) const RAW: Traits = 1 << 10;
/// Like [`RAW`], with character references.
pub(crate) const RAW_REFERENCES: Traits = 1 << 11;
/// Ended by the end tag of its name with all that is open in it.
pub(crate) const ENDS_BLOCK: Traits = 1 << 12;
/// A part of a table that only the table's own rules may place.
pub(crate) const TABLE_PART: Traits = 1 << 13;
/// Shows something without any text.
pub(crate) const REPLACED: Traits = 1 << 14;
/// Too rare or too involved for the quick builder.
pub(crate) const CAREFUL: Traits = 1 << 15;

macro_rules! tags {
    ($($variant:ident $name:literal $traits:expr;)*) => {
        /// An element's name.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub(crate) enum Tag {
            $(#[doc = $name] $variant,)*
        }

        /// Every element that has a name of its own here.
        pub(crate) const ALL: &[Tag] = &[$(Tag::$variant,)*];

        const NAMES: &[&str] = &[$($name,)*];
        const TRAITS: &[Traits] = &[$($traits,)*];

        impl Tag {
            /// The element of that name, in lower case; [`Tag::Other`] for one that is not in the table.
            pub(crate) fn of(name: &str) -> Self {
                match name {
                    $($name => Self::$variant,)*
                    _ => Self::Other,
                }
            }
        }
    };
}

const CONTAINER: Traits = SPECIAL | CLOSES_P | BLOCK | ENDS_BLOCK;
const STRUCTURE: Traits = CONTAINER | SHOWN;
const PHRASE: Traits = FORMATTING | SHOWN;
const CELL: Traits = SPECIAL | SCOPE | TABLE_PART | BLOCK | SHOWN;
const ROWS: Traits = SPECIAL | TABLE_PART | BLOCK | SHOWN;
const TITLE: Traits = SPECIAL | CLOSES_P | BLOCK | HEADING | SHOWN;
const RUBY_PART: Traits = IMPLIED_END | SHOWN;
const ITEM: Traits = SPECIAL | IMPLIED_END | BLOCK | SHOWN;
const HEAD_ONLY: Traits = VOID | SPECIAL | HIDDEN;

tags! {
    A "a" PHRASE;
    Abbr "abbr" SHOWN;
    Acronym "acronym" 0;
    Address "address" CONTAINER;
    Applet "applet" SPECIAL | SCOPE | HIDDEN | CAREFUL;
    Area "area" VOID | SPECIAL | HIDDEN;
    Article "article" CONTAINER;
    Aside "aside" CONTAINER;
    Audio "audio" REPLACED;
    B "b" PHRASE;
    Base "base" HEAD_ONLY;
    Basefont "basefont" HEAD_ONLY;
    Bdi "bdi" SHOWN;
    Bdo "bdo" SHOWN;
    Bgsound "bgsound" HEAD_ONLY;
    Big "big" FORMATTING;
    Blockquote "blockquote" STRUCTURE;
    Body "body" SPECIAL;
    Br "br" VOID | SPECIAL | SHOWN;
    Button "button" SPECIAL | ENDS_BLOCK;
    Caption "caption" SPECIAL | SCOPE | TABLE_PART | BLOCK | SHOWN;
    Center "center" CONTAINER;
    Cite "cite" SHOWN;
    Code "code" PHRASE;
    Col "col" VOID | SPECIAL | TABLE_PART | SHOWN;
    Colgroup "colgroup" SPECIAL | TABLE_PART | BLOCK | SHOWN;
    Datalist "datalist" HIDDEN;
    Dd "dd" ITEM;
    Del "del" SHOWN;
    Details "details" STRUCTURE;
    Dfn "dfn" SHOWN;
    Dialog "dialog" CLOSES_P | BLOCK | ENDS_BLOCK;
    Dir "dir" CONTAINER;
    Div "div" STRUCTURE;
    Dl "dl" STRUCTURE;
    Dt "dt" ITEM;
    Em "em" PHRASE;
    Embed "embed" VOID | SPECIAL | REPLACED;
    Fieldset "fieldset" CONTAINER;
    Figcaption "figcaption" STRUCTURE;
    Figure "figure" STRUCTURE;
    Font "font" FORMATTING;
    Footer "footer" CONTAINER;
    Form "form" SPECIAL | CLOSES_P | BLOCK;
    Frame "frame" SPECIAL | CAREFUL;
    Frameset "frameset" SPECIAL | CAREFUL;
    H1 "h1" TITLE;
    H2 "h2" TITLE;
    H3 "h3" TITLE;
    H4 "h4" TITLE;
    H5 "h5" TITLE;
    H6 "h6" TITLE;
    Head "head" SPECIAL;
    Header "header" CONTAINER;
    Hgroup "hgroup" CONTAINER;
    Hr "hr" VOID | SPECIAL | CLOSES_P | BLOCK | SHOWN;
    Html "html" SPECIAL | SCOPE;
    I "i" PHRASE;
    Iframe "iframe" SPECIAL | RAW | REPLACED;
    Image "image" VOID | SPECIAL;
    Img "img" VOID | SPECIAL | SHOWN | REPLACED;
    Input "input" VOID | SPECIAL | HIDDEN;
    Ins "ins" SHOWN;
    Kbd "kbd" SHOWN;
    Keygen "keygen" VOID | HIDDEN | CAREFUL;
    Li "li" ITEM;
    Link "link" HEAD_ONLY;
    Listing "listing" CONTAINER | CAREFUL;
    Main "main" CONTAINER;
    Mark "mark" SHOWN;
    Marquee "marquee" SPECIAL | SCOPE | CAREFUL;
    Math "math" CAREFUL;
    Menu "menu" CONTAINER;
    Meta "meta" HEAD_ONLY;
    Nav "nav" CONTAINER;
    Nobr "nobr" FORMATTING | CAREFUL;
    Noembed "noembed" SPECIAL | RAW | HIDDEN;
    Noframes "noframes" SPECIAL | RAW | HIDDEN;
    Noscript "noscript" SPECIAL;
    Object "object" SPECIAL | SCOPE | REPLACED | CAREFUL;
    Ol "ol" STRUCTURE;
    Optgroup "optgroup" IMPLIED_END | CAREFUL;
    Option "option" IMPLIED_END | CAREFUL;
    P "p" SPECIAL | CLOSES_P | IMPLIED_END | BLOCK | SHOWN;
    Param "param" VOID | SPECIAL | HIDDEN;
    Picture "picture" 0;
    Plaintext "plaintext" SPECIAL | CAREFUL;
    Pre "pre" STRUCTURE;
    Q "q" SHOWN;
    Rb "rb" IMPLIED_END | CAREFUL;
    Rp "rp" RUBY_PART;
    Rt "rt" RUBY_PART;
    Rtc "rtc" IMPLIED_END | CAREFUL;
    Ruby "ruby" SHOWN;
    S "s" PHRASE;
    Samp "samp" SHOWN;
    Script "script" SPECIAL | RAW | HIDDEN;
    Search "search" CLOSES_P | BLOCK | ENDS_BLOCK;
    Section "section" CONTAINER;
    Select "select" SPECIAL | SCOPE | CAREFUL;
    Small "small" PHRASE;
    Source "source" VOID | SPECIAL | HIDDEN;
    Span "span" SHOWN;
    Strike "strike" FORMATTING;
    Strong "strong" PHRASE;
    Style "style" SPECIAL | RAW | HIDDEN;
    Sub "sub" SHOWN;
    Summary "summary" STRUCTURE;
    Sup "sup" SHOWN;
    Svg "svg" CAREFUL;
    Table "table" SPECIAL | SCOPE | CLOSES_P | BLOCK | SHOWN;
    Tbody "tbody" ROWS;
    Td "td" CELL;
    Template "template" SPECIAL | SCOPE | HIDDEN | CAREFUL;
    Textarea "textarea" SPECIAL | RAW_REFERENCES | CAREFUL;
    Tfoot "tfoot" ROWS;
    Th "th" CELL;
    Thead "thead" ROWS;
    Time "time" SHOWN;
    PageTitle "title" SPECIAL | RAW_REFERENCES | HIDDEN;
    Tr "tr" ROWS;
    Track "track" VOID | SPECIAL | HIDDEN;
    Tt "tt" FORMATTING;
    U "u" PHRASE;
    Ul "ul" STRUCTURE;
    Var "var" SHOWN;
    Video "video" REPLACED;
    Wbr "wbr" VOID | SPECIAL | SHOWN;
    Xmp "xmp" SPECIAL | CAREFUL;
    Foreign "#foreign" CAREFUL;
    ForeignHidden "#foreign-hidden" HIDDEN | CAREFUL;
    Other "#other" 0;
}

impl Tag {
    /// Whether any of the traits is true of it.
    #[inline]
    pub(crate) fn is(self, traits: Traits) -> bool {
        TRAITS[self as usize] & traits != 0
    }

    /// Its name as it is printed.
    #[inline]
    pub(crate) fn name(self) -> &'static str {
        NAMES[self as usize]
    }

    /// Whether it is a list whose children are items.
    pub(crate) fn is_list(self) -> bool {
        matches!(self, Self::Ul | Self::Ol)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_element_is_found_by_its_name() {
        for tag in ALL.iter().filter(|tag| !tag.name().starts_with('#')) {
            assert_eq!(Tag::of(tag.name()), *tag);
        }
        assert_eq!(Tag::of("blink"), Tag::Other);
    }
}
