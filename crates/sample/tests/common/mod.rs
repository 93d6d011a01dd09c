//! The sector at one moment, asked without a socket.

use sample::{Reply, Request, Sector};

/// The sector as it stood on a Monday morning.
pub fn sector() -> Sector {
    Sector::new("2026-11-23T09:00:00Z".parse().unwrap())
}

/// What an absolute address answers.
pub fn get(sector: &Sector, address: &str) -> Reply {
    let rest = address.strip_prefix("http://").unwrap_or_else(|| panic!("{address} is not absolute"));
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    sector.reply(&Request { host, path: &format!("/{path}"), ..Request::default() })
}
