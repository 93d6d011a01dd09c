//! The words in dates: months in the languages that feeds are written in, zones, and halves of the day.

use jiff::tz::TimeZone;

/// How far local time is from UTC.
#[derive(Clone, Debug)]
pub(super) enum Zone {
    /// So many minutes ahead.
    Offset(i32),
    /// As the clocks of a place have it.
    Place(TimeZone),
}

/// Beginnings of the months' names, lower case: English, German, French, Spanish, Italian, Portuguese, Dutch, the
/// Scandinavian languages, Finnish, Estonian, Latvian, Lithuanian, Polish, Czech, Slovene, Croatian, Serbian, Bulgarian,
/// Albanian, Hungarian, Romanian, Turkish, Greek, Russian, Ukrainian, Welsh, Irish, Indonesian, Arabic, Hebrew. What the
/// same word means in two languages is taken as the one that more people write in.
const MONTHS: [&str; 12] = [
    "jan jän jaan ene gen sty led sije sau ian ιαν oca tammi янв яну јан січ ion ean يناير ינואר בינואר",
    "feb fév fev lut úno veljač veeb shku vasar φεβ şub helmi фев феб лют chwe feabh فبراير פברואר בפברואר",
    "mar mär mrt maa maart ožuj kov μάρ μαρ maalis мар бер maw már bře مارس מרץ במרץ",
    "apr avr abr kwi dub ápr travanj travnj baland prill απρ nis huhti апр кві ebr aib أبريل ابريل إبريل אפריל באפריל",
    "may mai mag maj mei kvě máj svib geg μάι μαΐ μαι touko май мая мај тра beal مايو מאי במאי",
    "jun juin giu cze čvn červen jún jūn juun lipanj lipnj birž qersh iun ιούν ιουν haz kesä июн юни јун чер meh meith \
     يونيو יוני ביוני",
    "jul juil lug lip čvc července červenec júl jūl juul srpanj srpnj liep korr iul ιούλ ιουλ tem heinä июл юли јул лип \
     gorff iúil يوليو יולי ביולי",
    "aug aoû aou ago avg sie srp kolov rugp gusht αύγ αυγ ağu elo авг сер awst lún agu أغسطس اغسطس אוגוסט באוגוסט",
    "sep set wrz zář szept ruj rugs shta σεπ eyl syys сен сеп вер medi mfómh meán سبتمبر ספטמבר בספטמבר",
    "oct okt ott out paź říj október spal tetor οκτ eki loka окт жов hyd dfómh deireadh أكتوبر اكتوبر אוקטובר באוקטובר",
    "nov lis noi studen lapkr nënt νοέ νοε kas marras ноя нов ное лис tach samh نوفمبر נובמבר בנובמבר",
    "dec dez déc dic des det dhjet gru pro δεκ ara joulu дек дец гру rhag noll ديسمبر דצמבר בדצמבר",
];

const NAMES: usize = {
    let (mut many, mut month) = (0, 0);
    while month < MONTHS.len() {
        let mut names = MONTHS[month];
        while let (Some(_), rest) = next_name(names) {
            (many, names) = (many + 1, rest);
        }
        month += 1;
    }
    many
};

/// The same, each with its month and sorted by its first byte: made when this is compiled, so that a feed costs no memory for it.
static BY_FIRST: [(&str, i64); NAMES] = {
    let mut sorted = [("", 0); NAMES];
    let (mut many, mut month) = (0, 0);
    while month < MONTHS.len() {
        let mut names = MONTHS[month];
        while let (Some(name), rest) = next_name(names) {
            let mut at = many;
            while at > 0 && sorted[at - 1].0.as_bytes()[0] > name.as_bytes()[0] {
                sorted[at] = sorted[at - 1];
                at -= 1;
            }
            sorted[at] = (name, month as i64 + 1);
            (many, names) = (many + 1, rest);
        }
        month += 1;
    }
    sorted
};

/// The first of some names with spaces between, and the others.
const fn next_name(names: &str) -> (Option<&str>, &str) {
    let names = names.trim_ascii_start();
    let mut end = 0;
    while end < names.len() && names.as_bytes()[end] != b' ' {
        end += 1;
    }
    let (name, rest) = names.split_at(end);
    (if name.is_empty() { None } else { Some(name) }, rest)
}

