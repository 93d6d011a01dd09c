//! The attributes that are shown, and those that only the rules look at.

use std::borrow::Cow;

use crate::finder::Finder;
use crate::gate::Dress;

/// What is true of an attribute; see [`Name::is`].
pub(crate) type Traits = u8;

/// The rules of taste look at it, or our own dress shows it.
pub(crate) const READ: Traits = 1;
/// Says how an element of HTML looks or what it means. In plain dress every element may have it: where it has no
/// meaning, no browser does anything with it.
pub(crate) const INERT: Traits = 1 << 1;
/// An address; in plain dress every element of HTML may have it, absolute or empty.
pub(crate) const LEADS: Traits = 1 << 2;
/// Says how a part of a drawing looks.
pub(crate) const DRAWS: Traits = 1 << 3;
/// Says how a part of a formula is set.
pub(crate) const SETS: Traits = 1 << 4;

macro_rules! attributes {
    ($($variant:ident $name:literal $traits:expr;)*) => {
        /// An attribute's name. All others are forgotten while reading.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub(crate) enum Name {
            $(#[doc = $name] $variant,)*
        }

        /// Every name.
        pub(crate) const ALL: &[Name] = &[$(Name::$variant,)*];

        const NAMES: &[&str] = &[$($name,)*];
        const TRAITS: &[Traits] = &[$($traits,)*];
    };
}

