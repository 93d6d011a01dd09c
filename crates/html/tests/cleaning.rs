//! What cleaning does to an author's markup, a line for each behaviour.

use html::{Context, clean, clean_plain, sanitised};
use url::Url;

const REL: &str = r#" rel="nofollow ugc noopener""#;
const LAZY: &str = r#" loading="lazy""#;

/// Links and pictures are checked without what the gate adds to every one of them.
#[track_caller]
fn check(markup: &str, clean_form: &str) {
    let cleaned = clean(markup, &context());
    assert_eq!(cleaned.html.as_str().replace(REL, "").replace(LAZY, ""), clean_form, "{markup}");
    let again = clean(cleaned.html.as_str(), &context());
    assert_eq!(again.html, cleaned.html, "cleaned again: {markup}");
}

fn context() -> Context<'static> {
    static BASE: std::sync::LazyLock<Url> =
        std::sync::LazyLock::new(|| Url::parse("https://riverton.example/blog/post").expect("a constant"));
    Context { base: Some(&BASE), title: Some("Open forms"), source_name: Some("Riverton Digital") }
}

#[test]
fn every_link_and_picture_says_what_it_is() {
    let cleaned = clean(r#"<a href="/a">a</a> <img src="/b.png">"#, &context());
    assert_eq!(
        cleaned.html.as_str(),
        format!(
            r#"<p><a href="https://riverton.example/a"{REL}>a</a> <img src="https://riverton.example/b.png" alt=""{LAZY}></p>"#
        )
    );
}

#[test]
fn addresses_are_absolute() {
    check(r##"<a href="#notes">1</a>"##, r#"<p><a href="https://riverton.example/blog/post#notes">1</a></p>"#);
    check(
        r#"<blockquote cite="/q">a</blockquote>"#,
        r#"<blockquote cite="https://riverton.example/q"><p>a</p></blockquote>"#,
    );
    check(r#"<p><a href="javascript:x()">a</a> <a href="">b</a> <a name=c>c</a></p>"#, "<p>a b c</p>");
    check(r#"<p><a href="tel:01234" target=_blank title="t">call</a></p>"#, r#"<p><a href="tel:01234">call</a></p>"#);
}

#[test]
fn pictures_are_chosen() {
    let shown = r#"<p><img src="https://riverton.example/a.png" alt=""></p>"#;
    check(r#"<img src="/a.png">"#, shown);
    check(r#"<img src="data:image/gif;base64,R0" data-src="/a.png">"#, shown);
    check(r#"<img data-lazy-src="/a.png" src="/blank.gif"><noscript><img src="/a.png"></noscript>"#, shown);
    check(r#"<img src="data:image/gif;base64,R0"><noscript><img src="/a.png"></noscript>"#, shown);
    check(r#"<img srcset="/s.png 300w, /a.png 900w, /l.png 3000w">"#, shown);
    check(r#"<picture><source srcset="/a.png 900w"><img></picture>"#, shown);
    check(r#"<img src="/a.png" alt="IMG_2024.JPG">"#, shown);
    check(
        r#"<img src="/a.png" alt="A  river" width="640" height="480px" class=x>"#,
        r#"<p><img src="https://riverton.example/a.png" alt="A river" width="640" height="480"></p>"#,
    );
    check(r#"<p>a <img src="data:image/png;base64,R0" alt="Chart of visits"> b</p>"#, "<p>a Chart of visits b</p>");
    check(r#"<p>Hi <img class="wp-smiley" src="/s.png" alt="🙂"></p>"#, "<p>Hi 🙂</p>");
}

#[test]
fn pictures_that_count_readers_go() {
    for pixel in [
        r#"<img src="/t.gif" width="1" height="1">"#,
        r#"<img src="/t.gif" style="width: 1px; height:1px">"#,
        r#"<img src="https://feeds.feedburner.com/~r/riverton/~4/abc">"#,
        r#"<img src="https://pixel.wp.com/b.gif?host=riverton">"#,
        r#"<img src="https://medium.com/_/stat?event=post" alt="">"#,
        r#"<img height='1' width='1' alt='' src="https://stats.wordpress.com/x"/>"#,
    ] {
        check(&format!("<p>a</p>{pixel}"), "<p>a</p>");
    }
}

#[test]
fn links_have_a_name() {
    let picture = "https://riverton.example/a.png";
    check(r#"<a href="/a.png"><img src="/a.png"></a>"#, &format!(r#"<p><img src="{picture}" alt=""></p>"#));
    check(
        r#"<a href="https://other.example/x"><img src="/a.png"></a>"#,
        &format!(r#"<p><a href="https://other.example/x"><img src="{picture}" alt="other.example"></a></p>"#),
    );
    check(r#"<p>a<a href="/x"></a></p>"#, "<p>a</p>");
}

#[test]
fn headings_come_under_the_posts_own() {
    check("<h1>A</h1><p>a</p><h2>B</h2><h4>C</h4>", "<h3>A</h3><p>a</p><h4>B</h4><h5>C</h5>");
    check("<h2>A</h2><h3>B</h3><h2>C</h2>", "<h3>A</h3><h4>B</h4><h3>C</h3>");
    check("<h1>1</h1><h2>2</h2><h3>3</h3><h4>4</h4><h5>5</h5>", "<h3>1</h3><h4>2</h4><h5>3</h5><h6>4</h6><h6>5</h6>");
    check("<h1>Open Forms!</h1><p>a</p>", "<p>a</p>");
    check("<h2> </h2><h2><a name=x></a></h2><p>a</p>", "<p>a</p>");
    check(r##"<h2 id=x>A <a href="#x">¶</a></h2>"##, "<h3>A</h3>");
    check("<h2><p>A</p></h2>", "<h3>A</h3>");
    check("<h2>A<table><td>b<td><col></table></h2>", "<h3>A<br>b</h3>");
}

#[test]
fn what_the_author_wrote_stays() {
    let table = "<table><caption>C</caption><thead><tr><th scope=\"col\">A</th></tr></thead><tbody><tr><td colspan=\"2\">b</td></tr></tbody></table>";
    check(table, table);
    check("<ul><li>a<li>b <ol start=3><li>c</ol></ul>", "<ul><li>a</li><li>b<ol start=\"3\"><li>c</li></ol></li></ul>");
    check("<dl><dt>a<dd>b</dl>", "<dl><dt>a</dt><dd>b</dd></dl>");
    for raw in ["xmp", "plaintext"] {
        check(
            &format!("<{raw}>\r\n\r&lt;a>\r\nb\rc</{raw}>").replace("</plaintext>", ""),
            "<pre>&amp;lt;a&gt;\nb\nc</pre>",
        );
    }
    check("<pre><code class=rust>fn  a() {\n  b\n}</code></pre>", "<pre><code>fn  a() {\n  b\n}</code></pre>");
    check(
        "<p>x<sup>2</sup> <abbr title=\"for example\">e.g.</abbr> <time datetime=\"2024-01-01\">then</time></p>",
        "<p>x<sup>2</sup> <abbr title=\"for example\">e.g.</abbr> <time datetime=\"2024-01-01\">then</time></p>",
    );
    check("<blockquote>a<p>b</p></blockquote>", "<blockquote><p>a</p><p>b</p></blockquote>");
    check("<details><summary>a</summary><p>b</p></details>", "<details><summary>a</summary><p>b</p></details>");
    check(
        r#"<p lang="cy-gb" dir="LTR">a <span lang="fr">b</span> <span lang="!">c</span></p>"#,
        r#"<p lang="cy-GB" dir="ltr">a <span lang="fr">b</span> c</p>"#,
    );
}

#[test]
fn figures_have_their_caption_once() {
    let figure = r#"<figure><img src="https://riverton.example/a.png" alt="Two people at a desk"><figcaption>Our team</figcaption></figure>"#;
    check(
        r#"<figure><p><img src="/a.png" alt="Two people at a desk"></p><figcaption>Our team</figcaption></figure>"#,
        figure,
    );
    check(
        r#"<div class="wp-caption alignright" style="width:1px"><img src="/a.png" alt="Two people at a desk"><p class="wp-caption-text">Our team</p></div>"#,
        figure,
    );
    check(
        r#"<table class="tr-caption-container"><tr><td><img src="/a.png" alt="Two people at a desk"></td></tr><tr><td class="tr-caption">Our team</td></tr></table>"#,
        figure,
    );
    check(
        r#"<figure><img src="/a.png" alt="Our team."><figcaption>Our team</figcaption></figure><p>Our team</p>"#,
        r#"<figure><img src="https://riverton.example/a.png" alt=""><figcaption>Our team</figcaption></figure>"#,
    );
    check("<figure><figcaption>Our team</figcaption></figure>", "<p>Our team</p>");
    check("<figure><div></div></figure><p>a</p>", "<p>a</p>");
}

#[test]
fn what_is_embedded_is_a_link() {
    check(
        r#"<p>See:</p><iframe src="https://www.youtube.com/embed/abc123?rel=0" title="YouTube video player"></iframe>"#,
        r#"<p>See:</p><p><a href="https://www.youtube.com/watch?v=abc123">Watch on YouTube</a></p>"#,
    );
    check(
        r#"<figure class="wp-block-embed"><div><iframe src="//player.vimeo.com/video/42" title="Our first year"></iframe></div></figure>"#,
        r#"<figure><p><a href="https://vimeo.com/42">Watch on Vimeo: Our first year</a></p></figure>"#,
    );
    check(
        r#"<video controls poster="/p.jpg"><source src="/v.mp4">Your browser is old.</video>"#,
        r#"<p><a href="https://riverton.example/v.mp4"><img src="https://riverton.example/p.jpg" alt="">Watch the video (riverton.example)</a></p>"#,
    );
    check(
        r#"<audio src="/a.mp3"></audio>"#,
        r#"<p><a href="https://riverton.example/a.mp3">Listen to the recording (riverton.example)</a></p>"#,
    );
    check(
        r#"a <iframe src="https://other.example/x"></iframe> b"#,
        r#"<p>a</p><p><a href="https://other.example/x">Open what is embedded here (other.example)</a></p><p>b</p>"#,
    );
    check(
        r#"<p>a</p><iframe src="https://riverton.substack.com/embed"></iframe><iframe width=0 src="/x"></iframe>"#,
        "<p>a</p>",
    );
    check(
        r#"<script src="https://gist.github.com/ann/1.js"></script>"#,
        r#"<p><a href="https://gist.github.com/ann/1">See the code on GitHub</a></p>"#,
    );
}

#[test]
fn paragraphs_where_there_were_line_breaks() {
    check("a<br><br>b<br>c", "<p>a</p><p>b<br>c</p>");
    check("<p>a<br><br><br>b</p>", "<p>a</p><p>b</p>");
    check("<div>a</div><div><div>b</div>c</div>", "<p>a</p><p>b</p><p>c</p>");
    check("<p></p><p>&nbsp;</p><p><br></p><p><b> </b></p>a", "<p>a</p>");
    check("<p>  a \n\n b  </p>\n\n<p>c</p>", "<p>a b</p><p>c</p>");
    check(
        "<p>a line that ends at its thirty \nsecond letter</p>",
        "<p>a line that ends at its thirty second letter</p>",
    );
    check("<ul><li><p>a</p></li><li><div>b</div></li></ul>", "<ul><li>a</li><li>b</li></ul>");
    check("<ul>a<li>b</li><ul><li>c</li></ul></ul>", "<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>");
    check("<table><tr><td><p>a</p>b</td></tr></table>", "<p>a</p><p>b</p>");
    check("<center><font color=red>a</font></center>", "<p>a</p>");
}

#[test]
fn leftovers_go() {
    for leftover in [
        r#"<p>The post <a href="/x">Open forms</a> appeared first on <a href="/">Riverton</a>.</p>"#,
        r#"<hr><p><a href="/x">Open forms</a> was originally published in <a href="/y">Riverton Digital</a> on Medium, where people are continuing the conversation by highlighting and responding to this story.</p>"#,
        r#"<p><a href="/x">Read more…</a></p>"#,
        r#"<div class="sharedaddy sd-sharing-enabled"><h3>Share this:</h3><ul><li><a href="/x">Click to share</a></li></ul></div>"#,
        r#"<div class="feedflare"><a href="/x">like</a></div>"#,
        r#"<h3>Share this:</h3><ul><li><a href="/x">Mastodon</a></li></ul>"#,
        r#"<p>Like this:</p><p>Like Loading...</p>"#,
        r#"<div class="subscription-widget-wrap"><form><input type=email><input type=submit value=Subscribe></form></div>"#,
        r#"<p class="button-wrapper"><a href="https://riverton.substack.com/subscribe?utm_source=x"><span>Subscribe now</span></a></p>"#,
        r#"<p class="button-wrapper" data-component-name="ButtonCreateButton"><a class="button primary" href="/subscribe?"><span>Subscribe now</span></a></p>"#,
        r#"<p>Original source – <a href="/x">Riverton Digital</a></p>"#,
        r#"<div id="jp-relatedposts"><h3>Related</h3></div>"#,
        r#"<p><a href="https://tWitter.com/intent/tweet?url=x">Tweet</a></p>"#,
        r#"<p><a href="//twitter.com/share?url=x">Tweet</a></p>"#,
        r#"<p style="display:none">hidden</p>"#,
    ] {
        check(&format!("<p>a</p>{leftover}"), "<p>a</p>");
    }
    check(r#"<p>It began in May. <a href="/x">Continue reading Open forms</a></p>"#, "<p>It began in May.</p>");
    check(
        r#"<p>It began.<br>The post <a href="/x">Open forms</a> appeared first on Riverton.</p>"#,
        "<p>It began.</p>",
    );
}

#[test]
fn words_of_the_authors_own_stay() {
    for text in [
        "<p>Read more books this year, says our library.</p>",
        "<p>The post box on our street appeared in 1912.</p>",
        "<p>Share this with your team, and tell us what they say about it.</p>",
        "<p>I welcome your comments</p>",
        "<p>Originally published in 1962, the book is still read.</p>",
    ] {
        check(text, text);
        check(&format!("<p>First.</p>{text}"), &format!("<p>First.</p>{text}"));
    }
}

#[test]
fn where_a_post_was_published_first() {
    let hint = |markup| clean(markup, &context()).canonical_hint;
    let home = Some("https://other.example/first".to_owned());
    assert_eq!(
        hint(
            r#"<p><em>This post was first published on <a href="https://other.example/first">the Other blog</a>.</em></p><p>a</p>"#
        ),
        home
    );
    assert_eq!(
        hint(
            r#"<p>a</p><p>The post <a href="https://other.example/first">Open forms</a> appeared first on <a href="https://other.example">Other</a>.</p>"#
        ),
        home
    );
    assert_eq!(hint(r#"<p>a</p><p>Originally published at <a href="https://other.example/">Other</a>.</p>"#), None);
    assert_eq!(hint("<p>a</p>"), None);
}

#[test]
fn plain_text_becomes_paragraphs() {
    let cleaned = clean_plain("One <b> & two\nthree\n\n\nFour");
    assert_eq!(cleaned.html.as_str(), "<p>One &lt;b&gt; &amp; two<br>three</p><p>Four</p>");
    assert_eq!(cleaned.text, "One <b> & two three\nFour");
}

#[test]
fn what_is_only_made_safe_stays_as_it_was() {
    #[track_caller]
    fn check(markup: &str, safe: &str) {
        assert_eq!(sanitised(markup, context().base).as_str(), safe, "{markup}");
    }
    check(
        "<div> One\n <h1 title=t onclick=x()>two</h1><p></p></div>",
        "<div> One\n <h1 title=\"t\">two</h1><p></p></div>",
    );
    check(
        "<a href=/x>a</a><img src=/b.png width=1>",
        "<a href=\"https://riverton.example/x\">a</a><img src=\"https://riverton.example/b.png\" width=\"1\">",
    );
    check(
        "safe<iframe src=/x> <b>words</b></iframe><object data=/y> <i>more</i></object>",
        "safe <b>words</b> <i>more</i>",
    );
    check(
        "<script>'<iframe>'</script><p>The post <a href=/x>A</a> appeared first on B.</p>",
        "<p>The post <a href=\"https://riverton.example/x\">A</a> appeared first on B.</p>",
    );
    // Browsers run no applet any more, and show what stands in it; an order of the keys is the page's.
    check("a <applet code=x>b</applet> <p tabindex=3>c</p>", "a b <p>c</p>");
    check("<pre>\n\na</pre>", "<pre>a</pre>");
    check("</p\u{feff}><script></script>\u{feff}\u{feff}a \u{feff}b", "a \u{feff}b");
    check(
        "<math><mi>a<svg><title>t</title><desc>d</desc><text>b</text></svg></mi></math>",
        "<math xmlns=\"http://www.w3.org/1998/Math/MathML\"><mi>ab</mi></math>",
    );
}

#[test]
fn without_a_base_relative_addresses_stay() {
    #[track_caller]
    fn check(markup: &str, alone: &str, placed: &str) {
        assert_eq!(sanitised(markup, None).as_str(), alone, "{markup}");
        assert_eq!(sanitised(markup, context().base).as_str(), placed, "{markup}");
        assert_eq!(sanitised(alone, None).as_str(), alone, "{markup}");
    }
    check(
        "&lt;!' <a href=\"foo\">",
        "&lt;!' <a href=\"foo\"></a>",
        "&lt;!' <a href=\"https://riverton.example/blog/foo\"></a>",
    );
    check("<img src='a b.png'>", "<img src=\"a b.png\">", "<img src=\"https://riverton.example/blog/a%20b.png\">");
    check(
        "<svg><a xlink:href='#a'>b</a></svg>",
        "<svg xmlns=\"http://www.w3.org/2000/svg\"><a xlink:href=\"#a\" xmlns:xlink=\"http://www.w3.org/1999/xlink\">b</a></svg>",
        "<svg xmlns=\"http://www.w3.org/2000/svg\"><a xlink:href=\"https://riverton.example/blog/post#a\" xmlns:xlink=\"http://www.w3.org/1999/xlink\">b</a></svg>",
    );
    for href in [
        "javascript:x()",
        "java&Tab;script:x()",
        "&#1;javascript:x()",
        "javascript&amp;colon;x()",
        "javascript%3Ax()",
        "data:,x",
    ] {
        let markup = format!("<a href='{href}'>a</a><svg><a xlink:href='{href}'>b</a></svg>");
        assert!(!sanitised(&markup, None).as_str().contains("href"), "{markup}");
    }
    for href in ["//other.example/", "/\\other.example/", "\\\\other.example/", "/&Tab;/other.example/"] {
        let markup = format!("<a href='{href}'>a</a><img src='{href}'>");
        assert!(!sanitised(&markup, None).as_str().contains("other"), "{markup}");
    }
}

#[test]
fn descriptions_of_drawings_hold_phrases_and_nothing_else() {
    #[track_caller]
    fn check(inside: &str, safe: &str) {
        for name in ["desc", "title"] {
            let markup = format!("<svg><g><{name}>{inside}</{name}></g><circle r=9></svg>");
            let safe = format!(
                "<svg xmlns=\"http://www.w3.org/2000/svg\"><g><{name}>{safe}</{name}></g><circle r=\"9\"></circle></svg>"
            );
            assert_eq!(sanitised(&markup, None).as_str(), safe, "{markup}");
            assert_eq!(sanitised(&safe, None).as_str(), safe, "{safe}");
        }
    }
    check("a <abbr>foo</abbr> &amp; <q>b</q>", "a <abbr>foo</abbr> &amp; <q>b</q>");
    check("<ABBR title=t onclick=x() style='color:red'>a</ABBR>", "<abbr>a</abbr>");
    check("<abbr>a<cite>b</cite><p>c</p></abbr>", "<abbr>abc</abbr>");
    check("<p>a<abbr>b</abbr></p>", "a<abbr>b</abbr>");
    check("<b>a</b> <span>b</span> <a href=x>c</a>", "a b c");
    check("<abbr><svg><circle r=1></svg><math><mi>a</mi></math></abbr>", "<abbr>a</abbr>");
    check("<abbr><style><img src=x onerror=x()></style>a</abbr>", "<abbr>a</abbr>");
    check("<abbr><noscript><img src=x onerror=x()></noscript>a</abbr>", "<abbr>a</abbr>");
    check("<abbr><!--</abbr>-->a</abbr>", "<abbr>a</abbr>");
    check("<![CDATA[<img src=x>]]>", "&lt;img src=x&gt;");
    check("<abbr><![CDATA[</desc></title>]]>a</abbr>", "<abbr>&lt;![CDATA[]]&gt;a</abbr>");
    check("<abbr>a</abbr></p>", "<abbr>a</abbr>");
}

#[test]
fn what_reads_on_is_for_excerpts() {
    let cleaned = clean(
        "<h2>Head</h2><p>One.</p><table><tr><td>a<td>b</table><ul><li>Two.</ul><pre>x</pre><p>Three.</p>",
        &context(),
    );
    assert_eq!(cleaned.text, "Head\nOne.\na b\nTwo.\nx\nThree.");
    assert_eq!(cleaned.prose, "One.\nTwo.\nThree.");
    assert_eq!(clean("<h2>Head</h2>", &context()).prose, "");
}

#[test]
fn the_language_that_all_of_a_post_claims() {
    let language = |markup| clean(markup, &context()).language;
    assert_eq!(language("<div lang=ar dir=rtl><p>a</p><p>b</p></div>").as_deref(), Some("ar"));
    assert_eq!(language("<p lang=cy-gb>a</p><p lang=cy-GB>b</p>").as_deref(), Some("cy-GB"));
    assert_eq!(language("<p lang=cy>a</p><p>b</p>"), None);
    assert_eq!(language(""), None);
}

#[test]
fn text_pictures_and_links_are_noted() {
    let cleaned = clean(
        r#"<h2>A</h2><p>b <b>c</b><br>d</p><table><tr><td>e<td>f<tr><td>g</table><a href="/x"><img src="/a.png" alt="p" width=4></a><a href="/x">h</a>"#,
        &context(),
    );
    assert_eq!(cleaned.text, "A\nb c d\ne f\ng\nh");
    assert_eq!(cleaned.links, ["https://riverton.example/x"]);
    let picture = &cleaned.pictures[0];
    assert_eq!(
        (picture.address.as_str(), picture.alternative.as_str(), picture.width),
        ("https://riverton.example/a.png", "p", Some(4))
    );
}
