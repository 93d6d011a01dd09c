//! The phases of a project on a line of time, drawn as SVG; the same stands in a table beside it.

use jiff::civil::Date;
use model::{Phase, Project};

use crate::pages::project::day_in_words;

/// The width of the drawing, in its own units.
const WIDTH: f64 = 640.0;
/// The least width of a phase that has just begun.
const LEAST: f64 = 6.0;

/// The phases of a project, drawn and told.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Timeline {
    pub(crate) bars: Vec<Bar>,
    /// Where today is, if it is within.
    pub(crate) today: Option<String>,
    pub(crate) from: String,
    pub(crate) to: String,
}

/// A phase.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Bar {
    pub(crate) name: &'static str,
    pub(crate) key: &'static str,
    pub(crate) x: String,
    pub(crate) width: String,
    /// Whether its first day is an estimate, or still to come.
    pub(crate) is_rough: bool,
    pub(crate) from: String,
    pub(crate) until: String,
}

impl Timeline {
    /// The phases that have days; `None` where none has.
    pub(crate) fn of(told: &Project, today: Date) -> Option<Self> {
        let first = told.phases.iter().map(|one| one.from.date).min()?.min(today);
        let last = told.phases.iter().map(|one| one.from.date).max()?.max(today);
        let days = |from: Date, to: Date| f64::from(from.until(to).map_or(0, |span| span.get_days()));
        let whole = days(first, last).max(1.0);
        let place = |day: Date| (days(first, day) / whole * (WIDTH - LEAST)).clamp(0.0, WIDTH - LEAST);
        let mut phases: Vec<_> = told.phases.iter().collect();
        phases.sort_by_key(|one| (one.from.date, one.phase));
        let bars = phases
            .iter()
            .enumerate()
            .map(|(at, one)| {
                let next = phases.get(at + 1);
                let end = next.map_or(WIDTH, |next| place(next.from.date));
                let x = place(one.from.date);
                let is_over = matches!(one.phase, Phase::Retired | Phase::Stopped);
                let is_to_come = one.from.date > today;
                Bar {
                    name: one.phase.name(),
                    key: one.phase.as_str(),
                    x: format!("{x:.1}"),
                    width: format!("{:.1}", if is_over || is_to_come { LEAST } else { (end - x).max(LEAST) }),
                    is_rough: one.from.is_estimate || is_to_come,
                    from: day_in_words(one.from),
                    until: match next {
                        Some(next) => day_in_words(next.from),
                        None if is_to_come => "still to come".to_owned(),
                        None if is_over => "–".to_owned(),
                        None => "goes on".to_owned(),
                    },
                }
            })
            .collect();
        let in_words = |day: Date| day.strftime("%B %Y").to_string();
        Some(Self {
            bars,
            today: (first..=last).contains(&today).then(|| format!("{:.1}", place(today))),
            from: in_words(first),
            to: in_words(last),
        })
    }
}

#[cfg(test)]
mod tests {
    use model::{Day, PhaseStart};

    use super::*;

    fn project(phases: &[(Phase, &str)]) -> Project {
        let phases = phases.iter().map(|(phase, from)| PhaseStart { phase: *phase, from: Day::heard(from).unwrap() });
        Project { phases: phases.collect(), ..Project::default() }
    }

    #[test]
    fn phases_share_the_line_of_time() {
        let today: Date = "2026-12-31".parse().unwrap();
        let told = project(&[(Phase::Beta, "2026-07-02"), (Phase::Alpha, "2026-01-01"), (Phase::Live, "2027-12")]);
        let line = Timeline::of(&told, today).unwrap();
        let bars: Vec<String> =
            line.bars.iter().map(|bar| format!("{} {}+{} {}", bar.name, bar.x, bar.width, bar.is_rough)).collect();
        assert_eq!(bars, ["Alpha 0.0+165.1 false", "Beta 165.1+468.9 false", "Live 634.0+6.0 true"]);
        assert_eq!((line.from.as_str(), line.to.as_str()), ("January 2026", "December 2027"));
        assert_eq!((line.bars[0].until.as_str(), line.bars[2].until.as_str()), ("2 July 2026", "still to come"));
        assert!(line.today.is_some());
    }

    #[test]
    fn what_is_still_to_come_is_not_drawn_as_under_way() {
        let today: Date = "2026-12-31".parse().unwrap();
        let line = Timeline::of(&project(&[(Phase::Discovery, "2027-03-01")]), today).unwrap();
        assert_eq!((line.bars[0].x.as_str(), line.bars[0].width.as_str()), ("634.0", "6.0"));
        assert_eq!((line.bars[0].is_rough, line.bars[0].until.as_str()), (true, "still to come"));
        assert_eq!((line.from.as_str(), line.today.as_deref()), ("December 2026", Some("0.0")));
    }

    #[test]
    fn one_day_and_no_day_are_lines_too() {
        let today: Date = "2026-01-01".parse().unwrap();
        assert_eq!(Timeline::of(&Project::default(), today), None);
        let line = Timeline::of(&project(&[(Phase::Stopped, "2026-01-01")]), today).unwrap();
        assert_eq!((line.bars[0].x.as_str(), line.bars[0].width.as_str()), ("0.0", "6.0"));
    }
}
