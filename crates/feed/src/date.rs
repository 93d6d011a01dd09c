//! Dates as feeds write them, in every way that the wild has.
//!
//! A date is cut into numbers and words. What looks like a time and a zone is taken out first; of the rest, words
//! name a month in one of thirty languages and numbers are the day and the year by their size and their order.
//!
//! ```
//! let read = |raw: &str| feed::date::read(raw).map(|at| at.to_string());
//! assert_eq!(read("Wed, 02 Oct 02 15:00 CEST").as_deref(), Some("2002-10-02T13:00:00Z"));
//! assert_eq!(read("2. März 2004").as_deref(), Some("2004-03-02T00:00:00Z"));
//! assert_eq!(read("soon"), None);
//! ```

mod pieces;
mod words;

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil;
use jiff::tz::TimeZone;
use model::Time;

use pieces::{Piece, pieces};
use words::{Zone, is_afternoon, is_forenoon, is_hour, is_mark_of_day, is_minute, month_named, zone_named};

/// Longer texts are no dates.
const LONGEST: usize = 100;

/// The instant that a written date means, as far as it can be told; without a zone it is taken for UTC.
pub fn read(raw: &str) -> Option<Time> {
    let raw = raw.trim();
    if raw.is_empty() || raw.len() > LONGEST {
        return None;
    }
    // What Atom and JSON feeds write is RFC 3339. To be told that something else is none costs more than to read it.
    let begins_with_a_year = raw.as_bytes().get(4) == Some(&b'-') && raw.as_bytes()[..4].iter().all(u8::is_ascii_digit);
    if begins_with_a_year && let Ok(at) = raw.parse::<Timestamp>() {
        return Some(Time::from_timestamp(at));
    }
    let plain = in_plain_digits(raw);
    let mut pieces = pieces(&plain);
    if let Some(at) = counted(&pieces) {
        return Some(at);
    }
    let clock = Clock::take(&mut pieces).or_else(|| Clock::take_short(&mut pieces));
    let clock = clock.or_else(|| Clock::take_dotted(&mut pieces));
    let zone = take_zone(&mut pieces, clock.is_some());
    let (day, clock) = match day(&pieces)? {
        Day::Date(date) => (date, clock.unwrap_or_default()),
        Day::DateAndTime(date, clock) => (date, clock),
    };
    instant(day, clock, zone)
}

/// The same with the digits of other scripts as Europe writes them: full-width, Arabic, Persian, Devanagari.
fn in_plain_digits(raw: &str) -> Cow<'_, str> {
    const ZEROS: [char; 4] = ['０', '٠', '۰', '०'];
    let plain = |letter: char| {
        let of_script = |zero: &char| (u32::from(letter).wrapping_sub(u32::from(*zero)) < 10).then_some(*zero);
        let zero = ZEROS.iter().find_map(of_script)?;
        char::from_digit(u32::from(letter) - u32::from(zero), 10)
    };
    match raw.is_ascii() || raw.chars().all(|letter| plain(letter).is_none()) {
        true => Cow::Borrowed(raw),
        false => Cow::Owned(raw.chars().map(|letter| plain(letter).unwrap_or(letter)).collect()),
    }
}

/// A time of day; hour 24 is the next day's first.
#[derive(Clone, Copy, Default)]
struct Clock {
    hour: i64,
    minute: i64,
    second: i64,
    millis: i64,
}

impl Clock {
    fn new(hour: i64, minute: i64, second: i64) -> Option<Self> {
        let is_sound = (0..=24).contains(&hour) && (0..=59).contains(&minute) && (0..=61).contains(&second);
        is_sound.then_some(Self { hour, minute, second, millis: 0 })
    }

