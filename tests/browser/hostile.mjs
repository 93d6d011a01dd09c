// Markup made to run, load, submit or hide something: what packages publish, what we write, and mutations of both.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/** Ways that markup has been smuggled past cleaners: one line each, the point of it and nothing else. */
const OURS = [
  // Plain ways to run, load, submit and go elsewhere.
  "<script>x()</script>", "<SCRIPT SRC=//a.example/a.js></SCRIPT>", "<script/src=//a.example/a.js>", "<img src=x onerror=x()>",
  "<img src=x onerror=x() <p>a", "<body onload=x()>a", "<svg onload=x()>", "<math onclick=x()><mi>a</mi></math>", "<a href=javascript:x()>a</a>",
  "<a href='java\tscript:x()'>a</a>", "<a href=' &#1;javascript:x()'>a</a>", "<a href='javascript&colon;x()'>a</a>", "<a href=data:text/html,<script>x()</script>>a</a>",
  "<iframe src=javascript:x()></iframe>", "<iframe srcdoc='<script>x()</script>'></iframe>", "<object data=javascript:x()>a</object>", "<embed src=javascript:x()>",
  "<form action=javascript:x()><button>a</button></form>", "<form id=f></form><button form=f formaction=javascript:x()>a</button>", "<input onfocus=x() autofocus>",
  "<select onfocus=x() autofocus><option>a</select>", "<textarea autofocus onfocus=x()>a</textarea>", "<details open ontoggle=x()>a</details>", "<video src=x onerror=x()></video>",
  "<audio src=//a.example/a.mp3 autoplay>a</audio>", "<video poster=//a.example/a.png>a</video>", "<link rel=stylesheet href=//a.example/a.css>", "<meta http-equiv=refresh content='0;url=//a.example/'>",
  "<base href=//a.example/><a href=b>a</a>", "<style>@import '//a.example/a.css'</style>", "<p style='background:url(//a.example/a.png)'>a</p>", "<p style='width:expression(x())'>a</p>",
  "<p style='position:fixed;inset:0;background:red'>a</p>", "<p style=\"background:\\75rl(//a.example/a.png)\">a</p>", "<p style='color:red/*'>a</p><p style='*/background:url(//a.example/)'>b</p>", "<table background=javascript:x()><tr><td>a</table>",
  "<a ping=//a.example/ href=https://a.example/>a</a>", "<a href=https://a.example/ target=_top>a</a>", "<img srcset='//a.example/a.png 2x' lowsrc=javascript:x()>", "<marquee onstart=x()>a</marquee>",
  "<isindex action=javascript:x() type=image>", "<keygen autofocus onfocus=x()>", "<frameset onload=x()><frame src=javascript:x()></frameset>", "<applet code=a>b</applet>", "<dialog open>a</dialog>", "<portal src=//a.example/></portal>",
  "<button popovertarget=a onclick=x()>a</button><p popover id=a onbeforetoggle=x()>b", "<p contenteditable onfocus=x() autofocus tabindex=0>a", "<img name=body><form name=cookie><input name=attributes>", "<a id=x><a id=x name=y href=clobbered:1>a</a>",
  // Text that is not text everywhere.
  "<noscript><p title=\"</noscript><img src=x onerror=x()>\">a", "<style><p title=\"</style><img src=x onerror=x()>\">", "<title><p title=\"</title><img src=x onerror=x()>\">", "<textarea><p title=\"</textarea><img src=x onerror=x()>\">",
  "<xmp><p title=\"</xmp><img src=x onerror=x()>\">", "<iframe><p title=\"</iframe><img src=x onerror=x()>\">", "<noembed><p title=\"</noembed><img src=x onerror=x()>\">", "<noframes><p title=\"</noframes><img src=x onerror=x()>\">",
  "<plaintext><img src=x onerror=x()>", "<template><img src=x onerror=x()></template>", "<listing>&lt;img src=x onerror=x()&gt;</listing>", "<pre>\n\n<img src=x onerror=x()></pre>", "<!--><img src=x onerror=x()>-->", "<!--!><img src=x onerror=x()>-->",
  "<!-- --!><img src=x onerror=x()>", "<![CDATA[<img src=x onerror=x()>]]>", "<!doctype a [<!entity b '<img src=x onerror=x()>'>]>&b;", "<?a <img src=x onerror=x()>?>", "</p/<img src=x onerror=x()>", "<//img src=x onerror=x()>", "<img/src=x/onerror=x()>",
  "<img src=x:x onerror\u000c=x()>", "<img src=x\u0000 onerror=x()>", "<scr\u0000ipt>x()</scr\u0000ipt>", "<scr<script>ipt>x()</scr</script>ipt>", "<<script>x()//<</script>", "<img \"\"\"><script>x()</script>\">", "<a title='\"`><img src=x onerror=x()>`'>a</a>", "<img alt=``onerror=x() src=x>",
  // Other namespaces.
  "<svg><script>x()</script></svg>", "<svg><script href=//a.example/a.js /></svg>", "<svg><style><img src=x onerror=x()></style></svg>", "<svg><title><img src=x onerror=x()></title></svg>", "<svg><desc><iframe srcdoc='<script>x()</script>'></iframe></desc></svg>",
  "<svg><foreignObject><img src=x onerror=x()></foreignObject></svg>", "<svg><animate onbegin=x() attributeName=x dur=1s>", "<svg><set attributeName=href to=javascript:x()><a><text y=20>a</text></a></svg>", "<svg><a><animate attributeName=href values=javascript:x() /><text y=20>a</text></a></svg>",
  "<svg><a xlink:href=javascript:x()><text y=20>a</text></a></svg>", "<svg><use href='data:image/svg+xml,<svg id=a xmlns=http://www.w3.org/2000/svg><script>x()</script></svg>#a' /></svg>", "<svg><image href=//a.example/a.png /></svg>", "<svg><feImage href=//a.example/a.png /></svg>", "<svg><circle r=9 fill='url(//a.example/#a)'/></svg>",
  "<svg><circle r=9 style='fill:url(//a.example/#a)'/></svg>", "<svg><p><style><g title='</style><img src=x onerror=x()>'>", "<svg></p><style><a id='</style><img src=x onerror=x()>'>", "<svg><style>{font-family:&quot;<iframe/onload=x()>&quot;}", "<svg><noscript><p title='</noscript><img src=x onerror=x()>'>",
  "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=x onerror=x()&gt;'>", "<math><mtext><mglyph><style><img src=x onerror=x()></style></mglyph></mtext></math>", "<form><math><mtext></form><form><mglyph><style></math><img src=x onerror=x()>",
  "<math><annotation-xml encoding='text/html'><style><img src=x onerror=x()></style></annotation-xml></math>", "<math><annotation-xml encoding='text/xhtml'><svg><style><img src=x onerror=x()></style>", "<math><mi xlink:href=javascript:x()>a</mi></math>", "<math href=javascript:x()><mi>a</mi></math>",
  "<math><maction actiontype=statusline xlink:href=javascript:x()>a</maction></math>", "<math><semantics><mi>a</mi><annotation-xml encoding=image/svg+xml><svg onload=x()></svg></annotation-xml></semantics></math>", "<svg><math><mi><svg><a xlink:href=javascript:x()>", "<math><malignmark><style><img src=x onerror=x()>",
  "<svg><foreignobject><math><mtext><mglyph><svg><mtext><style><path id='</style><img src=x onerror=x()>'>", "<math><mtext><h1><a><h6></a></h6><mglyph><svg><mtext><style><a title='</style><img src=x onerror=x()>'></style></h1>", "<svg><mglyph><style><!--</style><img src=x onerror=x()>-->", "<svg><![CDATA[<img src=x onerror=x()>]]></svg>", "<svg><!--><img src=x onerror=x()>--></svg>",
  // Descriptions of drawings, where markup is HTML again.
  "<svg><desc><abbr>a</abbr></desc><circle r=9 /></svg>", "<svg><title><abbr title='</title><img src=x onerror=x()>'>a</abbr></title></svg>", "<svg><desc><abbr><style></desc><img src=x onerror=x()></style></abbr></desc></svg>", "<svg><desc><abbr><svg><style></abbr><img src=x onerror=x()></style></svg></abbr></desc></svg>",
  "<svg><desc><abbr><math><mtext><mglyph><style><img src=x onerror=x()></style></mglyph></mtext></math></abbr></desc></svg>", "<svg><desc><abbr><noscript><p title='</noscript><img src=x onerror=x()>'></abbr></desc></svg>", "<svg><desc><abbr><!--</abbr></desc><img src=x onerror=x()>--></abbr></desc></svg>", "<svg><desc><abbr><![CDATA[</abbr></desc><img src=x onerror=x()>]]></abbr></desc></svg>",
  "<svg><title><abbr></title><title><img src=x onerror=x()></abbr></title></svg>", "<svg><desc><abbr></svg><style><img src=x onerror=x()></style></abbr></desc>", "<svg><desc><b><abbr></b><p></abbr></desc><style><img src=x onerror=x()>", "<svg><desc><abbr><table><abbr></desc><img src=x onerror=x()>", "<math><mi><svg><title><cite><style><!--</style><img title='--&gt;&lt;img src=x onerror=x()&gt;'>", "<svg><title><q><title></q><img src=x onerror=x()></title></title></svg>",
  "<p><svg><desc><kbd></p><img src=x onerror=x()></kbd></desc></svg>", "<svg><desc><mark><svg></desc></mark><script>x()</script></svg></desc></svg>", "<svg><desc><samp><foreignObject><title><img src=x onerror=x()></samp></title></foreignObject></desc></svg>", "<table><tr><td><svg><title><dfn></td></tr></table><img src=x onerror=x()></dfn></title></svg>",
  // Addresses that are relative to some and not to others.
  "<a href=a/b.html>a</a><img src='a b.png'><svg><a xlink:href='#a'><text y=20>a</text></a></svg>", "<a href=' javascript:x()'>a</a><a href='javascript%3Ax()'>b</a><a href='javascript&amp;colon;x()'>c</a>", "<a href='java&Tab;script:x()'>a</a><a href='java&NewLine;script:x()'>b</a><a href='java&shy;script:x()'>c</a>", "<a href='//a.example/'>a</a><img src='//a.example/a.png'><a href='/\\a.example/'>b</a><a href='\\\\a.example/'>c</a>",
  "<img src='/&Tab;/a.example/a.png'><img src='&#1;//a.example/a.png'><img src='/\\a.example/a.png'>", "<a href=':x()'>a</a><a href='&#65279;javascript:x()'>b</a><a href='&#x2028;javascript:x()'>c</a>", "<svg><a xlink:href='&#1;javascript:x()'><text y=20>a</text></a><a href='\\\\a.example/'><text y=20>b</text></a></svg>", "<math><mi xlink:href='java&Tab;script:x()'>a</mi><mi href='//a.example/'>b</mi></math>",
  // Trees that are built otherwise than they are written.
  "<table><tr><td></table><form><table><form><script>x()</script>", "<table><img src=x onerror=x()><tr><td>a", "<a><table><a href=javascript:x()>a", "<b><p></b><img src=x onerror=x()>", "<p><svg></p><style><img src=x onerror=x()>", "<select><template><img src=x onerror=x()>", "<select><style></select><img src=x onerror=x()></style>",
  "<table><colgroup><style></colgroup><img src=x onerror=x()></style>", "<div><a><div><a><svg><style></div><img src=x onerror=x()>", "<ruby><rt><svg><rp><style><img src=x onerror=x()></style>", "<option><svg><style></option><img src=x onerror=x()></style>", "<button><svg></button><style><img src=x onerror=x()>",
  // Nothing wrong here: it has to look as it was meant.
  "<p>One <b>two</b> <a href=https://a.example/>three</a></p>", "<table><caption>a</caption><tr><th>b<td>c</table>", "<svg viewBox='0 0 9 9'><title>t</title><circle cx=4 cy=4 r=3 fill=red /><text x=1 y=5>word</text></svg>", "<math><mfrac><mi>a</mi><mn>2</mn></mfrac></math>",
  "<center><font color=red face=serif>a</font></center><hr noshade>", "<p style='color:red;text-align:center'>a</p>", "<dl><dt>a<dd>b</dl><blockquote cite=//a.example/>c</blockquote>", "<details open><summary>a</summary>b</details>",
];