/// The month that a word names in some language: by the longest beginning, of two by the earlier month.
pub(super) fn month_named(word: &str) -> Option<i64> {
    let word = word.to_lowercase();
    let first = *word.as_bytes().first()?;
    let from = BY_FIRST.partition_point(|(name, _)| name.as_bytes()[0] < first);
    let known = BY_FIRST[from..].iter().take_while(|(name, _)| name.as_bytes()[0] == first);
    let known = known.filter(|(name, _)| word.starts_with(name));
    let month = known.max_by_key(|(name, month)| (name.len(), -month)).map(|(_, month)| *month);
    month.filter(|_| !is_weekday(&word))
}

/// Names of days that begin as months do: mardi, martes, martedì, marţi.
fn is_weekday(word: &str) -> bool {
    ["mardi", "martes", "marte", "marți", "marţi", "maandag", "mard", "maanantai"]
        .iter()
        .any(|day| word.starts_with(day))
}

/// Abbreviations and their minutes ahead of UTC. Where one means several zones, the one that feeds use most.
const ZONES: &[(&str, i32)] = &[
    ("z", 0),
    ("ut", 0),
    ("utc", 0),
    ("gmt", 0),
    ("wet", 0),
    ("est", -300),
    ("edt", -240),
    ("et", -300),
    ("cst", -360),
    ("cdt", -300),
    ("ct", -360),
    ("mst", -420),
    ("mdt", -360),
    ("mt", -420),
    ("pst", -480),
    ("pdt", -420),
    ("pt", -480),
    ("akst", -540),
    ("akdt", -480),
    ("hst", -600),
    ("ast", -240),
    ("adt", -180),
    ("nst", -210),
    ("ndt", -150),
    ("brt", -180),
    ("brst", -120),
    ("art", -180),
    ("clt", -240),
    ("clst", -180),
    ("bst", 60),
    ("west", 60),
    ("cet", 60),
    ("met", 60),
    ("mez", 60),
    ("wat", 60),
    ("cest", 120),
    ("mest", 120),
    ("mesz", 120),
    ("eet", 120),
    ("sast", 120),
    ("cat", 120),
    ("eest", 180),
    ("msk", 180),
    ("trt", 180),
    ("eat", 180),
    ("msd", 240),
    ("gst", 240),
    ("pkt", 300),
    ("ist", 330),
    ("npt", 345),
    ("ict", 420),
    ("wib", 420),
    ("hkt", 480),
    ("sgt", 480),
    ("pht", 480),
    ("myt", 480),
    ("awst", 480),
    ("jst", 540),
    ("kst", 540),
    ("acst", 570),
    ("acdt", 630),
    ("aest", 600),
    ("aedt", 660),
    ("nzst", 720),
    ("nzdt", 780),
];

/// The zone that a word names: an abbreviation, a place, or a single letter, which RFC 5322 takes for UTC.
pub(super) fn zone_named(word: &str) -> Option<Zone> {
    let known = ZONES.iter().find(|(name, _)| name.eq_ignore_ascii_case(word)).map(|(_, minutes)| *minutes);
    if let Some(minutes) = known {
        return Some(Zone::Offset(minutes));
    }
    if word.contains('/') {
        return TimeZone::get(word).ok().map(Zone::Place);
    }
    let is_letter = word.len() == 1 && word.starts_with(|letter: char| letter.is_ascii_alphabetic());
    is_letter.then_some(Zone::Offset(0))
}

/// Whether a word says that the hours are the morning's.
pub(super) fn is_forenoon(word: &str) -> bool {
    ["am", "a", "오전", "上午", "午前", "πμ"].iter().any(|name| name.eq_ignore_ascii_case(word))
}

/// Whether a word says that the hours are the afternoon's.
pub(super) fn is_afternoon(word: &str) -> bool {
    ["pm", "p", "오후", "下午", "午後", "μμ"].iter().any(|name| name.eq_ignore_ascii_case(word))
}

/// Whether a word stands between hours and minutes: 13h05, 13時05分.
pub(super) fn is_hour(word: &str) -> bool {
    ["h", "時", "时", "點", "点", "시"].iter().any(|name| name.eq_ignore_ascii_case(word))
}

/// Whether a word stands behind a year, a month or a day: 2004年5月28日.
pub(super) fn is_mark_of_day(word: &str) -> bool {
    ["年", "月", "日", "년", "월", "일"].contains(&word)
}

/// Whether a word stands between minutes and seconds.
pub(super) fn is_minute(word: &str) -> bool {
    ["m", "min", "分", "분"].iter().any(|name| name.eq_ignore_ascii_case(word))
}