    /// Takes the first `hour:minute[:second[.fraction]]`, also with words for its marks, out of the pieces, with `am` or `pm` beside it.
    fn take(pieces: &mut Vec<Piece<'_>>) -> Option<Self> {
        let first = (1..pieces.len()).find(|&at| {
            let is_clock = pieces[at].is_sign(':')
                || pieces[at].word().is_some_and(is_hour)
                || (pieces[at].is_sign('.') && pieces.get(at + 2).is_some_and(|next| next.is_sign(':')));
            // Behind a plus it is a zone: 2006-01-02+01:00.
            let is_zone = at >= 2 && pieces[at - 2].is_sign('+');
            is_clock
                && !is_zone
                && pieces[at - 1].number().is_some()
                && pieces.get(at + 1).is_some_and(|next| next.number().is_some())
        })? - 1;
        let number = |at: usize| pieces.get(at).and_then(Piece::number);
        let is_colon =
            |at: usize| pieces.get(at).is_some_and(|piece| piece.is_sign(':') || piece.word().is_some_and(is_minute));
        let (hour, minute) = (number(first)?, number(first + 2)?);
        let mut end = first + 3;
        let mut second = 0;
        let mut millis = 0;
        if let Some(found) = number(end + 1).filter(|_| is_colon(end)) {
            second = found;
            end += 2;
            let is_point =
                pieces.get(end).is_some_and(|piece| piece.is_sign('.') || piece.is_sign(',') || piece.is_sign(':'));
            if let Some(Piece::Number(digits)) = pieces.get(end + 1).filter(|_| is_point) {
                let three: String = digits.chars().chain("000".chars()).take(3).collect();
                millis = three.parse().unwrap_or(0);
                end += 2;
            }
        }
        let mut clock = Self::new(hour, minute, second);
        let mut from = first;
        let beside = [pieces.get(end), first.checked_sub(1).and_then(|before| pieces.get(before))];
        for (place, piece) in beside.into_iter().enumerate() {
            let Some(Piece::Word(word)) = piece else { continue };
            let is_known = is_afternoon(word) || is_forenoon(word);
            if let Some(clock) = clock.as_mut().filter(|clock| is_known && clock.hour <= 12) {
                clock.hour = clock.hour % 12 + if is_afternoon(word) { 12 } else { 0 };
            }
            match place {
                0 if is_known => end += 1,
                1 if is_known || word.eq_ignore_ascii_case("t") => from -= 1,
                _ => {}
            }
        }
        pieces.splice(from..end, [Piece::Clock]);
        clock.map(|clock| Self { millis, ..clock })
    }

    /// Takes a time with points, `13.45` or `13.45.10`, out of the pieces: only behind what is a whole date without it.
    fn take_dotted(pieces: &mut Vec<Piece<'_>>) -> Option<Self> {
        let two = |at: usize| pieces.get(at).and_then(Piece::digits).filter(|digits| digits.len() == 2);
        let point = |at: usize| pieces.get(at).is_some_and(|piece| piece.is_sign('.'));
        let has_month = pieces.iter().any(|piece| piece.word().is_some_and(|word| month_named(word).is_some()));
        let at = (2..pieces.len()).find(|at| {
            let before = pieces[..*at].iter().filter(|piece| piece.number().is_some()).count();
            let is_behind_a_date = before == 3 || before == 2 && has_month;
            is_behind_a_date && !point(at - 1) && two(*at).is_some() && point(at + 1) && two(at + 2).is_some()
        })?;
        let second = two(at + 4).filter(|_| point(at + 3));
        let end = at + if second.is_some() { 5 } else { 3 };
        if point(end) && pieces.get(end + 1).is_some_and(|piece| piece.number().is_some()) {
            return None;
        }
        let number = |digits: Option<&str>| digits.and_then(|digits| digits.parse().ok());
        let clock = Self::new(number(two(at))?, number(two(at + 2))?, number(second).unwrap_or(0))?;
        pieces.splice(at..end, [Piece::Clock]);
        Some(clock)
    }

    /// Takes a time without a colon out of the pieces: `T15`, `T1504`, `T150405`, or an hour with `am` or `pm`.
    fn take_short(pieces: &mut Vec<Piece<'_>>) -> Option<Self> {
        for at in 1..pieces.len() {
            let clock = match (pieces[at - 1], pieces[at]) {
                (Piece::Word("T" | "t"), Piece::Number(digits)) if matches!(digits.len(), 2 | 4 | 6) => {
                    let part = |from: usize| digits.get(from..from + 2).map_or(Some(0), |digits| digits.parse().ok());
                    Self::new(part(0)?, part(2)?, part(4)?)
                }
                (Piece::Number(hour), Piece::Word(half)) if is_afternoon(half) || is_forenoon(half) => {
                    let hour = hour.parse::<i64>().ok().filter(|hour| (1..=12).contains(hour));
                    hour.and_then(|hour| Self::new(hour % 12 + if is_afternoon(half) { 12 } else { 0 }, 0, 0))
                }
                _ => None,
            };
            if clock.is_some() {
                pieces.splice(at - 1..=at, [Piece::Clock]);
                return clock;
            }
        }
        None
    }
}

