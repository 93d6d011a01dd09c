//! The attributes that are shown, and those that only the rules look at.

use std::borrow::Cow;

macro_rules! attributes {
    ($($variant:ident $name:literal;)*) => {
        /// An attribute's name. All others are forgotten while reading.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub(crate) enum Name {
            $(#[doc = $name] $variant,)*
        }

        impl Name {
            /// The attribute of that name, in lower case.
            #[inline]
            pub(crate) fn of(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$variant),)*
                    _ => None,
                }
            }

            /// Its name as it is printed.
            pub(crate) fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

attributes! {
    Abbr "abbr";
    Alt "alt";
    AriaLabel "aria-label";
    Cite "cite";
    Class "class";
    Colspan "colspan";
    Data "data";
    DataLargeFile "data-large-file";
    DataLazySrc "data-lazy-src";
    DataLazySrcset "data-lazy-srcset";
    DataOrigFile "data-orig-file";
    DataOriginal "data-original";
    DataSrc "data-src";
    DataSrcset "data-srcset";
    Datetime "datetime";
    Dir "dir";
    Height "height";
    Hidden "hidden";
    Href "href";
    Hreflang "hreflang";
    Id "id";
    Lang "lang";
    Poster "poster";
    Reversed "reversed";
    Role "role";
    Rowspan "rowspan";
    Scope "scope";
    Span "span";
    Src "src";
    Srcset "srcset";
    Start "start";
    Style "style";
    Title "title";
    Value "value";
    Width "width";
    XmlLang "xml:lang";
}

/// An attribute with its value, character references read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Attribute<'a> {
    pub name: Name,
    pub value: Cow<'a, str>,
}
