// Runs in each page of cleaned markup, before it: notes whatever happens, then looks at what is there.

/** What was found: `{ number, what }`, without a number where it is not known which piece did it. */
const found = [];
const note = (what, number) => found.push({ number, what });

for (const name of ["alert", "confirm", "prompt", "print", "open", "x", "xss", "eval", "fetch", "execScript"]) window[name] = () => note(`${name}() was called`);
addEventListener("error", (event) => { if (event.message) note(`a script failed: ${event.message}`); });
// The policy is only reported, never enforced: what it would have stopped has happened.
document.addEventListener("securitypolicyviolation", (event) => note(`${event.effectiveDirective} ${event.blockedURI}`));

const ELEMENTS = new Set(
  ("script style iframe frame frameset object embed applet form input button select textarea option keygen isindex link meta base template noscript " +
    "dialog portal fencedframe audio video source track title xmp plaintext listing marquee slot " +
    "animate animatemotion animatetransform animatecolor set use image feimage foreignobject handler maction mglyph annotation-xml").split(" "),
);
const ADDRESSES = "action background cite data datasrc dynsrc href icon longdesc lowsrc src template urn vrml xlink:href".split(" ");

/** Whether an address leads somewhere safe; without a base, one that stays on the page's own site does too. */
function leadsSafely(address, by) {
  const scheme = /^[\u0000-\u0020]*([a-z][a-z0-9+.-]*):/i.exec(address)?.[1]?.toLowerCase();
  if (["http", "https", "mailto", "tel"].includes(scheme)) return true;
  if (by !== "unplaced" || scheme !== undefined || /[\u0000-\u001f\u007f\\]/.test(address)) return false;
  return new URL(address, document.baseURI).origin === location.origin;
}

/** What should not be there. */
function inspect(root, number, by, when = by) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_COMMENT);
  while (walker.nextNode()) {
    const at = walker.currentNode;
    if (at.nodeType === Node.COMMENT_NODE) {
      note(`${when}: a comment`, number);
      continue;
    }
    const isDrawnTitle = at.localName === "title" && at.namespaceURI === "http://www.w3.org/2000/svg";
    if (ELEMENTS.has(at.localName.toLowerCase()) && !isDrawnTitle) note(`${when}: <${at.localName}>`, number);
    for (const { name, value } of at.attributes) {
      if (/^on|^(srcdoc|srcset|formaction|http-equiv|ping|target|autofocus|id|name|contenteditable|popover|is|slot)$/i.test(name)) note(`${when}: ${name}="${value}"`, number);
      if (ADDRESSES.includes(name) && value !== "" && !leadsSafely(value, by)) note(`${when}: ${name}="${value}"`, number);
      if (name === "style" && /[\\(@{}]|\/\*|position/.test(value.replace(/\b(rgb|hsl)a?\([\d.,%\s/]*\)/gi, ""))) note(`${when}: style="${value}"`, number);
      if (/^(fill|stroke|filter|mask|clip-path|cursor|marker)/.test(name) && /url/i.test(value)) note(`${when}: ${name}="${value}"`, number);
    }
  }
}

const HIDDEN = "script, style, title, template, noembed, noframes, desc, metadata, annotation, annotation-xml, defs, symbol, clipPath, mask, marker, pattern, datalist, audio, video";

/** Whether all letters of one text are in another, in this order. */
function isWithin(some, all) {
  let at = 0;
  for (const letter of some) {
    at = all.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

/** The letters and digits that can be seen in a tree. */
function letters(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  let text = "";
  while (walker.nextNode()) if (!walker.currentNode.parentElement?.closest(HIDDEN)) text += walker.currentNode.data;
  return text.replace(/[^\p{L}\p{N}]/gu, "");
}

/** Looks at one piece of markup, cleaned in each way. */
function judge(piece) {
  const number = Number(piece.dataset.number);
  const parts = [...piece.children];
  if (parts.length !== 3 || parts.some((part) => part.className !== "part")) {
    note("it got out of its place", number);
    return;
  }
  for (const part of parts) inspect(part, number, part.dataset.by);
  const written = JSON.parse(piece.dataset.markup);
  // What stands in a frame or an unknown declaration is shown as markup, and a browser reads it as something else.
  if (!/<\/?iframe|<!(?!--|doctype[^>]*>)/i.test(written)) {
    // The page around this one has no policy that what is only read could go against.
    const meant = letters(new parent.DOMParser().parseFromString(`<!doctype html><body>·${written}`, "text/html").body);
    for (const part of parts.slice(1)) {
      const shown = letters(part);
      // What a browser takes for a comment by mistake is shown too.
      if (!isWithin(meant, shown)) note(`${part.dataset.by}: text was lost: ${JSON.stringify(meant)} became ${JSON.stringify(shown)}`, number);
    }
  }
  // What comes out and is put in again is what mutation hides in.
  for (const part of parts) {
    const before = part.innerHTML;
    part.innerHTML = before;
    inspect(part, number, part.dataset.by, `${part.dataset.by}, put in again`);
    if (part.innerHTML !== before) note(`${part.dataset.by}: it changes when it is put in again`, number);
  }
}

addEventListener("load", async () => {
  const pieces = [...document.querySelectorAll("body > .piece")];
  const expected = Number(document.documentElement.dataset.pieces);
  if (pieces.length !== expected || document.body.children.length !== expected + 1 || document.body.lastElementChild.id !== "end") note("something got out of its place");
  pieces.forEach(judge);
  // Handlers, reports and loads come a little later.
  await new Promise((done) => setTimeout(done, 50));
  parent.postMessage({ page: Number(document.documentElement.dataset.page), found }, "*");
});
