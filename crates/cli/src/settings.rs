//! What an operator may set: `watersmeet.toml` and `WATERSMEET_*`, every one with a default that works.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use confique::Config;
use confique::meta::{FieldKind, Meta};
use jiff::tz::TimeZone;
use model::{Address, BadRange, Range, Show};
use serde::Deserialize;
use store::Database;

/// The file that is read when no other is named.
const USUAL_FILE: &str = "watersmeet.toml";
/// What every environment variable of ours starts with.
const PREFIX: &str = "WATERSMEET_";
/// Names the file to read instead of the usual one.
const FILE_VARIABLE: &str = "WATERSMEET_SETTINGS";
/// Variables of the project's own tests, which are no settings.
const TEST_PREFIX: &str = "WATERSMEET_TEST_";

/// Watersmeet's settings. Every one has a default that works; set only what you want otherwise.
#[derive(Debug, Clone, Config)]
pub struct Settings {
    /// The folder of the one data file. It is made if it is missing.
    #[config(default = "watersmeet-data", env = "WATERSMEET_DATA", deserialize_with = folder, parse_env = folder_named)]
    pub data: PathBuf,

    /// Where the site listens: an IP address and a port. Behind a reverse proxy leave it on loopback.
    #[config(default = "127.0.0.1:8000", env = "WATERSMEET_LISTEN", deserialize_with = listen, parse_env = listen_at)]
    pub listen: SocketAddr,

    /// Reverse proxies, as ranges of addresses. What one of them says about who asks
    /// (X-Forwarded-For) is believed; what anybody else says is not. The default trusts a proxy on this
    /// machine only, since nobody from outside can come from there. In the environment: with commas.
    #[config(
        default = ["127.0.0.0/8", "::1/128"],
        env = "WATERSMEET_PROXIES",
        deserialize_with = ranges,
        parse_env = ranges_listed
    )]
    pub proxies: Vec<Range>,

    /// The site's public address, as readers type it. It stands in feeds, tells the servers we read
    /// who is asking, and tells hubs where to bring new posts (WebSub): without it sources are only
    /// polled. Default: http:// and what `listen` says.
    #[config(env = "WATERSMEET_ADDRESS")]
    pub address: Option<Address>,

    /// A WebSub hub that the site's feeds name and that is told when there is something new in them,
    /// such as `https://hub.example/`: who follows a feed there learns of it within
    /// seconds. It needs `address`.
    #[config(env = "WATERSMEET_HUB")]
    pub hub: Option<Address>,

    /// A PostgreSQL database (postgres://user:password@host/name) instead of the data file.
    #[config(env = "WATERSMEET_DATABASE", deserialize_with = server, parse_env = server_named)]
    pub database: Option<String>,

    /// How much of a post is shown where neither its owner nor its licence says: "full" or "excerpt".
    #[config(default = "excerpt", env = "WATERSMEET_SHOW")]
    pub show: Show,

    /// The site's name: a line of at most 100 characters.
    #[config(default = "Watersmeet", env = "WATERSMEET_NAME", deserialize_with = name, parse_env = name_given)]
    pub name: String,

    /// What the site is, in a sentence or two of plain text, for the front page and the about page.
    #[config(
        default = "What public-sector teams publish, in one place, with credit to every original source.",
        env = "WATERSMEET_ABOUT"
    )]
    pub about: String,

    /// How people reach whoever runs the site: a mail address or a web address, for the about page.
    #[config(env = "WATERSMEET_CONTACT")]
    pub contact: Option<String>,

    /// About how many people read the site, told to every server that we ask: its owner may like to
    /// know whom the feed reaches. 0 tells nothing.
    #[config(default = 0, env = "WATERSMEET_READERS")]
    pub readers: u64,

    /// The time zone in which days begin and dates are shown (IANA name).
    #[config(default = "Europe/London", env = "WATERSMEET_ZONE", deserialize_with = zone, parse_env = zone_named)]
    pub zone: TimeZone,

    /// Pictures in posts, and the icons of sources.
    #[config(nested)]
    pub pictures: Pictures,

    /// What may be reached.
    #[config(nested)]
    pub net: Net,

    /// What is written to standard error.
    #[config(nested)]
    pub log: Log,
}

/// Pictures in posts, and the icons of sources. Readers' browsers get them from here and never from elsewhere.
#[derive(Debug, Clone, Config)]
pub struct Pictures {
    /// Whether pictures and icons are fetched, kept and shown. Without them their alternative texts
    /// stand in their place, with links to the originals.
    #[config(default = true, env = "WATERSMEET_PICTURES_SHOW")]
    pub show: bool,