/** Chance that is the same every time: numbers from 0 to 1. */
function dice(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const AROUND = [
  "<svg>#</svg>", "<math>#</math>", "<svg><foreignObject>#</foreignObject></svg>", "<svg><desc>#</desc></svg>", "<svg><title>#</title></svg>", "<svg><style>#</style></svg>", "<math><mtext>#</mtext></math>", "<math><mi>#", "<math><annotation-xml encoding=text/html>#",
  "<math><annotation-xml>#", "<math><mtext><mglyph>#", "<table>#</table>", "<table><tr>#", "<table><caption>#", "<select>#</select>", "<template>#</template>", "<noscript>#</noscript>", "<style>#</style>", "<title>#</title>", "<textarea>#</textarea>", "<xmp>#</xmp>",
  "<noembed>#</noembed>", "<iframe>#</iframe>", "<form>#</form>", "<button>#</button>", "<p title=\"#\">a</p>", "<p title='#'>a</p>", "<!--#-->", "<![CDATA[#]]>", "<a href=x>#</a>", "<b><p>#</b>", "<ul><li>#", "<pre>\n#</pre>", "<font color=red>#", "<div style=\"color:red\">#</div>",
];
const BETWEEN = ["<style>", "</style>", "<!--", "-->", "</p>", "<p>", "</svg>", "<svg>", "<math>", "</math>", "<table>", "</table>", "<mglyph>", "</title>", "<title>", "</form>", "<form>", "<a>", "</a>", "\u0000", "\n", "/", "&#10;", "\"", "'", "`", ">", "<", "<![CDATA[", "]]>", "</noscript>", "<br>"];

/** Changes markup in one of many ways. */
function mutate(markup, all, chance) {
  const any = (list) => list[Math.floor(chance() * list.length)];
  const place = Math.floor(chance() * (markup.length + 1));
  switch (Math.floor(chance() * 8)) {
    case 0:
    case 1:
      return any(AROUND).replace("#", () => markup);
    case 2: {
      const other = any(all);
      return markup.slice(0, place) + other.slice(Math.floor(chance() * other.length));
    }
    case 3:
      return markup.slice(0, place) + any(BETWEEN) + markup.slice(place);
    case 4:
      return markup.slice(0, place) + markup.slice(place + 1 + Math.floor(chance() * 4));
    case 5:
      return [...markup].map((letter) => (chance() < 0.3 ? letter.toUpperCase() : letter)).join("");
    case 6:
      return markup.slice(0, place) + [...markup.slice(place, place + 4)].map((letter) => `&#${letter.codePointAt(0)};`).join("") + markup.slice(place + 4);
    default:
      return markup + any(all);
  }
}

/** Every piece of hostile markup: `{ origin, markup }`. The same seed gives the same ones. */
export function hostile(seed, mutations) {
  const purify = require("dompurify-fixtures/test/fixtures/expect.js").map((one) => one.payload);
  const naughty = JSON.parse(readFileSync(require.resolve("big-list-of-naughty-strings/blns.json"), "utf8"));
  const written = [...purify, ...naughty, ...OURS].filter((markup) => typeof markup === "string");
  const origins = (list, origin) => list.filter((markup) => typeof markup === "string").map((markup) => ({ origin, markup }));
  const chance = dice(seed);
  const mutants = [];
  while (mutants.length < mutations) {
    let markup = written[Math.floor(chance() * written.length)];
    for (let turn = 1 + Math.floor(chance() * 4); turn > 0; turn -= 1) markup = mutate(markup, written, chance);
    // Half of a pair of surrogates is no text, and nothing that is sent as UTF-8 can hold one.
    mutants.push(markup.toWellFormed());
  }
  return [...origins(purify, "dompurify"), ...origins(naughty, "naughty strings"), ...origins(OURS, "ours"), ...origins(mutants, "mutation")];
}
