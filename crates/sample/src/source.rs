//! The sources of the sector: who writes, on which platform, and how the list names them.

/// One source, with a host of its own.
#[derive(Debug)]
pub struct Source {
    /// Its short name: the folder of its posts.
    pub key: &'static str,
    /// Its host, without the port.
    pub host: &'static str,
    /// What it runs on.
    pub platform: Platform,
    /// Who is behind it.
    pub organisation: &'static str,
    /// Its title, as its own pages and its feed claim it.
    pub title: &'static str,
    /// The line under the title.
    pub tagline: &'static str,
    /// What the list calls it.
    pub listed: &'static str,
    /// Where the list keeps it, outermost group first.
    pub groups: &'static [&'static str],
    /// The address that the list has for it, as a path on its host.
    pub listed_path: &'static str,
    /// Where it used to live, if it moved: the list still has that.
    pub former: Option<Former>,
    /// The language of its posts, unless they say otherwise.
    pub language: &'static str,
    /// What it allows others, as an address.
    pub licence: Option<&'static str>,
    /// The colour of its pages: dark enough for white text.
    pub colour: &'static str,
}

/// An address that a source has left behind.
#[derive(Debug)]
pub struct Former {
    /// The old host, without the port.
    pub host: &'static str,
    /// The old path of the feed.
    pub path: &'static str,
}

/// The habits that a source has, because of what it runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Platform {
    /// RSS 2.0 with `content:encoded`, cut descriptions and "appeared first on".
    WordPress,
    /// Atom from a government blog, with an open licence.
    GovernmentBlog,
    /// RSS 2.0 with a counting pixel and "was originally published in".
    Medium,
    /// Atom that went through FeedBurner, with its buttons under every post.
    Blogger,
    /// RSS 2.0 with a lead picture in `media:content`.
    Ghost,
    /// Atom with relative addresses and `xml:base`.
    Jekyll,
    /// RSS 2.0 with summaries only, and the year 1 for a missing date.
    Hugo,
    /// JSON Feed 1.1.
    JsonFeed,
    /// RSS 2.0 with the whole post in `description`, behind a query.
    Squarespace,
    /// RSS 1.0 in Latin-1, one paragraph a post.
    Rdf,
    /// RSS 2.0 with subscribe buttons amid the text.
    Substack,
    /// No feed at all: a page with microformats.
    HFeed,
    /// Nothing any more: 404 everywhere.
    Gone,
}

const OGL: &str = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/";
const CC_BY: &str = "https://creativecommons.org/licenses/by/4.0/";