    /// How much room they may take, in MiB. The longest unseen make way for new ones, and on one day
    /// a quarter of it is fetched at most.
    #[config(default = 512, env = "WATERSMEET_PICTURES_ROOM")]
    pub room: u32,
}

/// What may be reached.
#[derive(Debug, Clone, Config)]
pub struct Net {
    /// Ranges of addresses that may be read although they are not public, for an intranet or a
    /// test: ["10.0.0.0/8"]. In the environment: with commas.
    #[config(default = [], env = "WATERSMEET_NET_ALLOW", deserialize_with = ranges, parse_env = ranges_listed)]
    pub allow: Vec<Range>,
}

/// What is written to standard error.
#[derive(Debug, Clone, Config)]
pub struct Log {
    /// "text" for people, "json" for programs.
    #[config(default = "text", env = "WATERSMEET_LOG_FORMAT")]
    pub format: LogFormat,

    /// The least that is written: "error", "warn", "info", "debug" or "trace".
    /// Default: "info" for `serve`, "warn" for the other commands.
    #[config(env = "WATERSMEET_LOG_LEVEL")]
    pub level: Option<LogLevel>,
}

/// How a line of the log looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For programs: one JSON object a line.
    Json,
}

/// The least that is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// Somebody should get up.
    Error,
    /// Somebody should look.
    Warn,
    /// What was done.
    Info,
    /// How it was done.
    Debug,
    /// Every step.
    Trace,
}

impl Settings {
    /// Reads the file (the named one must exist, the usual one may) and the environment, which wins.
    pub fn load(named: Option<&Path>) -> Result<Self> {
        let variables: Vec<String> = std::env::vars_os()
            .filter_map(|(name, _)| name.into_string().ok())
            .filter(|name| name.starts_with(PREFIX))
            .collect();
        let named = named.map(Path::to_owned).or_else(|| std::env::var_os(FILE_VARIABLE).map(PathBuf::from));
        let file = named.clone().unwrap_or_else(|| PathBuf::from(USUAL_FILE));
        let text = match std::fs::read_to_string(&file) {
            Ok(text) => text,
            Err(why) if why.kind() == std::io::ErrorKind::NotFound && named.is_none() => String::new(),
            Err(why) => return Err(why).with_context(|| format!("reading the settings in {}", file.display())),
        };
        check_variables(&variables)?;
        let place = file.display().to_string();
        let layer = read(&text).with_context(|| format!("in the settings in {place}"))?;
        Settings::builder().env().preloaded(layer).load().map_err(in_words)
    }

    /// The whole reference: each setting with its meaning, default and environment variable.
    pub fn reference() -> String {
        confique::toml::template::<Settings>(confique::toml::FormatOptions::default())
    }

    /// Where posts are kept.
    pub fn database(&self) -> Database {
        match &self.database {
            Some(address) => Database::Postgres(address.clone()),
            None => Database::File(self.data.join("watersmeet.db")),
        }
    }

    /// The site's public address.
    pub fn public_address(&self) -> Address {
        self.address.clone().unwrap_or_else(|| {
            let host = match self.listen.ip() {
                ip if ip.is_unspecified() => "localhost".to_owned(),
                std::net::IpAddr::V6(ip) => format!("[{ip}]"),
                ip => ip.to_string(),
            };
            Address::parse(&format!("http://{host}:{}/", self.listen.port()))
                .expect("an IP address and a port make a web address")
        })
    }
}

/// Reads one file's text, and refuses keys that name no setting.
fn read(text: &str) -> Result<<Settings as Config>::Layer> {
    let table: toml::Table = toml::from_str(text).context("it is not TOML")?;
    check_keys(&table, &Settings::META, "")?;
    toml::from_str(text).map_err(|why| {
        let line = why.span().map(|span| text[..span.start].matches('\n').count() + 1);
        let place = line.map(|line| format!("line {line}: ")).unwrap_or_default();
        anyhow::anyhow!("{place}{}", why.message())
    })
}

fn check_keys(table: &toml::Table, meta: &Meta, path: &str) -> Result<()> {
    for (key, value) in table {
        let Some(field) = meta.fields.iter().find(|field| field.name == key) else {
            bail!(unknown(&format!("{path}{key}"), &known_keys(&Settings::META, "")));
        };
        if let (FieldKind::Nested { meta }, Some(inner)) = (&field.kind, value.as_table()) {
            check_keys(inner, meta, &format!("{path}{key}."))?;
        }
    }
    Ok(())
}

