//! The result as one picture: how soon posts are seen by each rule, and what each asks for it.

use std::fmt::Write;

use super::report::{Report, Row};

/// The picture's size, and the box in it that the curves are drawn in.
const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 470.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = 740.0;
const TOP: f64 = 76.0;
const BOTTOM: f64 = 292.0;

/// The waits with a mark, in minutes; the scale between them is logarithmic.
const MARKS: [(f64, &str); 7] = [
    (5.0, "5 min"),
    (15.0, "15 min"),
    (30.0, "30 min"),
    (60.0, "1 h"),
    (180.0, "3 h"),
    (360.0, "6 h"),
    (1_440.0, "1 day"),
];

/// Dashes tell the curves apart without colours, and colours for those who see them; the style has others for the dark.
const DASHES: [&str; 6] = ["none", "8 3", "2 3", "10 3 2 3", "5 5", "1 5"];
const COLOURS: [&str; 6] = ["#00539f", "#a33a00", "#5a5a5a", "#7b2a7f", "#00695c", "#8a6100"];

impl Report {
    /// A picture as SVG, light or dark as its reader is, with its meaning in words.
    pub fn plot(&self) -> String {
        let mut svg = String::new();
        self.draw(&mut svg).expect("a text takes what is written to it");
        svg
    }

    fn draw(&self, svg: &mut String) -> std::fmt::Result {
        write!(
            svg,
            r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="title words" font-family="system-ui, sans-serif" font-size="13" fill="#1a1a1a">
<title id="title">How soon a post is seen, by rule of polling</title>
<desc id="words">{}</desc>
<style>
.curve {{ fill: none; stroke-width: 2 }}
@media (prefers-color-scheme: dark) {{
.paper {{ fill: #14171a }} text {{ fill: #ececec }} .axis {{ stroke: #4a4f55 }}
.r0 {{ stroke: #7ab8ff }} .r1 {{ stroke: #ffab80 }} .r2 {{ stroke: #bdbdbd }} .r3 {{ stroke: #e6a8ea }} .r4 {{ stroke: #76d7c4 }} .r5 {{ stroke: #f0cf7a }}
}}
</style>
<rect class="paper" width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>
<text x="{LEFT}" y="28" font-size="17" font-weight="600">How soon a post is seen</text>
<text x="{LEFT}" y="50">{} sources over {} days; of a hundred posts so many are seen within the time below</text>
"##,
            self.words(),
            grouped(self.sources),
            self.days
        )?;
        for part in [0.0, 25.0, 50.0, 75.0, 95.0] {
            let y = height(part / 100.0);
            writeln!(svg, r#"<line class="axis" stroke="silver" x1="{LEFT}" x2="{RIGHT}" y1="{y:.1}" y2="{y:.1}"/>"#)?;
            writeln!(svg, r#"<text x="{:.1}" y="{:.1}" text-anchor="end">{part}</text>"#, LEFT - 8.0, y + 4.0)?;
        }
        for (minutes, name) in MARKS {
            let x = place(minutes);
            writeln!(svg, r#"<line class="axis" stroke="silver" x1="{x:.1}" x2="{x:.1}" y1="{TOP}" y2="{BOTTOM}"/>"#)?;
            writeln!(svg, r#"<text x="{x:.1}" y="{:.1}" text-anchor="middle">{name}</text>"#, BOTTOM + 18.0)?;
        }
        // Ours is drawn last, above the others.
        for (at, row) in self.rules.iter().enumerate().rev() {
            let points: Vec<String> =
                row.seen.iter().map(|(minutes, part)| format!("{:.1},{:.1}", place(*minutes), height(*part))).collect();
            let (dash, colour) = (DASHES[at % DASHES.len()], COLOURS[at % COLOURS.len()]);
            let points = points.join(" ");
            writeln!(
                svg,
                r#"<polyline class="curve r{at}" fill="none" stroke="{colour}" stroke-dasharray="{dash}" points="{points}"/>"#
            )?;
        }
        for (at, row) in self.rules.iter().enumerate() {
            let y = BOTTOM + 48.0 + 20.0 * at as f64;
            let (dash, colour) = (DASHES[at % DASHES.len()], COLOURS[at % COLOURS.len()]);
            writeln!(
                svg,
                r#"<line class="curve r{at}" fill="none" stroke="{colour}" stroke-dasharray="{dash}" x1="{LEFT}" x2="{:.1}" y1="{y:.1}" y2="{y:.1}"/>"#,
                LEFT + 44.0
            )?;
            writeln!(svg, r#"<text x="{:.1}" y="{:.1}">{}</text>"#, LEFT + 56.0, y + 4.0, self.line(row))?;
        }
        writeln!(svg, "</svg>")
    }

    fn line(&self, row: &Row) -> String {
        let requests = row.requests as f64 / 1e6;
        let times = self.of_hourly(row);
        format!("{}: {requests:.1} million requests, {times} of hourly polling’s", row.name)
    }

    fn words(&self) -> String {
        let rows = self.rules.iter().map(|row| {
            let minutes = |wait: Option<f64>| wait.map_or("nothing".to_owned(), |wait| format!("{wait:.0} minutes"));
            format!(
                "{}: half within {}, 95 of 100 within {}, {} requests.",
                row.name,
                minutes(row.median_minutes),
                minutes(row.p95_minutes),
                grouped(row.requests)
            )
        });
        rows.collect::<Vec<_>>().join(" ")
    }
}

/// Where a wait lies.
fn place(minutes: f64) -> f64 {
    let (least, most) = (2.0_f64.ln(), 1_440.0_f64.ln());
    LEFT + (RIGHT - LEFT) * ((minutes.max(2.0).ln() - least) / (most - least)).min(1.0)
}

/// Where a part of all posts lies.
fn height(part: f64) -> f64 {
    BOTTOM - (BOTTOM - TOP) * part
}

/// A number with commas between thousands.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}