/// Takes the zone out of the pieces: an offset behind the time, or a name.
fn take_zone(pieces: &mut Vec<Piece<'_>>, has_clock: bool) -> Zone {
    let clock = pieces.iter().position(|piece| matches!(piece, Piece::Clock));
    let named = pieces.iter().enumerate().find_map(|(at, piece)| match piece {
        Piece::Word(word) if clock.is_some_and(|clock| at > clock) => Some((at, zone_named(word)?)),
        _ => None,
    });
    let sign = pieces.iter().enumerate().position(|(at, piece)| {
        let is_sign = piece.is_sign('+') || (piece.is_sign('-') && clock.is_some_and(|clock| at > clock));
        let is_offset = has_clock || (piece.is_sign('+') && pieces.get(at + 2).is_some_and(|piece| piece.is_sign(':')));
        is_sign && is_offset && pieces.get(at + 1).is_some_and(|next| next.number().is_some())
    });
    if let Some((at, _)) = &named {
        pieces[*at] = Piece::Clock;
    }
    // A name beside an offset says the same again.
    match (sign, named) {
        (Some(at), _) => {
            let (found, length) = offset(&pieces[at..]);
            pieces.drain(at..at + length);
            // Some write it twice, in two ways.
            while pieces.get(at).is_some_and(|piece| piece.is_sign('+'))
                && pieces.get(at + 1).is_some_and(|next| next.number().is_some())
            {
                let (_, length) = offset(&pieces[at..]);
                pieces.drain(at..at + length);
            }
            Zone::Offset(found)
        }
        (None, Some((_, zone))) => zone,
        (None, None) => Zone::Offset(0),
    }
}