fn check_variables(variables: &[String]) -> Result<()> {
    let mut known = known_variables(&Settings::META);
    known.push(FILE_VARIABLE.to_owned());
    match variables.iter().find(|name| !known.contains(name) && !name.starts_with(TEST_PREFIX)) {
        Some(name) => bail!(unknown(name, &known)),
        None => Ok(()),
    }
}

fn known_keys(meta: &Meta, path: &str) -> Vec<String> {
    meta.fields
        .iter()
        .flat_map(|field| match &field.kind {
            FieldKind::Leaf { .. } => vec![format!("{path}{}", field.name)],
            FieldKind::Nested { meta } => known_keys(meta, &format!("{path}{}.", field.name)),
        })
        .collect()
}

fn known_variables(meta: &Meta) -> Vec<String> {
    meta.fields
        .iter()
        .flat_map(|field| match &field.kind {
            FieldKind::Leaf { env, .. } => env.map(str::to_owned).into_iter().collect(),
            FieldKind::Nested { meta } => known_variables(meta),
        })
        .collect()
}

fn unknown(given: &str, known: &[String]) -> String {
    let nearest = known.iter().min_by_key(|name| distance(given, name)).map_or("", String::as_str);
    format!("there is no setting “{given}”; did you mean “{nearest}”? “watersmeet settings” lists them all")
}

/// How many letters must be added, dropped or changed to make one word of another (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (place, letter) in one.chars().enumerate() {
        let mut corner = place;
        row[0] = place + 1;
        for (column, against) in other.iter().enumerate() {
            let changed = corner + usize::from(letter != *against);
            corner = row[column + 1];
            row[column + 1] = changed.min(corner + 1).min(row[column] + 1);
        }
    }
    row[other.len()]
}

fn zone<'de, D: serde::Deserializer<'de>>(from: D) -> Result<TimeZone, D::Error> {
    zone_named(&String::deserialize(from)?).map_err(serde::de::Error::custom)
}

fn zone_named(name: &str) -> Result<TimeZone, UnknownZone> {
    TimeZone::get(name).map_err(|_| UnknownZone(name.to_owned()))
}

fn ranges<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Vec<Range>, D::Error> {
    let listed = Vec::<String>::deserialize(from)?;
    listed.iter().map(|range| range.parse().map_err(serde::de::Error::custom)).collect()
}

fn ranges_listed(listed: &str) -> Result<Vec<Range>, BadRange> {
    listed.split(',').map(str::trim).filter(|range| !range.is_empty()).map(str::parse).collect()
}

fn name<'de, D: serde::Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    name_given(&String::deserialize(from)?).map_err(serde::de::Error::custom)
}

fn name_given(written: &str) -> Result<String, NoName> {
    const LONGEST: usize = 100;
    let written = written.trim();
    let is_name = !written.is_empty() && written.chars().count() <= LONGEST && !written.chars().any(char::is_control);
    if is_name { Ok(written.to_owned()) } else { Err(NoName) }
}

fn folder<'de, D: serde::Deserializer<'de>>(from: D) -> Result<PathBuf, D::Error> {
    folder_named(&String::deserialize(from)?).map_err(serde::de::Error::custom)
}

fn folder_named(name: &str) -> Result<PathBuf, NoFolder> {
    if name.trim().is_empty() { Err(NoFolder) } else { Ok(PathBuf::from(name)) }
}

fn listen<'de, D: serde::Deserializer<'de>>(from: D) -> Result<SocketAddr, D::Error> {
    listen_at(&String::deserialize(from)?).map_err(serde::de::Error::custom)
}

fn listen_at(written: &str) -> Result<SocketAddr, NotListening> {
    written.trim().parse().map_err(|_| NotListening(written.chars().take(80).collect()))
}

fn server<'de, D: serde::Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    server_named(&String::deserialize(from)?).map_err(serde::de::Error::custom)
}

fn server_named(written: &str) -> Result<String, NotPostgres> {
    let written = written.trim();
    match written.split_once("://") {
        Some(("postgres" | "postgresql", rest)) if !rest.is_empty() => Ok(written.to_owned()),
        Some((other, _)) => Err(NotPostgres(format!("{}://…", other.chars().take(20).collect::<String>()))),
        // What has no scheme may be a password.
        None => Err(NotPostgres("what it says".to_owned())),
    }
}

