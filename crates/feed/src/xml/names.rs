//! Which vocabulary a name is from, in every spelling of its namespace.

/// A vocabulary that we know, or none.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Ns {
    /// The feed's own: RSS, Atom, CDF, or none at all.
    Feed,
    /// RDF's syntax.
    Rdf,
    /// RSS 1.0's content module.
    Content,
    /// Dublin Core.
    Dc,
    /// Dublin Core's terms.
    DcTerms,
    /// The syndication module.
    Sy,
    /// Slash.
    Slash,
    /// Atom's threading extension.
    Thr,
    /// Media RSS.
    Media,
    /// Apple's podcast module.
    Itunes,
    /// Google's podcast module.
    GooglePlay,
    /// Podcasting 2.0.
    Podcast,
    /// Podlove's simple chapters.
    Psc,
    /// GeoRSS.
    GeoRss,
    /// The Geography Markup Language.
    Gml,
    /// The W3C's basic geo vocabulary.
    Geo,
    /// The Creative Commons module of RSS 1.0.
    Cc,
    /// The Creative Commons module of RSS 2.0.
    CreativeCommons,
    /// Dave Winer's source module.
    Source,
    /// FeedBurner.
    FeedBurner,
    /// Pheedo, an older go-between.
    Pheedo,
    /// The comment API.
    Wfw,
    /// Who administers a feed.
    Admin,
    /// Friend of a friend.
    Foaf,
    /// XHTML.
    Xhtml,
    /// SVG.
    Svg,
    /// MathML.
    MathMl,
    /// XLink.
    XLink,
    /// The `xml:` prefix.
    Xml,
    /// One that we do not know.
    Other,
}

/// Endings and addresses of namespaces, lower case and without the scheme, `www.` and a last `/` or `#`.
const ADDRESSES: &[(&str, Ns)] = &[
    ("w3.org/2005/atom", Ns::Feed),
    ("purl.org/atom/ns", Ns::Feed),
    ("purl.org/atom/app", Ns::Other),
    ("purl.org/rss/1.0", Ns::Feed),
    ("channel.netscape.com/rdf/simple/0.9", Ns::Feed),
    ("my.netscape.com/rdf/simple/0.9", Ns::Feed),
    ("my.netscape.com/publish/formats/rss-0.91.dtd", Ns::Feed),
    ("backend.userland.com/rss", Ns::Feed),
    ("backend.userland.com/rss2", Ns::Feed),
    ("blogs.law.harvard.edu/tech/rss", Ns::Feed),
    ("cyber.law.harvard.edu/rss", Ns::Feed),
    ("cyber.law.harvard.edu/rss/rss.html", Ns::Feed),
    ("purl.org/net/rss1.1", Ns::Feed),
    ("purl.org/rss/1.0/modules/rss091", Ns::Feed),
    ("purl.org/pie", Ns::Feed),
    ("purl.org/echo", Ns::Feed),
    ("w3.org/1999/02/22-rdf-syntax-ns", Ns::Rdf),
    ("purl.org/rss/1.0/modules/content", Ns::Content),
    ("purl.org/dc/elements/1.1", Ns::Dc),
    ("purl.org/dc/elements/1.0", Ns::Dc),
    ("purl.org/dc", Ns::Dc),
    ("purl.org/dc/terms", Ns::DcTerms),
    ("purl.org/rss/1.0/modules/dcterms", Ns::DcTerms),
    ("purl.org/rss/1.0/modules/syndication", Ns::Sy),
    ("purl.org/rss/1.0/modules/slash", Ns::Slash),
    ("purl.org/syndication/thread/1.0", Ns::Thr),
    ("purl.org/rss/1.0/modules/threading", Ns::Thr),
    ("search.yahoo.com/mrss", Ns::Media),
    ("search.yahoo.com/mrss/rss.xml", Ns::Media),
    ("video.search.yahoo.com/mrss", Ns::Media),
    ("tools.search.yahoo.com/mrss", Ns::Media),
    ("google.com/schemas/play-podcasts/1.0", Ns::GooglePlay),
    ("podcastindex.org/namespace/1.0", Ns::Podcast),
    ("github.com/podcastindex-org/podcast-namespace/blob/main/docs/1.0.md", Ns::Podcast),
    ("podlove.org/simple-chapters", Ns::Psc),
    ("georss.org/georss", Ns::GeoRss),
    ("georss.org/georss/10", Ns::GeoRss),
    ("opengis.net/gml", Ns::Gml),
    ("opengis.net/gml/3.2", Ns::Gml),
    ("w3.org/2003/01/geo/wgs84_pos", Ns::Geo),
    ("web.resource.org/cc", Ns::Cc),
    ("creativecommons.org/ns", Ns::Cc),
    ("creativecommons.org/ns#license", Ns::Cc),
    ("backend.userland.com/creativecommonsrssmodule", Ns::CreativeCommons),
    ("cyber.law.harvard.edu/rss/creativecommonsrssmodule.html", Ns::CreativeCommons),
    ("source.scripting.com", Ns::Source),
    ("source.smallpict.com/2014/07/12/thesourcenamespace.html", Ns::Source),
    ("rssnamespace.org/feedburner/ext/1.0", Ns::FeedBurner),
    ("pheedo.com/namespace/pheedo", Ns::Pheedo),
    ("wellformedweb.org/commentapi", Ns::Wfw),
    ("webns.net/mvcb", Ns::Admin),
    ("xmlns.com/foaf/0.1", Ns::Foaf),
    ("w3.org/1999/xhtml", Ns::Xhtml),
    ("w3.org/2000/svg", Ns::Svg),
    ("w3.org/1998/math/mathml", Ns::MathMl),
    ("w3.org/1999/xlink", Ns::XLink),
    ("w3.org/xml/1998/namespace", Ns::Xml),
];