/// The minutes of an offset that begins with its sign, and how many pieces it is.
fn offset(pieces: &[Piece<'_>]) -> (i32, usize) {
    let sign = if pieces[0].is_sign('-') { -1 } else { 1 };
    let Some(Piece::Number(digits)) = pieces.get(1) else { return (0, 1) };
    let number: i32 = digits.parse().unwrap_or(0);
    let minutes = pieces.get(3).and_then(Piece::number).filter(|_| pieces[2].is_sign(':'));
    let (total, length) = match (digits.len(), minutes) {
        (1 | 2, Some(minutes)) => (number * 60 + i32::try_from(minutes).unwrap_or(0), 4),
        (1 | 2, None) => (number * 60, 2),
        _ => (number / 100 * 60 + number % 100, 2),
    };
    if total <= 18 * 60 { (sign * total, length) } else { (0, length) }
}

/// What the numbers and words other than time and zone mean.
enum Day {
    Date(civil::Date),
    DateAndTime(civil::Date, Clock),
}

fn day(pieces: &[Piece<'_>]) -> Option<Day> {
    if let Some(date) = of_week(pieces) {
        return Some(Day::Date(date));
    }
    let numbers: Vec<&str> = pieces.iter().filter_map(|piece| piece.digits()).collect();
    let month = pieces.iter().rev().find_map(|piece| piece.word().and_then(month_named));
    let has_letters = pieces.iter().any(|piece| piece.word().is_some_and(|word| !is_mark_of_day(word)));
    let number = |at: usize| numbers.get(at).and_then(|digits| digits.parse::<i64>().ok());
    let date = match (month, numbers.as_slice()) {
        (Some(month), [year]) if year.len() == 4 => civil(number(0)?, month, 1),
        (Some(month), [first, _, ..]) if first.len() >= 3 || number(0)? > 31 => civil(year(first)?, month, number(1)?),
        (Some(month), [_, second, ..]) => civil(year(second)?, month, number(0)?),
        (None, [first, second, third]) => numeric(first, second, third, pieces),
        (None, [year, day]) if year.len() == 4 && day.len() == 3 => ordinal(number(0)?, number(1)?),
        // Beside a word that is no known month, a number is more likely a day.
        (None, [year, _]) if year.len() == 4 && !has_letters => civil(number(0)?, number(1)?, 1),
        (None, [_, year]) if year.len() == 4 && !has_letters => civil(number(1)?, number(0)?, 1),
        (None, [run]) if !has_letters => return in_one_run(run),
        _ => None,
    };
    date.map(Day::Date)
}

/// A day by its week, as ISO 8601 has it: 2006-W20-1, 2006W201, 2006-W20.
fn of_week(pieces: &[Piece<'_>]) -> Option<civil::Date> {
    let at = pieces.iter().position(|piece| piece.word().is_some_and(|word| word.eq_ignore_ascii_case("w")))?;
    let before = pieces[..at].iter().rev().find(|piece| !piece.is_sign('-'))?.digits()?;
    let (week, day) = match (pieces.get(at + 1)?.digits()?, pieces.get(at + 2), pieces.get(at + 3)) {
        (week, Some(Piece::Sign('-')), Some(Piece::Number(day))) => (week, *day),
        (run, ..) if run.len() == 3 => run.split_at_checked(2)?,
        (week, ..) => (week, "1"),
    };
    let (year, week) = (before.parse().ok()?, week.parse().ok()?);
    let day = civil::Weekday::from_monday_one_offset(day.parse().ok()?).ok()?;
    Some(civil::ISOWeekDate::new(year, week, day).ok()?.date())
}

/// Three numbers and no name of a month: the year is the one that can be no day; of the other two the order says
/// which is the month, but a month above 12 is a day.
fn numeric(first: &str, second: &str, third: &str, pieces: &[Piece<'_>]) -> Option<civil::Date> {
    let number = |digits: &str| digits.parse::<i64>().ok();
    let (a, b, c) = (number(first)?, number(second)?, number(third)?);
    if first.len() >= 3 || a > 31 {
        return if b > 12 { civil(year(first)?, c, b) } else { civil(year(first)?, b, c) };
    }
    let is_dashed = pieces.iter().filter(|piece| piece.is_sign('-')).count() == 2;
    if is_dashed && first.len() == 2 && third.len() == 2 && (1..=12).contains(&b) && (1..=31).contains(&c) {
        // As ISO 8601 had it once.
        return civil(year(first)?, b, c);
    }
    let year = year(third)?;
    let is_american = pieces.iter().any(|piece| piece.is_sign('/'));
    match (a, b) {
        (a, b) if a > 12 => civil(year, b, a),
        (a, b) if b > 12 || is_american => civil(year, a, b),
        (a, b) => civil(year, b, a),
    }
}

/// Digits without anything between them.
fn in_one_run(run: &str) -> Option<Day> {
    let part = |from: usize, to: usize| run.get(from..to).and_then(|digits| digits.parse::<i64>().ok());
    match run.len() {
        4 => civil(part(0, 4)?, 1, 1).map(Day::Date),
        6 => civil(part(0, 4)?, part(4, 6)?, 1).map(Day::Date),
        7 => ordinal(part(0, 4)?, part(4, 7)?).map(Day::Date),
        8 => civil(part(0, 4)?, part(4, 6)?, part(6, 8)?).map(Day::Date),
        12 | 14 => {
            let clock = Clock::new(part(8, 10)?, part(10, 12)?, part(12, 14).unwrap_or(0))?;
            Some(Day::DateAndTime(civil(part(0, 4)?, part(4, 6)?, part(6, 8)?)?, clock))
        }
        _ => None,
    }
}

/// Seconds or milliseconds since 1970.
fn counted(pieces: &[Piece<'_>]) -> Option<Time> {
    let digits = match pieces {
        [Piece::Number(digits)] => digits,
        // With a fraction, which nobody misses.
        [Piece::Number(digits), Piece::Sign('.'), Piece::Number(_)] if digits.len() == 10 => digits,
        _ => return None,
    };
    let count = digits.parse::<i64>().ok()?;
    match digits.len() {
        9 | 10 => Some(Time::from_millis(count * 1000)),
        13 => Some(Time::from_millis(count)),
        _ => None,
    }
}

/// A year as it is meant: of two digits the nearer century, of three those since 1900 (a well-known slip).
fn year(digits: &str) -> Option<i64> {
    let number = digits.parse::<i64>().ok()?;
    match digits.len() {
        1 | 2 if number < 70 => Some(2000 + number),
        1..=3 => Some(1900 + number),
        4 => Some(number),
        _ => None,
    }
}

/// A day of the calendar; the 31st of a shorter month is its last.
fn civil(year: i64, month: i64, day: i64) -> Option<civil::Date> {
    let (year, month, day) = (i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    if !(1..=9998).contains(&year) || !(1..=31).contains(&day) {
        return None;
    }
    let first = civil::Date::new(year, month, 1).ok()?;
    civil::Date::new(year, month, day.min(first.days_in_month())).ok()
}

fn ordinal(year: i64, day: i64) -> Option<civil::Date> {
    let first = civil(year, 1, 1)?;
    let is_sound = (1..=i64::from(first.days_in_year())).contains(&day);
    is_sound.then(|| first.checked_add(jiff::Span::new().days(day - 1)).ok())?
}

fn instant(day: civil::Date, clock: Clock, zone: Zone) -> Option<Time> {
    let midnight = day.to_zoned(TimeZone::UTC).ok()?.timestamp().as_millisecond();
    let seconds = (clock.hour * 60 + clock.minute) * 60 + clock.second;
    let local = midnight + seconds * 1000 + clock.millis;
    match zone {
        Zone::Offset(minutes) => Some(Time::from_millis(local - i64::from(minutes) * 60_000)),
        Zone::Place(place) => {
            let time = Timestamp::from_millisecond(local).ok()?.to_zoned(TimeZone::UTC).datetime();
            place.to_timestamp(time).ok().map(Time::from_timestamp)
        }
    }
}

#[cfg(test)]
mod tests;