/// Every source, in the order of the list.
pub static SOURCES: [Source; 13] = [
    Source {
        key: "riverton",
        host: "blog.riverton.localhost",
        platform: Platform::WordPress,
        organisation: "Riverton Borough Council",
        title: "Riverton Digital",
        tagline: "Working in the open at Riverton Borough Council",
        listed: "Riverton Borough Council",
        groups: &["Councils", "England"],
        listed_path: "/feed/",
        former: None,
        language: "en-GB",
        licence: None,
        colour: "#0b5d6b",
    },
    Source {
        key: "larkmere",
        host: "larkmere.medium.localhost",
        platform: Platform::Medium,
        organisation: "Larkmere City Council",
        title: "Larkmere Digital and Data - Medium",
        tagline: "Stories from the digital, data and design teams at Larkmere City Council - Medium",
        listed: "Larkmere City Council",
        groups: &["Councils", "England"],
        listed_path: "/feed/larkmere-digital",
        former: None,
        language: "en",
        licence: None,
        colour: "#7a2e63",
    },
    Source {
        key: "marrowshire",
        host: "delivery.marrowshire.localhost",
        platform: Platform::HFeed,
        organisation: "Marrowshire County Council",
        title: "Delivery notes",
        tagline: "Short notes from the teams that look after Marrowshire’s services",
        listed: "Marrowshire County Council",
        groups: &["Councils", "England"],
        listed_path: "/notes/",
        former: None,
        language: "en-GB",
        licence: Some(OGL),
        colour: "#3d5a1f",
    },
    Source {
        key: "saltreach",
        host: "betweenmeetings.substack.localhost",
        platform: Platform::Substack,
        organisation: "Saltreach District Council",
        title: "Between Meetings",
        tagline: "Notes on running a very small digital team, on the coast",
        listed: "Between Meetings (Saltreach District Council)",
        groups: &["Councils", "England"],
        listed_path: "/feed",
        former: None,
        language: "en",
        licence: None,
        colour: "#1d4e89",
    },
    Source {
        key: "dyffryn-arian",
        host: "digidol.dyffrynarian.localhost",
        platform: Platform::JsonFeed,
        organisation: "Cyngor Sir Dyffryn Arian",
        title: "Digidol Dyffryn Arian",
        tagline: "Blog tîm digidol Cyngor Sir Dyffryn Arian",
        listed: "Cyngor Sir Dyffryn Arian",
        groups: &["Councils", "Wales"],
        listed_path: "/feed.json",
        former: None,
        language: "cy",
        licence: None,
        colour: "#8a3b12",
    },
    Source {
        key: "ternandbrook",
        host: "news.ternandbrook.localhost",
        platform: Platform::Gone,
        organisation: "Tern and Brook Shared Services",
        title: "Tern and Brook Shared Services",
        tagline: "",
        listed: "Tern and Brook Shared Services",
        groups: &["Councils", "England"],
        listed_path: "/feed/",
        former: None,
        language: "en-GB",
        licence: None,
        colour: "#555555",
    },
    Source {
        key: "everyday",
        host: "everyday.blog.localhost",
        platform: Platform::GovernmentBlog,
        organisation: "Department for Everyday Services",
        title: "Everyday services",
        tagline: "The Department for Everyday Services on making ordinary things work",
        listed: "Department for Everyday Services",
        groups: &["Central government"],
        listed_path: "/feed/",
        former: None,
        language: "en-GB",
        licence: Some(OGL),
        colour: "#1d3557",
    },
    Source {
        key: "tidewell",
        host: "blog.tidewell.localhost",
        platform: Platform::Blogger,
        organisation: "Tidewell Community Health Trust",
        title: "Tidewell Community Health: Improving Care Together",
        tagline: "What our clinicians, designers and patients are learning",
        listed: "Tidewell Community Health Trust",
        groups: &["Health, homes and safety"],
        listed_path: "/feeds/posts/default",
        former: None,
        language: "en-GB",
        licence: None,
        colour: "#00557f",
    },
    Source {
        key: "otterbank",
        host: "stories.otterbank.localhost",
        platform: Platform::Ghost,
        organisation: "Otterbank Homes",
        title: "Otterbank Stories",
        tagline: "Notes on homes, repairs and the people who live with both",
        listed: "Otterbank Homes",
        groups: &["Health, homes and safety"],
        listed_path: "/rss/",
        former: Some(Former { host: "www.otterbank.localhost", path: "/news/feed.xml" }),
        language: "en",
        licence: None,
        colour: "#2f5d50",
    },
    Source {
        key: "marrowshire-fire",
        host: "www.marrowshirefire.localhost",
        platform: Platform::Squarespace,
        organisation: "Marrowshire Fire and Rescue Service",
        title: "Blog - Marrowshire Fire and Rescue Service",
        tagline: "",
        listed: "Marrowshire Fire and Rescue Service",
        groups: &["Health, homes and safety"],
        // Somebody pasted the site's address: the feed has to be found.
        listed_path: "/",
        former: None,
        language: "en-GB",
        licence: None,
        colour: "#9b1c1c",
    },
    Source {
        key: "civic-loom",
        host: "civicloom.localhost",
        platform: Platform::Jekyll,
        organisation: "The Civic Loom",
        title: "The Civic Loom",
        tagline: "A small charity that helps public services to share what they make",
        listed: "The Civic Loom",
        groups: &["Charities and communities"],
        listed_path: "/feed.xml",
        former: None,
        language: "en-GB",
        licence: Some(CC_BY),
        colour: "#5b3a8c",
    },
    Source {
        key: "open-places",
        host: "openplaces.localhost",
        platform: Platform::Rdf,
        organisation: "Open Places Data Forum",
        title: "Open Places Data Forum",
        tagline: "Agreeing how places are described, one field at a time",
        listed: "Open Places Data Forum",
        groups: &["Charities and communities"],
        listed_path: "/index.rdf",
        former: None,
        language: "en",
        licence: Some(CC_BY),
        colour: "#4a4e1a",
    },
    Source {
        key: "formwright",
        host: "formwright.localhost",
        platform: Platform::Hugo,
        organisation: "Formwright Ltd",
        title: "Posts on Formwright",
        tagline: "Recent content in Posts on Formwright",
        listed: "Formwright",
        groups: &["Suppliers"],
        listed_path: "/posts/index.xml",
        former: None,
        language: "en-gb",
        licence: None,
        colour: "#703a1e",
    },
];

impl Source {
    /// The source with this key.
    pub fn with_key(key: &str) -> Option<&'static Source> {
        SOURCES.iter().find(|source| source.key == key)
    }

    /// The source that lives at this host (without a port).
    pub fn at_host(host: &str) -> Option<&'static Source> {
        SOURCES.iter().find(|source| source.host == host)
    }

    /// The path of its feed; for a source without one, of the page that stands in for it.
    pub fn feed_path(&self) -> &'static str {
        match self.platform {
            Platform::Squarespace => "/blog?format=rss",
            _ => self.listed_path,
        }
    }
}
