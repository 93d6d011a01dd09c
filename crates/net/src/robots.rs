//! What a host's `robots.txt` lets a program fetch (RFC 9309): a pure reader, and the one request that asks for it.

use model::Address;

use crate::{Accept, Answer, Ask, Client, FetchError, Reply, Validators, Wait};

/// What a host lets us fetch besides the feeds that people named.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Robots {
    /// It has no rules, so everything may be fetched.
    Open,
    /// It cannot say at the moment, so nothing may be fetched (RFC 9309 §2.3.1.4).
    Closed {
        /// The status that it answered with.
        status: u16,
        /// How long it would like to be left alone.
        retry_after: Option<Wait>,
    },
    /// It has rules.
    Rules(Rules),
}

/// The rules of a `robots.txt` that concern us.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Rules(Vec<Rule>);

#[derive(Clone, PartialEq, Eq, Debug)]
struct Rule {
    /// A path with `*` for anything and `$` at the end for the end, spelled as [`plain`] spells it.
    pattern: String,
    is_allowed: bool,
}

impl Client {
    /// Asks a host for its `robots.txt`, in its turn like every request, and reads what concerns us.
    ///
    /// Whoever fetches several things from a host keeps the answer, for a day at most (RFC 9309 §2.4). An error means
    /// that the host cannot be reached, and then nothing on it may be fetched either.
    pub async fn robots(&self, of: &Address) -> Result<Robots, FetchError> {
        let place = Robots::place(of);
        let ask = Ask { address: &place, validators: &Validators::default(), accept: Accept::Robots };
        match self.ask(&ask).await {
            Ok(reply) => Ok(Robots::judge(&reply, self.agent_name())),
            // Redirects that lead nowhere are a file that is not there (§2.3.1.2).
            Err(FetchError::BadRedirect { .. }) => Ok(Robots::Open),
            Err(error) => Err(error),
        }
    }
}

impl Robots {
    /// The most of a file that is read, in bytes (RFC 9309 §2.5). What comes after it is not there.
    pub const LARGEST: usize = 500 << 10;

    /// Where the rules for an address stand: those of one host hold for no other, nor for another port of it.
    pub fn place(of: &Address) -> Address {
        of.join("/robots.txt").expect("a path can always be joined")
    }

    /// Reads a file's bytes for the program that goes by `agent` ("Watersmeet/0.1").
    ///
    /// ```
    /// use model::Address;
    /// let rules = net::Robots::read(b"User-agent: *\nDisallow: /drafts", "Watersmeet/0.1");
    /// let may = |path: &str| rules.allows(&Address::typed(path).unwrap());
    /// assert!(may("riverton.example/blog") && !may("riverton.example/drafts/1"));
    /// ```
    pub fn read(bytes: &[u8], agent: &str) -> Self {
        Self::Rules(Rules::read(bytes, agent))
    }

    /// Whether an address on the host that gave the rules may be fetched. The rules themselves always may.
    pub fn allows(&self, address: &Address) -> bool {
        match self {
            _ if *address == Self::place(address) => true,
            Self::Open => true,
            Self::Closed { .. } => false,
            Self::Rules(rules) => rules.allow(address),
        }
    }

    /// What an answer means: the file, or none, or that the server cannot say.
    fn judge(reply: &Reply, agent: &str) -> Self {
        match (&reply.answer, reply.status) {
            (Answer::Body(body), _) => Self::read(&body.bytes, agent),
            (Answer::SlowDown, status) => Self::Closed { status, retry_after: reply.wishes.retry_after },
            (_, status @ 500..) => Self::Closed { status, retry_after: reply.wishes.retry_after },
            _ => Self::Open,
        }
    }
}

