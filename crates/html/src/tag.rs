//! The elements of HTML as a type, and what the parser, the rules and the printer need to know of each.

use crate::finder::Finder;
use crate::gate::Dress;

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

/// Shown in plain dress only: the author's hand.
pub(crate) const KEPT: Traits = 1 << 16;
/// A part of a drawing (SVG) that is shown in plain dress.
pub(crate) const DRAWING: Traits = 1 << 17;
/// A part of a formula (MathML) that is shown in plain dress.
pub(crate) const FORMULA: Traits = 1 << 18;
/// Of a drawing or formula, and holds nothing but text.
pub(crate) const WORDS: Traits = 1 << 19;

/// Part of a sentence, and nothing special to any parser: it is not reopened when it was closed too early, and ends no
/// drawing that it stands in.
pub(crate) const PHRASAL: Traits = 1 << 20;

macro_rules! tags {
    (
        html { $($html:ident $html_name:literal $html_traits:expr;)* }
        svg { $($svg:ident $svg_name:literal $svg_traits:expr;)* }
        mathml { $($math:ident $math_name:literal $math_traits:expr;)* }
        other { $($other:ident $other_name:literal $other_traits:expr;)* }
    ) => {
        /// An element's name, with its namespace.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub(crate) enum Tag {
            $(#[doc = $html_name] $html,)*
            $(#[doc = $svg_name] $svg,)*
            $(#[doc = $math_name] $math,)*
            $(#[doc = $other_name] $other,)*
        }

        /// Every element of HTML that has a name of its own here.
        pub(crate) const HTML: &[Tag] = &[$(Tag::$html,)*];
        /// Every element of SVG that is shown.
        pub(crate) const SVG: &[Tag] = &[$(Tag::$svg,)*];
        /// Every element of MathML that is shown.
        pub(crate) const MATHML: &[Tag] = &[$(Tag::$math,)*];

        const HTML_NAMES: &[&str] = &[$($html_name,)*];
        const NAMES: &[&str] = &[$($html_name,)* $($svg_name,)* $($math_name,)* $($other_name,)*];
        const TRAITS: &[Traits] = &[$($html_traits,)* $($svg_traits,)* $($math_traits,)* $($other_traits,)*];
    };
}

static FINDER: Finder<512> = Finder::of(HTML_NAMES);

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
    html {
        A "a" PHRASE;
        Abbr "abbr" SHOWN | PHRASAL;
        Acronym "acronym" KEPT | PHRASAL;
        Address "address" CONTAINER | KEPT;
        Applet "applet" SPECIAL | SCOPE | CAREFUL;
        Area "area" VOID | SPECIAL | HIDDEN | KEPT;
        Article "article" CONTAINER | KEPT;
        Aside "aside" CONTAINER | KEPT;
        Audio "audio" REPLACED;
        B "b" PHRASE;
        Base "base" HEAD_ONLY;
        Basefont "basefont" HEAD_ONLY;
        Bdi "bdi" SHOWN;
        Bdo "bdo" SHOWN;
        Bgsound "bgsound" HEAD_ONLY;
        Big "big" FORMATTING | KEPT;
        Blockquote "blockquote" STRUCTURE;
        Body "body" SPECIAL;
        Br "br" VOID | SPECIAL | SHOWN;
        Button "button" SPECIAL | ENDS_BLOCK;
        Canvas "canvas" KEPT;
        Caption "caption" SPECIAL | SCOPE | TABLE_PART | BLOCK | SHOWN;
        Center "center" CONTAINER | KEPT;
        Cite "cite" SHOWN | PHRASAL;
        Code "code" PHRASE;
        Col "col" VOID | SPECIAL | TABLE_PART | SHOWN;
        Colgroup "colgroup" SPECIAL | TABLE_PART | BLOCK | SHOWN;
        Command "command" KEPT;
        Datagrid "datagrid" KEPT;
        Datalist "datalist" HIDDEN;
        Dd "dd" ITEM;
        Del "del" SHOWN;
        Details "details" STRUCTURE;
        Dfn "dfn" SHOWN | PHRASAL;
        Dialog "dialog" CLOSES_P | BLOCK | ENDS_BLOCK;
        Dir "dir" CONTAINER | KEPT;
        Div "div" STRUCTURE;
        Dl "dl" STRUCTURE;
        Dt "dt" ITEM;
        Em "em" PHRASE;
        Embed "embed" VOID | SPECIAL | REPLACED;
        EventSource "event-source" KEPT;
        Fieldset "fieldset" CONTAINER | KEPT;
        Figcaption "figcaption" STRUCTURE;
        Figure "figure" STRUCTURE;
        Font "font" FORMATTING | KEPT;
        Footer "footer" CONTAINER | KEPT;
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
        Header "header" CONTAINER | KEPT;
        Hgroup "hgroup" CONTAINER | KEPT;
        Hr "hr" VOID | SPECIAL | CLOSES_P | BLOCK | SHOWN;
        Html "html" SPECIAL | SCOPE;
        I "i" PHRASE;
        Iframe "iframe" SPECIAL | RAW | REPLACED;
        Image "image" VOID | SPECIAL;
        Img "img" VOID | SPECIAL | SHOWN | REPLACED;
        Input "input" VOID | SPECIAL | HIDDEN;
        Ins "ins" SHOWN;
        Kbd "kbd" SHOWN | PHRASAL;
        Keygen "keygen" VOID | HIDDEN | CAREFUL;
        Label "label" KEPT;
        Legend "legend" KEPT;
        Li "li" ITEM;
        Link "link" HEAD_ONLY;
        Listing "listing" CONTAINER | CAREFUL;
        M "m" KEPT;
        Main "main" CONTAINER | KEPT;
        Map "map" KEPT;
        Mark "mark" SHOWN | PHRASAL;
        Marquee "marquee" SPECIAL | SCOPE | CAREFUL;
        Math "math" CAREFUL;
        Menu "menu" CONTAINER | KEPT;
        Meta "meta" HEAD_ONLY;
        Meter "meter" KEPT;
        Multicol "multicol" KEPT;
        Nav "nav" CONTAINER | KEPT;
        Nextid "nextid" KEPT;
        Nobr "nobr" FORMATTING | CAREFUL;
        Noembed "noembed" SPECIAL | RAW | HIDDEN;
        Noframes "noframes" SPECIAL | RAW | HIDDEN;
        Noscript "noscript" SPECIAL;
        Object "object" SPECIAL | SCOPE | REPLACED | CAREFUL;
        Ol "ol" STRUCTURE;
        Optgroup "optgroup" IMPLIED_END | CAREFUL;
        Option "option" IMPLIED_END | CAREFUL;
        Output "output" KEPT;
        P "p" SPECIAL | CLOSES_P | IMPLIED_END | BLOCK | SHOWN;
        Param "param" VOID | SPECIAL | HIDDEN;
        Picture "picture" 0;
        Plaintext "plaintext" SPECIAL | CAREFUL;
        Pre "pre" STRUCTURE;
        Progress "progress" KEPT;
        Q "q" SHOWN | PHRASAL;
        Rb "rb" IMPLIED_END | CAREFUL;
        Rp "rp" RUBY_PART;
        Rt "rt" RUBY_PART;
        Rtc "rtc" IMPLIED_END | CAREFUL;
        Ruby "ruby" SHOWN;
        S "s" PHRASE;
        Samp "samp" SHOWN | PHRASAL;
        Script "script" SPECIAL | RAW | HIDDEN;
        Search "search" CLOSES_P | BLOCK | ENDS_BLOCK;
        Section "section" CONTAINER | KEPT;
        Select "select" SPECIAL | SCOPE | CAREFUL;
        Small "small" PHRASE;
        Sound "sound" KEPT;
        Source "source" VOID | SPECIAL | HIDDEN;
        Spacer "spacer" KEPT;
        Span "span" SHOWN;
        Strike "strike" FORMATTING | KEPT;
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
        Tt "tt" FORMATTING | KEPT;
        U "u" PHRASE;
        Ul "ul" STRUCTURE;
        Var "var" SHOWN;
        Video "video" REPLACED;
        Wbr "wbr" VOID | SPECIAL | SHOWN;
        Xmp "xmp" SPECIAL | CAREFUL;
    }
    svg {
        Drawing "svg" DRAWING;
        DrawnA "a" DRAWING;
        Circle "circle" DRAWING;
        Desc "desc" DRAWING | WORDS;
        Ellipse "ellipse" DRAWING;
        G "g" DRAWING;
        Line "line" DRAWING;
        Path "path" DRAWING;
        Polygon "polygon" DRAWING;
        Polyline "polyline" DRAWING;
        Rect "rect" DRAWING;
        Switch "switch" DRAWING;
        DrawnText "text" DRAWING;
        DrawnTitle "title" DRAWING | WORDS;
        Tspan "tspan" DRAWING;
    }
    mathml {
        Formula "math" FORMULA;
        Annotation "annotation" FORMULA | WORDS;
        Merror "merror" FORMULA;
        Mfenced "mfenced" FORMULA;
        Mfrac "mfrac" FORMULA;
        Mi "mi" FORMULA | WORDS;
        Mmultiscripts "mmultiscripts" FORMULA;
        Mn "mn" FORMULA | WORDS;
        Mo "mo" FORMULA | WORDS;
        Mover "mover" FORMULA;
        Mpadded "mpadded" FORMULA;
        Mphantom "mphantom" FORMULA;
        Mprescripts "mprescripts" FORMULA;
        Mroot "mroot" FORMULA;
        Mrow "mrow" FORMULA;
        Ms "ms" FORMULA | WORDS;
        Mspace "mspace" FORMULA;
        Msqrt "msqrt" FORMULA;
        Mstyle "mstyle" FORMULA;
        Msub "msub" FORMULA;
        Msubsup "msubsup" FORMULA;
        Msup "msup" FORMULA;
        Mtable "mtable" FORMULA;
        Mtd "mtd" FORMULA;
        Mtext "mtext" FORMULA | WORDS;
        Mtr "mtr" FORMULA;
        Munder "munder" FORMULA;
        Munderover "munderover" FORMULA;
        Nothing "none" FORMULA;
        Semantics "semantics" FORMULA;
    }
    other {
        Foreign "#foreign" CAREFUL;
        ForeignHidden "#foreign-hidden" HIDDEN | CAREFUL;
        Other "#other" 0;
    }
}

impl Tag {
    /// The element of HTML of that name, in lower case; [`Tag::Other`] for one that is not in the table.
    #[inline]
    pub(crate) fn of(name: &str) -> Self {
        FINDER.find(name).map_or(Self::Other, |at| HTML[at])
    }

    /// The element of SVG of that name, where it is shown.
    pub(crate) fn of_svg(name: &str) -> Option<Self> {
        SVG.iter().find(|tag| tag.name() == name).copied()
    }

    /// The element of MathML of that name, where it is shown.
    pub(crate) fn of_mathml(name: &str) -> Option<Self> {
        MATHML.iter().find(|tag| tag.name() == name).copied()
    }

    /// Whether it is on the allow list.
    #[inline]
    pub(crate) fn is_shown(self, dress: Dress) -> bool {
        self.is(match dress {
            Dress::Ours => SHOWN,
            Dress::Plain(_) => SHOWN | KEPT | DRAWING | FORMULA,
        })
    }

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
        for tag in HTML {
            assert_eq!(Tag::of(tag.name()), *tag);
        }
        assert_eq!(Tag::of("blink"), Tag::Other);
    }
}
