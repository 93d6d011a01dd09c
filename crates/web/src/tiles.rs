//! How common something is across the country: a tile for each region, drawn as SVG, with a table beside it.

/// The regions by their place on the map: column, row, name, and the letters on the tile.
const REGIONS: [(u32, u32, &str, &str); 12] = [
    (1, 0, "Scotland", "Sco"),
    (0, 1, "Northern Ireland", "NI"),
    (2, 1, "North East", "NE"),
    (1, 2, "North West", "NW"),
    (2, 2, "Yorkshire and The Humber", "Y&H"),
    (0, 3, "Wales", "Wal"),
    (1, 3, "West Midlands", "WM"),
    (2, 3, "East Midlands", "EM"),
    (3, 3, "East of England", "EE"),
    (1, 4, "South West", "SW"),
    (2, 4, "South East", "SE"),
    (3, 4, "London", "Lon"),
];

/// The width and height of a tile with the gap after it.
const STEP: u32 = 44;

/// The map and what stands in the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tiles {
    pub(crate) tiles: Vec<Tile>,
    /// Each region with its number, the most first.
    pub(crate) rows: Vec<(String, u64)>,
}

/// A region on the map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tile {
    pub(crate) x: u32,
    pub(crate) y: u32,
    pub(crate) letters: &'static str,
    /// How full it is, from 0 to 4.
    pub(crate) level: u64,
}

impl Tiles {
    /// The map of these numbers; `None` where none of them is of a region that is on it.
    pub(crate) fn of(counts: &[(String, u64)]) -> Option<Self> {
        let on_map = |name: &str| counts.iter().find(|(region, _)| region == name).map_or(0, |(_, count)| *count);
        let most = REGIONS.iter().map(|(_, _, name, _)| on_map(name)).max().filter(|most| *most > 0)?;
        let tile = |(column, row, name, letters): (u32, u32, &str, &'static str)| Tile {
            x: column * STEP,
            y: row * STEP,
            letters,
            level: (on_map(name) * 4).div_ceil(most),
        };
        let mut rows = counts.to_vec();
        rows.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        Some(Self { tiles: REGIONS.map(tile).into(), rows })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_are_fuller_the_more_there_is() {
        let counts = [("Wales".to_owned(), 1), ("London".to_owned(), 8), ("Elsewhere".to_owned(), 2)];
        let map = Tiles::of(&counts).unwrap();
        let level = |letters| map.tiles.iter().find(|tile| tile.letters == letters).unwrap().level;
        assert_eq!((level("Lon"), level("Wal"), level("NI")), (4, 1, 0));
        assert_eq!(map.rows[0].0, "London");
        assert_eq!(map.rows.len(), 3);
        assert_eq!(Tiles::of(&[("Elsewhere".to_owned(), 2)]), None);
        assert_eq!(Tiles::of(&[]), None);
        let places: std::collections::BTreeSet<(u32, u32)> = map.tiles.iter().map(|tile| (tile.x, tile.y)).collect();
        assert_eq!(places.len(), REGIONS.len(), "no tile lies on another");
    }
}