impl Rules {
    fn read(bytes: &[u8], agent: &str) -> Self {
        let bytes = &bytes[..bytes.len().min(Robots::LARGEST)];
        let text = String::from_utf8_lossy(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes));
        let name = product(agent);
        let (mut ours, mut everybodys) = (vec![], vec![]);
        let (mut names_us, mut names_all, mut in_names, mut is_named) = (false, false, false, false);
        for line in text.split(['\n', '\r']) {
            let line = line.split('#').next().unwrap_or_default();
            let Some((key, value)) = line.split_once(':') else { continue };
            let value = value.trim();
            let is_allowed = match key.trim().to_ascii_lowercase().as_str() {
                "user-agent" => {
                    if !in_names {
                        (names_us, names_all, in_names) = (false, false, true);
                    }
                    names_us |= !name.is_empty() && product(value).eq_ignore_ascii_case(name);
                    names_all |= value.starts_with('*');
                    is_named |= names_us;
                    continue;
                }
                "allow" => true,
                "disallow" => false,
                // Records of others stand anywhere and end nothing (§2.2.4).
                _ => continue,
            };
            in_names = false;
            if !value.is_empty() {
                let rule = || Rule { pattern: pattern(value), is_allowed };
                ours.extend(names_us.then(rule));
                everybodys.extend(names_all.then(rule));
            }
        }
        Self(if is_named { ours } else { everybodys })
    }

    /// The longest rule that fits decides; of two as long, the one that allows (§2.2.2).
    fn allow(&self, address: &Address) -> bool {
        let url = address.url();
        let path = plain(&url[url::Position::BeforePath..url::Position::AfterQuery], escape_wild);
        let fitting = self.0.iter().filter(|rule| fits(&rule.pattern, &path));
        fitting.max_by_key(|rule| (rule.pattern.len(), rule.is_allowed)).is_none_or(|rule| rule.is_allowed)
    }
}

/// The name in "Watersmeet/0.1 (+https://…)": what a group may call us by.
fn product(agent: &str) -> &str {
    let agent = agent.trim();
    let is_part = |c: char| c.is_ascii_alphabetic() || matches!(c, '-' | '_');
    agent.split(|c| !is_part(c)).next().unwrap_or_default()
}

/// A rule's path; one that lacks its slash is meant from the root.
fn pattern(written: &str) -> String {
    let path = plain(written, |_| None);
    if path.starts_with(['/', '*']) { path } else { format!("/{path}") }
}

/// In an address these are plain characters; in a rule they are not.
fn escape_wild(byte: u8) -> Option<&'static str> {
    match byte {
        b'*' => Some("%2A"),
        b'$' => Some("%24"),
        _ => None,
    }
}

/// A path in the one spelling in which rules and addresses are compared (§2.2.2): what may stand plain is plain, and
/// everything else is `%` and two capitals.
fn plain(path: &str, escape: impl Fn(u8) -> Option<&'static str>) -> String {
    let bytes = path.as_bytes();
    let mut plain = String::with_capacity(path.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let escaped = bytes.get(at + 1..at + 3).filter(|_| byte == b'%').and_then(|code| {
            let code = std::str::from_utf8(code).ok().filter(|code| code.bytes().all(|c| c.is_ascii_hexdigit()))?;
            u8::from_str_radix(code, 16).ok()
        });
        at += if escaped.is_some() { 3 } else { 1 };
        match escaped {
            Some(byte) if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => plain.push(char::from(byte)),
            Some(byte) => plain.push_str(&format!("%{byte:02X}")),
            None => match escape(byte) {
                Some(escaped) => plain.push_str(escaped),
                None if byte.is_ascii() => plain.push(char::from(byte)),
                None => plain.push_str(&format!("%{byte:02X}")),
            },
        }
    }
    plain
}