/// The usual prefixes, for addresses that nobody knows and for prefixes that nobody declared.
const PREFIXES: &[(&str, Ns)] = &[
    ("rdf", Ns::Rdf),
    ("content", Ns::Content),
    ("dc", Ns::Dc),
    ("dcterms", Ns::DcTerms),
    ("sy", Ns::Sy),
    ("slash", Ns::Slash),
    ("thr", Ns::Thr),
    ("media", Ns::Media),
    ("itunes", Ns::Itunes),
    ("googleplay", Ns::GooglePlay),
    ("podcast", Ns::Podcast),
    ("psc", Ns::Psc),
    ("georss", Ns::GeoRss),
    ("gml", Ns::Gml),
    ("geo", Ns::Geo),
    ("cc", Ns::Cc),
    ("creativeCommons", Ns::CreativeCommons),
    ("source", Ns::Source),
    ("feedburner", Ns::FeedBurner),
    ("pheedo", Ns::Pheedo),
    ("wfw", Ns::Wfw),
    ("admin", Ns::Admin),
    ("foaf", Ns::Foaf),
    ("xhtml", Ns::Xhtml),
    ("svg", Ns::Svg),
    ("math", Ns::MathMl),
    ("xlink", Ns::XLink),
    ("xml", Ns::Xml),
    ("atom", Ns::Feed),
    ("a10", Ns::Feed),
    ("rss", Ns::Feed),
];

impl Ns {
    /// The vocabulary that a namespace's address stands for.
    pub fn of_address(address: &str) -> Option<Ns> {
        if address.is_empty() {
            return Some(Ns::Feed);
        }
        let lower = address.trim().to_ascii_lowercase();
        let plain = lower.trim_start_matches("http").trim_start_matches('s').trim_start_matches("://");
        let plain = plain.strip_prefix("www.").unwrap_or(plain).trim_end_matches(['/', '#']);
        // iTunes: its address was misspelt in every way, and its end was always kept.
        if plain.ends_with("podcast-1.0.dtd") {
            return Some(Ns::Itunes);
        }
        if plain.starts_with("backend.userland.com/rss") {
            return Some(Ns::Feed);
        }
        ADDRESSES.iter().find(|(known, _)| *known == plain).map(|(_, ns)| *ns)
    }

    /// The vocabulary that a prefix usually stands for.
    pub fn of_prefix(prefix: &str) -> Option<Ns> {
        PREFIXES.iter().find(|(known, _)| known.eq_ignore_ascii_case(prefix)).map(|(_, ns)| *ns)
    }

    /// The prefix that it usually has; `None` for the feed's own names and for what we do not know.
    pub fn usual_prefix(self) -> Option<&'static str> {
        if matches!(self, Ns::Feed | Ns::Other) {
            return None;
        }
        PREFIXES.iter().find(|(_, ns)| *ns == self).map(|(prefix, _)| *prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(address: &str, ns: Option<Ns>) {
        assert_eq!(Ns::of_address(address), ns, "{address}");
    }

    #[test]
    fn namespaces_as_people_spell_them() {
        check("http://www.w3.org/2005/Atom", Some(Ns::Feed));
        check("https://www.w3.org/2005/Atom/", Some(Ns::Feed));
        check("http://purl.org/atom/ns#", Some(Ns::Feed));
        check("http://backend.userland.com/RSS2", Some(Ns::Feed));
        check("http://search.yahoo.com/mrss", Some(Ns::Media));
        check("http://search.yahoo.com/mrss/", Some(Ns::Media));
        check("http://www.itunes.com/DTDs/PodCast-1.0.dtd", Some(Ns::Itunes));
        check("http://www.itunes.com/dtds/podcast-1.0.dtd", Some(Ns::Itunes));
        check("HTTP://PURL.ORG/DC/ELEMENTS/1.1/", Some(Ns::Dc));
        check("", Some(Ns::Feed));
        check("http://riverton.example/own", None);
    }
}
