//! Markup to tree: quickly where it is well nested, carefully where not.

use crate::gate::Dress;
use crate::tree::Tree;
use crate::{careful, quick};

/// The tree of any markup, with the elements and attributes that matter on the way to that dress.
pub(crate) fn parse(markup: &str, dress: Dress) -> Tree<'_> {
    let markup = markup.strip_prefix('\u{feff}').unwrap_or(markup);
    quick::build(markup, dress).unwrap_or_else(|| careful::build(markup, dress))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::proof::{self, drawn};

    #[track_caller]
    fn check(markup: &str, quick_tree: &str) {
        let quick = quick::build(markup, Dress::Ours).map(|tree| drawn(&tree));
        assert_eq!(quick.as_deref(), Some(quick_tree), "{markup}");
        assert_eq!(drawn(&careful::build(markup, Dress::Ours)), quick_tree, "{markup}, built with care");
    }

    #[track_caller]
    fn careful_only(markup: &str, tree: &str) {
        assert!(quick::build(markup, Dress::Ours).is_none(), "{markup}");
        assert_eq!(drawn(&careful::build(markup, Dress::Ours)), tree, "{markup}");
    }

    #[test]
    fn well_nested_markup_is_built_quickly() {
        check("<p>One<p>Two <b>bold</b>", r#"html(p("One" ) p("Two " b("bold" ) ) ) "#);
        check("<ul><li>a<li>b<ul><li>c</ul></ul>", r#"html(ul(li("a" ) li("b" ul(li("c" ) ) ) ) ) "#);
        check("<dl><dt>a<dd>b<dt>c</dl>d", r#"html(dl(dt("a" ) dd("b" ) dt("c" ) ) "d" ) "#);
        check(
            "<table><tr><td>a<td>b<tr><th>c</table>",
            r#"html(table(tbody(tr(td("a" ) td("b" ) ) tr(th("c" ) ) ) ) ) "#,
        );
        check("</p><h2>a</h3><BR/>b</br>", r#"html(p() h2("a" ) br() "b" br() ) "#);
        check("<pre>\n\na</pre><a HREF='x&amp;y' href=z>b</a>", r#"html(pre("\na" ) a href="x&y"("b" ) ) "#);
        check("<pre><!-- c -->\na</pre>", r#"html(pre("\na" ) ) "#);
        check("<script>if (a < b) '</p>'</script>c<!-- d -->e", r#"html(script() "ce" ) "#);
        check("<b>a<span>b</b>c", r#"html(b("a" span("b" ) ) "c" ) "#);
    }

    #[test]
    fn the_rest_is_built_as_a_browser_would() {
        careful_only("<b><p>a</b>b", r#"html(b() p(b("a" ) "b" ) ) "#);
        careful_only("<p><i>a</p>b", r#"html(p(i("a" ) ) i("b" ) ) "#);
        careful_only("<table>a<tr><td>b</table>", r#"html("a" table(tbody(tr(td("b" ) ) ) ) ) "#);
        careful_only("<a href=x>a<a href=y>b", r#"html(a href="x"("a" ) a href="y"("b" ) ) "#);
        careful_only(
            "<svg><title>t</title><text>a</text></svg>",
            r##"html(#foreign(#foreign-hidden("t" ) #foreign("a" ) ) ) "##,
        );
    }

    /// Pieces that make trees hard, in any order.
    fn hard() -> impl Strategy<Value = String> {
        let names = prop::sample::select(vec![
            "p",
            "div",
            "b",
            "i",
            "a",
            "em",
            "span",
            "ul",
            "ol",
            "li",
            "dl",
            "dt",
            "dd",
            "table",
            "thead",
            "tbody",
            "tr",
            "td",
            "th",
            "caption",
            "colgroup",
            "col",
            "h2",
            "h3",
            "pre",
            "br",
            "hr",
            "img",
            "blockquote",
            "figure",
            "figcaption",
            "form",
            "input",
            "button",
            "script",
            "style",
            "iframe",
            "noscript",
            "ruby",
            "rt",
            "rp",
            "video",
            "source",
            "x-y",
            "address",
            "section",
            "title",
            "html",
            "body",
            "code",
            "sup",
            "font",
            "center",
            "svg",
            "select",
            "option",
            "object",
            "textarea",
            "details",
            "summary",
            "P",
            "Li",
        ]);
        let piece = (0..9u8, names, "[ a-c\n&;<]{0,4}").prop_map(|(kind, name, text)| match kind {
            0..=3 => format!("<{name}>"),
            4..=5 => format!("</{name}>"),
            6 => format!("<{name} class='{text}' id=x/>"),
            7 => text,
            _ => "<!-- c -->".to_owned(),
        });
        prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn both_builders_build_the_same(markup in hard()) {
            proof::builders_agree(&markup);
        }
    }
}