/// Whether a pattern fits the beginning of a path, or the whole of it where it ends in `$`.
///
/// Each part between stars is looked for once, at the first place that it fits, so the time is bounded by the product
/// of both lengths however many stars there are.
fn fits(pattern: &str, path: &str) -> bool {
    let (pattern, is_whole) = match pattern.strip_suffix('$') {
        Some(pattern) => (pattern, true),
        None => (pattern, false),
    };
    let (first, rest) = pattern.split_once('*').map_or((pattern, None), |(first, rest)| (first, Some(rest)));
    let Some(path) = path.strip_prefix(first) else { return false };
    let Some(rest) = rest else { return !is_whole || path.is_empty() };
    let (middle, last) = rest.rsplit_once('*').map_or(("", rest), |(middle, last)| (middle, last));
    let tail = middle.split('*').try_fold(path, |left, part| left.find(part).map(|at| &left[at + part.len()..]));
    let Some(tail) = tail else { return false };
    if is_whole { tail.ends_with(last) } else { tail.contains(last) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What a file says of paths on one host, to the program that goes by "Watersmeet/0.1".
    #[track_caller]
    fn check(file: &str, allowed: &[&str], forbidden: &[&str]) {
        let robots = Robots::read(file.as_bytes(), "Watersmeet/0.1");
        let may = |path: &&&str| robots.allows(&Address::parse(&format!("https://riverton.example{path}")).unwrap());
        let wrong: Vec<_> = allowed.iter().filter(|path| !may(path)).collect();
        assert!(wrong.is_empty(), "{file}: {wrong:?} must be allowed");
        let wrong: Vec<_> = forbidden.iter().filter(may).collect();
        assert!(wrong.is_empty(), "{file}: {wrong:?} must be forbidden");
    }

    /// The same for rules that are everybody's.
    #[track_caller]
    fn rules(rules: &str, allowed: &[&str], forbidden: &[&str]) {
        check(&format!("User-agent: *\n{rules}"), allowed, forbidden);
    }

    #[test]
    fn nothing_forbids_nothing() {
        check("", &["/", "/a"], &[]);
        check("User-agent: *\nDisallow:", &["/", "/a"], &[]);
        check("<!doctype html><title>Not found</title><p>Disallow: /</p>", &["/"], &[]);
        check("Disallow: /", &["/"], &[]);
        check("User-agent: *\nDisallow: /", &["/robots.txt"], &["/", "/a", "/robots.txt.bak"]);
    }

    #[test]
    fn the_group_that_names_us_goes_before_everybodys() {
        check("User-agent: *\nDisallow: /a\n\nUser-agent: watersmeet\nDisallow: /b", &["/a"], &["/b"]);
        check("User-agent: Watersmeet/9.9 (beta)\nDisallow: /b", &["/a"], &["/b"]);
        check("User-agent: WATERSMEET\nDisallow: /b\nUser-agent: other\nDisallow: /c", &["/c"], &["/b"]);
        check("User-agent: watersmeetings\nDisallow: /", &["/"], &[]);
        check("User-agent: waters\nDisallow: /", &["/"], &[]);
        // A group that names us and forbids nothing is still the one that counts.
        check("User-agent: *\nDisallow: /\nUser-agent: watersmeet\nAllow: /x\n", &["/", "/x"], &[]);
        check("User-agent: *\nDisallow: /\nUser-agent: watersmeet\nDisallow:\n", &["/", "/x"], &[]);
    }

    #[test]
    fn groups_share_rules_and_come_in_parts() {
        check("User-agent: other\nUser-agent: watersmeet\nDisallow: /a", &[], &["/a"]);
        let one = "User-agent: watersmeet\nDisallow: /a\n\nUser-agent: x\nDisallow: /";
        check(&format!("{one}\n\nUser-agent: watersmeet\nDisallow: /b"), &["/c"], &["/a", "/b"]);
        // What others wrote into the format ends no group, nor does an empty line.
        check("User-agent: watersmeet\n\nCrawl-delay: 5\nSitemap: /s.xml\nDisallow: /a", &["/b"], &["/a"]);
        check("User-agent: watersmeet\nSitemap: x\nUser-agent: other\nDisallow: /a", &[], &["/a"]);
    }

    #[test]
    fn the_longest_rule_decides_and_allowing_wins_a_tie() {
        rules("Disallow: /a\nAllow: /a/b", &["/a/b", "/a/bc", "/"], &["/a", "/a/c"]);
        rules("Allow: /a/b\nDisallow: /a", &["/a/b"], &["/a/c"]);
        rules("Allow: /a\nDisallow: /a", &["/a"], &[]);
        rules("Disallow: /\nAllow: /$", &["/"], &["/a"]);
        rules("Disallow: /fish", &["/Fish", "/catfish"], &["/fish", "/fish.html", "/fishheads/y", "/fish?id=1"]);
        rules("Disallow: /fish/", &["/fish", "/fish.html"], &["/fish/", "/fish/?id=1"]);
        rules("disallow : /fish # the pond\r\nALLOW:/fish/ok", &["/fish/ok"], &["/fish"]);
        rules("Disallow: private", &["/"], &["/private"]);
    }

    #[test]
    fn stars_and_the_end() {
        rules("Disallow: /*.php", &["/a.PHP", "/"], &["/a.php", "/a/b.php?x", "/a.php5"]);
        rules("Disallow: /*.php$", &["/a.php?x", "/a.php5"], &["/a.php", "/a.php/b.php"]);
        rules("Disallow: /a*b*c$", &["/abcd", "/acb"], &["/abc", "/a-b-b-c-c"]);
        rules("Disallow: *", &[], &["/", "/a"]);
        rules("Disallow: /*", &[], &["/", "/a"]);
        rules("Disallow: /*?", &["/a"], &["/a?b"]);
        rules("Disallow: /a$b", &["/a"], &[]);
        rules("Disallow: /ab*b$", &["/ab"], &["/abb", "/abxb"]);
    }

    #[test]
    fn however_characters_are_spelled() {
        rules("Disallow: /café", &["/cafe"], &["/café", "/caf%C3%A9", "/caf%c3%a9/x"]);
        rules("Disallow: /%7eann", &[], &["/~ann", "/%7Eann"]);
        rules("Disallow: /a%2fb", &["/a/b"], &["/a%2Fb"]);
        rules("Disallow: /a%24", &["/a"], &["/a$", "/a$b"]);
        rules("Disallow: /a%2A", &["/ab"], &["/a*"]);
        check("\u{feff}User-agent: *\nDisallow: /a", &[], &["/a"]);
    }

    #[test]
    fn what_comes_after_the_limit_is_not_there() {
        rules(&format!("{}Disallow: /a", "# comment\n".repeat(10_000)), &[], &["/a"]);
        rules(&format!("{}Disallow: /a", "# comment\n".repeat(60_000)), &["/a"], &[]);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic(
            bytes in proptest::collection::vec(any::<u8>(), 0..400),
            path in "/[ -~]{0,40}",
        ) {
            let robots = Robots::read(&[b"User-agent: *\nDisallow: ".as_slice(), &bytes].concat(), "Watersmeet/0.1");
            if let Ok(address) = Address::parse(&format!("https://riverton.example{path}")) {
                robots.allows(&address);
            }
        }

        /// Against the plainest matcher there is: every place for every star.
        #[test]
        fn patterns_fit_as_one_would_try_by_hand(pattern in "/[ab*]{0,8}[$]?", path in "/[ab]{0,10}") {
            fn slow(pattern: &[u8], path: &[u8]) -> bool {
                match pattern {
                    [] => true,
                    [b'$'] => path.is_empty(),
                    [b'*', rest @ ..] => (0..=path.len()).any(|from| slow(rest, &path[from..])),
                    [c, rest @ ..] => path.first() == Some(c) && slow(rest, &path[1..]),
                }
            }
            prop_assert_eq!(fits(&pattern, &path), slow(pattern.as_bytes(), path.as_bytes()));
        }
    }
}