#[derive(Debug, thiserror::Error)]
#[error("that is no name for a site; give one line of at most 100 characters")]
struct NoName;

#[derive(Debug, thiserror::Error)]
#[error("no folder is named; name one, or leave the setting out for “watersmeet-data”")]
struct NoFolder;

#[derive(Debug, thiserror::Error)]
#[error(
    "“{0}” is not an IP address and a port; write 127.0.0.1:8000 for this machine alone, or 0.0.0.0:8000 for every \
     address that it has"
)]
struct NotListening(String);

#[derive(Debug, thiserror::Error)]
#[error(
    "{0} is not the address of a PostgreSQL database; write postgres://user:password@host/name, or leave the setting \
     out to keep everything in one file"
)]
struct NotPostgres(String);

#[derive(Debug, thiserror::Error)]
#[error("“{0}” is no time zone; give an IANA name such as Europe/London")]
struct UnknownZone(String);

/// With its causes: the last of them says what a person needs.
fn in_words(why: confique::Error) -> anyhow::Error {
    anyhow::Error::new(why).context("reading the settings from the environment")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(text: &str, says: &str) {
        let said = format!("{:#}", read(text).err().expect(text));
        assert!(said.contains(says), "{said}");
    }

    #[test]
    fn no_file_gives_the_defaults() {
        let settings = Settings::builder().preloaded(read("").unwrap()).load().unwrap();
        assert_eq!(settings.public_address().as_str(), "http://127.0.0.1:8000/");
        assert_eq!(settings.show, Show::Excerpt);
        assert!(settings.net.allow.is_empty());
        assert_eq!(settings.proxies, ["127.0.0.0/8".parse().unwrap(), "::1".parse().unwrap()]);
    }

    #[test]
    fn a_file_is_read() {
        let text = "listen = '[::1]:80'\nshow = 'full'\nzone = 'Europe/Berlin'\n[net]\nallow = ['10.0.0.0/8']\n";
        let settings = Settings::builder().preloaded(read(text).unwrap()).load().unwrap();
        assert_eq!(settings.public_address().as_str(), "http://[::1]/");
        assert_eq!(settings.show, Show::Full);
        assert_eq!(settings.zone.iana_name(), Some("Europe/Berlin"));
        assert_eq!(settings.net.allow, ["10.0.0.0/8".parse().unwrap()]);
        assert_eq!(ranges_listed("10.0.0.0/8, fd00::/8,").unwrap().len(), 2);
    }

    #[test]
    fn an_unknown_key_stops_the_start_with_its_nearest_name() {
        refused("lisen = '127.0.0.1:80'", "there is no setting “lisen”; did you mean “listen”?");
        refused("[net]\nalow = []", "there is no setting “net.alow”; did you mean “net.allow”?");
        let variable = check_variables(&["WATERSMEET_DATABSE".to_owned()]).unwrap_err().to_string();
        assert!(variable.contains("did you mean “WATERSMEET_DATABASE”?"), "{variable}");
        assert!(check_variables(&["WATERSMEET_DATA".to_owned(), "WATERSMEET_TEST_POSTGRES".to_owned()]).is_ok());
    }

    #[test]
    fn a_wrong_value_is_refused_in_words() {
        refused("show = 'all'", "“all” is none of full, excerpt");
        refused("name = 'A'\nzone = 'Mars/Olympus'", "line 2: “Mars/Olympus” is no time zone");
        refused("name = \"Ri\\u0000ver\"", "that is no name for a site");
        refused(&format!("name = '{}'", "x".repeat(101)), "that is no name for a site");
        refused("net.allow = ['10.0.0.0/99']", "“10.0.0.0/99” is not a range of addresses");
        refused("listen = [", "it is not TOML");
        refused("listen = 'localhost:8000'", "“localhost:8000” is not an IP address and a port; write 127.0.0.1:8000");
        refused("data = ' '", "no folder is named");
        refused("database = 'mysql://ann:secret@host/db'", "mysql://… is not the address of a PostgreSQL database");
        let secret = format!("{:#}", read("database = 'ann:secret@host/db'").err().unwrap());
        assert!(!secret.contains("secret"), "{secret}");
    }

    #[test]
    fn the_reference_names_every_setting_and_variable() {
        let reference = Settings::reference();
        for name in known_variables(&Settings::META) {
            assert!(reference.contains(&name), "{name}");
        }
        // What it prints is a settings file: with every line awake it still reads.
        assert!(read(&reference).is_ok());
    }
}
