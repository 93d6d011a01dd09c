//! A million sources that exist only as a rule: number in, address and manners out.

use std::time::Duration;

/// How one of many sources answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Manner {
    /// Nothing is ever new.
    Quiet,
    /// A new post now and then.
    Lively,
    /// Nothing is new either, but it takes so long to say so.
    Slow(Duration),
    /// It takes the connection and says nothing.
    Silent,
    /// Nobody listens there.
    Closed,
    /// It answers with this status.
    Status(u16),
}

/// How the sources are laid out over hosts and ports. The farm and the store that polls it must agree on it.
#[derive(Clone, Debug, clap::Args)]
pub struct Layout {
    /// How many sources there are.
    #[arg(long, default_value_t = 1_000_000)]
    pub sources: u64,
    /// How many of them, the first, live together on one host; the others have a host each.
    #[arg(long, default_value_t = 0)]
    pub shared: u64,
    /// All answer at once that nothing has changed: what an unchanged poll costs, and nothing else.
    #[arg(long)]
    pub quiet: bool,
    /// The first port.
    #[arg(long, default_value_t = 8_400)]
    pub port: u16,
    /// How many ports from there on; on the one after the last nobody listens.
    #[arg(long, default_value_t = 8)]
    pub ports: u16,
}

impl Layout {
    /// Where a source is polled. Names below `localhost` need no name server.
    pub fn address(&self, number: u64) -> String {
        format!("http://{}/{number}/feed", self.host(number))
    }

    /// The host of a source, with its port.
    pub fn host(&self, number: u64) -> String {
        if number < self.shared {
            return format!("shared.localhost:{}", self.port);
        }
        let ports = u64::from(self.ports.max(1));
        let at = if self.manner(number) == Manner::Closed { ports } else { number % ports };
        format!("s{number}.localhost:{}", u64::from(self.port) + at)
    }

    /// How a source answers. Those that share a host are quiet.
    pub fn manner(&self, number: u64) -> Manner {
        if self.quiet || number < self.shared { Manner::Quiet } else { manner(number) }
    }
}

/// Of a thousand sources, 20 have news, 15 are slow, 5 never answer, 5 refuse the connection, 10 answer with an error of
/// theirs, 5 are missing, and 5 ask us to come later.
fn manner(number: u64) -> Manner {
    match scatter(number) % 1_000 {
        0..20 => Manner::Lively,
        20..35 => Manner::Slow(Duration::from_millis(2_000 + scatter(number + 1) % 3_000)),
        35..40 => Manner::Silent,
        40..45 => Manner::Closed,
        45..55 => Manner::Status(500),
        55..60 => Manner::Status(404),
        60..65 => Manner::Status(429),
        _ => Manner::Quiet,
    }
}

/// What a source says about its version when it has written so many posts.
pub fn version(number: u64, manner: Manner, posts: u64) -> String {
    let posts = if manner == Manner::Lively { posts } else { 0 };
    format!("\"{number}-{posts}\"")
}

/// Numbers that follow each other land far apart.
pub fn scatter(number: u64) -> u64 {
    let mut bits = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_keep_their_address_and_their_manners() {
        let layout = Layout { sources: 1_000, shared: 10, quiet: false, port: 8_400, ports: 8 };
        assert_eq!(layout.address(3), "http://shared.localhost:8400/3/feed");
        assert_eq!(layout.manner(3), Manner::Quiet);
        let quiet = (10..1_000_000).find(|n| manner(*n) == Manner::Quiet).unwrap();
        assert_eq!(layout.address(quiet), format!("http://s{quiet}.localhost:{}/{quiet}/feed", 8_400 + quiet % 8));
        let closed = (10..1_000_000).find(|n| manner(*n) == Manner::Closed).unwrap();
        assert!(layout.address(closed).contains(":8408/"));
        let all_quiet = Layout { quiet: true, ..layout };
        assert_eq!(
            all_quiet.address(closed),
            format!("http://s{closed}.localhost:{}/{closed}/feed", 8_400 + closed % 8)
        );
        assert_eq!(all_quiet.manner(closed), Manner::Quiet);
        let lively = (0..1_000_000).filter(|n| manner(*n) == Manner::Lively).count();
        assert!((19_000..21_000).contains(&lively), "{lively}");
    }
}