attributes! {
    Abbr "abbr" READ | INERT;
    Accent "accent" SETS;
    Accentunder "accentunder" SETS;
    Accept "accept" INERT;
    AcceptCharset "accept-charset" INERT;
    Action "action" LEADS;
    Align "align" INERT | SETS;
    Alt "alt" READ | INERT;
    AriaLabel "aria-label" READ;
    Autocomplete "autocomplete" INERT;
    Axis "axis" INERT;
    Background "background" LEADS;
    Balance "balance" INERT;
    BaseProfile "baseProfile" DRAWS;
    Bevelled "bevelled" SETS;
    Bgcolor "bgcolor" INERT;
    Bgproperties "bgproperties" INERT;
    Border "border" INERT;
    Bordercolor "bordercolor" INERT;
    Bordercolordark "bordercolordark" INERT;
    Bordercolorlight "bordercolorlight" INERT;
    Bottompadding "bottompadding" INERT;
    Cellpadding "cellpadding" INERT;
    Cellspacing "cellspacing" INERT;
    Ch "ch" INERT;
    Challenge "challenge" INERT;
    Char "char" INERT;
    Charoff "charoff" INERT;
    Charset "charset" INERT;
    Checked "checked" INERT;
    Choff "choff" INERT;
    Cite "cite" READ | LEADS;
    Class "class" READ;
    Clear "clear" INERT;
    Close "close" SETS;
    Color "color" INERT | DRAWS;
    Cols "cols" INERT;
    Colspan "colspan" READ | INERT;
    Columnalign "columnalign" SETS;
    Columnlines "columnlines" SETS;
    Columnspacing "columnspacing" SETS;
    Columnspan "columnspan" SETS;
    Compact "compact" INERT;
    Coords "coords" INERT;
    Cx "cx" DRAWS;
    Cy "cy" DRAWS;
    D "d" DRAWS;
    Data "data" READ | LEADS;
    DataLargeFile "data-large-file" READ;
    DataLazySrc "data-lazy-src" READ;
    DataLazySrcset "data-lazy-srcset" READ;
    DataOrigFile "data-orig-file" READ;
    DataOriginal "data-original" READ;
    DataSrc "data-src" READ;
    DataSrcset "data-srcset" READ;
    Datafld "datafld" INERT;
    Datapagesize "datapagesize" INERT;
    Datasrc "datasrc" LEADS;
    Datetime "datetime" READ | INERT;
    Default "default" INERT;
    Delay "delay" INERT;
    Denomalign "denomalign" SETS;
    Depth "depth" SETS;
    Dir "dir" READ | INERT | SETS;
    Disabled "disabled" INERT;
    Display "display" DRAWS | SETS;
    Displaystyle "displaystyle" SETS;
    DominantBaseline "dominant-baseline" DRAWS;
    Draggable "draggable" INERT;
    Dx "dx" DRAWS;
    Dy "dy" DRAWS;
    Dynsrc "dynsrc" LEADS;
    Enctype "enctype" INERT;
    End "end" INERT;
    Face "face" INERT;
    Fence "fence" SETS;
    Fill "fill" DRAWS;
    FillOpacity "fill-opacity" DRAWS;
    FillRule "fill-rule" DRAWS;
    FontFamily "font-family" DRAWS;
    FontSize "font-size" DRAWS;
    FontStretch "font-stretch" DRAWS;
    FontStyle "font-style" DRAWS;
    FontVariant "font-variant" DRAWS;
    FontWeight "font-weight" DRAWS;
    For "for" INERT;
    Form "form" INERT;
    Frame "frame" INERT | SETS;
    Framespacing "framespacing" SETS;
    Galleryimg "galleryimg" INERT;
    Gutter "gutter" INERT;
    Headers "headers" INERT;
    Height "height" READ | INERT | DRAWS | SETS;
    Hidden "hidden" READ | INERT;
    Hidefocus "hidefocus" INERT;
    High "high" INERT;
    Href "href" READ | LEADS;
    Hreflang "hreflang" READ | INERT;
    Hspace "hspace" INERT;
    Icon "icon" LEADS;
    Id "id" READ;
    Inputmode "inputmode" INERT;
    Ismap "ismap" INERT;
    Keytype "keytype" INERT;
    Label "label" INERT;
    Lang "lang" READ | INERT | DRAWS | SETS;
    Largeop "largeop" SETS;
    Leftspacing "leftspacing" INERT;
    LengthAdjust "lengthAdjust" DRAWS;
    LetterSpacing "letter-spacing" DRAWS;
    Linethickness "linethickness" SETS;
    List "list" INERT;
    Longdesc "longdesc" LEADS;
    Loop "loop" INERT;
    Loopcount "loopcount" INERT;
    Loopend "loopend" INERT;
    Loopstart "loopstart" INERT;
    Low "low" INERT;
    Lowsrc "lowsrc" LEADS;
    Lquote "lquote" SETS;
    Lspace "lspace" SETS;
    Mathbackground "mathbackground" SETS;
    Mathcolor "mathcolor" SETS;
    Mathsize "mathsize" SETS;
    Mathvariant "mathvariant" SETS;
    Max "max" INERT;
    Maxlength "maxlength" INERT;
    Maxsize "maxsize" SETS;
    Media "media" INERT;
    Method "method" INERT;
    Min "min" INERT;
    Minsize "minsize" SETS;
    Movablelimits "movablelimits" SETS;
    Multiple "multiple" INERT;
    Nohref "nohref" INERT;
    Noshade "noshade" INERT;
    Notation "notation" SETS;
    Nowrap "nowrap" INERT;
    Numalign "numalign" SETS;
    Opacity "opacity" DRAWS;
    Open "open" INERT | SETS;
    Optimum "optimum" INERT;
    PaintOrder "paint-order" DRAWS;
    PathLength "pathLength" DRAWS;
    Pattern "pattern" INERT;
    PointSize "point-size" INERT;
    Points "points" DRAWS;
    Poster "poster" READ;
    Pqg "pqg" INERT;
    PreserveAspectRatio "preserveAspectRatio" DRAWS;
    Prompt "prompt" INERT;
    R "r" DRAWS;
    Radiogroup "radiogroup" INERT;
    Readonly "readonly" INERT;
    Rel "rel" INERT;
    RepeatMax "repeat-max" INERT;
    RepeatMin "repeat-min" INERT;
    Replace "replace" INERT;
    Required "required" INERT;
    Rev "rev" INERT;
    Reversed "reversed" READ | INERT;
    Rightspacing "rightspacing" INERT;
    Role "role" READ;
    Rotate "rotate" DRAWS;
    Rowalign "rowalign" SETS;
    Rowlines "rowlines" SETS;
    Rows "rows" INERT;
    Rowspacing "rowspacing" SETS;
    Rowspan "rowspan" READ | INERT | SETS;
    Rquote "rquote" SETS;
    Rspace "rspace" SETS;
    Rules "rules" INERT;
    Rx "rx" DRAWS;
    Ry "ry" DRAWS;
    Scope "scope" READ | INERT;
    Scriptlevel "scriptlevel" SETS;
    Selected "selected" INERT;
    Separator "separator" SETS;
    Separators "separators" SETS;
    Shape "shape" INERT;
    ShapeRendering "shape-rendering" DRAWS;
    Size "size" INERT;
    Span "span" READ | INERT;
    Src "src" READ | LEADS;
    Srcset "srcset" READ;
    Start "start" READ | INERT;
    Step "step" INERT;
    Stretchy "stretchy" SETS;
    Stroke "stroke" DRAWS;
    StrokeDasharray "stroke-dasharray" DRAWS;
    StrokeDashoffset "stroke-dashoffset" DRAWS;
    StrokeLinecap "stroke-linecap" DRAWS;
    StrokeLinejoin "stroke-linejoin" DRAWS;
    StrokeMiterlimit "stroke-miterlimit" DRAWS;
    StrokeOpacity "stroke-opacity" DRAWS;
    StrokeWidth "stroke-width" DRAWS;
    Style "style" READ | INERT | DRAWS | SETS;
    Summary "summary" INERT;
    Suppress "suppress" INERT;
    Symmetric "symmetric" SETS;
    Template "template" LEADS;
    TextAnchor "text-anchor" DRAWS;
    TextDecoration "text-decoration" DRAWS;
    TextLength "textLength" DRAWS;
    Title "title" READ | INERT;
    Toppadding "toppadding" INERT;
    Transform "transform" DRAWS;
    Type "type" INERT;
    Unselectable "unselectable" INERT;
    Urn "urn" LEADS;
    Usemap "usemap" INERT;
    Valign "valign" INERT;
    Value "value" READ | INERT;
    Variable "variable" INERT;
    VectorEffect "vector-effect" DRAWS;
    Version "version" DRAWS;
    ViewBox "viewBox" DRAWS;
    Visibility "visibility" DRAWS;
    Voffset "voffset" SETS;
    Volume "volume" INERT;
    Vrml "vrml" LEADS;
    Vspace "vspace" INERT;
    Width "width" READ | INERT | DRAWS | SETS;
    WordSpacing "word-spacing" DRAWS;
    Wrap "wrap" INERT;
    WritingMode "writing-mode" DRAWS;
    X "x" DRAWS;
    X1 "x1" DRAWS;
    X2 "x2" DRAWS;
    XlinkHref "xlink:href" LEADS;
    XlinkShow "xlink:show" DRAWS | SETS;
    XlinkType "xlink:type" DRAWS | SETS;
    XmlLang "xml:lang" READ;
    Y "y" DRAWS;
    Y1 "y1" DRAWS;
    Y2 "y2" DRAWS;
}

static FINDER: Finder<512> = Finder::of(NAMES);

impl Name {
    /// The attribute of that name, in the case that a parser gives it.
    #[inline]
    pub(crate) fn of(name: &str) -> Option<Self> {
        FINDER.find(name).map(|at| ALL[at])
    }

    /// Its name as it is printed.
    #[inline]
    pub(crate) fn name(self) -> &'static str {
        NAMES[self as usize]
    }

    /// Whether any of the traits is true of it.
    #[inline]
    pub(crate) fn is(self, traits: Traits) -> bool {
        TRAITS[self as usize] & traits != 0
    }

    /// Whether anybody looks at it on the way to that dress.
    #[inline]
    pub(crate) fn matters_in(self, dress: Dress) -> bool {
        match dress {
            Dress::Ours => self.is(READ),
            Dress::Plain(_) => self.is(INERT | LEADS | DRAWS | SETS) || self == Self::XmlLang,
        }
    }
}

/// An attribute with its value, character references read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Attribute<'a> {
    pub name: Name,
    pub value: Cow<'a, str>,
}
