// Hostile markup, cleaned by us and loaded in a real browser that would let it do anything.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";
import { hostile } from "./hostile.mjs";
import { startBrowser } from "./site.mjs";

const SEED = Number(process.env.WATERSMEET_TEST_SEED ?? 20261127);
const MUTATIONS = Number(process.env.WATERSMEET_TEST_MUTATIONS ?? 3_500);
/** So many pieces are in one page, and so many pages are loaded side by side, each in a frame of its own. */
const IN_PAGE = 16;
const AT_ONCE = 12;

// Nothing is stopped by it; what it would have stopped is noted.
const POLICY =
  "default-src 'none'; script-src 'nonce-ours'; style-src-attr 'unsafe-inline'; img-src http: https:; form-action 'none'; base-uri 'none'";

/** What `clean` and `sanitised` make of each piece of markup, the latter with a base and without one. */
async function cleaned(all) {
  const program = process.env.WATERSMEET_TEST_CLEANER;
  if (!program) throw new Error("WATERSMEET_TEST_CLEANER is not set: run ./test browser");
  const running = spawn(program, { stdio: ["pipe", "pipe", "inherit"] });
  running.stdin.end(all.map(({ markup }) => `${JSON.stringify(markup)}\n`).join(""));
  const chunks = [];
  for await (const chunk of running.stdout) chunks.push(chunk);
  const lines = Buffer.concat(chunks).toString("utf8").trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line));
}

const inAttribute = (text) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;");

describe("Hostile markup", () => {
  let all;
  let server;
  let browser;
  let address;

  before(async () => {
    all = hostile(SEED, MUTATIONS);
    const outputs = await cleaned(all);
    assert.equal(outputs.length, all.length);
    all.forEach((one, at) => Object.assign(one, outputs[at]));
    const watch = await readFile(new URL("watch.js", import.meta.url));
    const part = (by, output) => `<div class="part" data-by="${by}">${output}</div>`;
    const piece = ({ markup, clean, sanitised, unplaced }, number) =>
      `<div class="piece" data-number="${number}" data-markup="${inAttribute(JSON.stringify(markup))}">${part("clean", clean)}${part("sanitised", sanitised)}${part("unplaced", unplaced)}</div>`;
    const page = (number) => {
      const first = number * IN_PAGE;
      const pieces = all.slice(first, first + IN_PAGE).map((one, at) => piece(one, first + at));
      return `<!doctype html><html lang="en" data-page="${number}" data-pieces="${pieces.length}"><head><meta charset="utf-8"><title>${number}</title><script nonce="ours" src="/watch.js"></script></head>
<body>${pieces.join("")}<p id="end"></p></body></html>`;
    };
    const frames = (from, to) =>
      `<!doctype html><meta charset="utf-8"><title>Frames</title><script>
        window.replies = [];
        addEventListener("message", ({ data }) => { replies.push(data); });
      </script>${Array.from({ length: to - from }, (_, at) => `<iframe src="/page/${from + at}" width="300" height="150"></iframe>`).join("")}`;
    server = createServer((request, reply) => {
      const [, kind, number, to] = request.url.split("/");
      if (kind === "watch.js") reply.setHeader("Content-Type", "text/javascript").end(watch);
      else if (kind === "frames") reply.setHeader("Content-Type", "text/html; charset=utf-8").end(frames(Number(number), Number(to)));
      else if (kind === "page") {
        reply.setHeader("Content-Type", "text/html; charset=utf-8").setHeader("Content-Security-Policy-Report-Only", POLICY).end(page(Number(number)));
      } else reply.writeHead(204).end();
    }).listen(0, "127.0.0.1");
    await new Promise((done) => server.once("listening", done));
    address = `http://127.0.0.1:${server.address().port}`;
    // No name is ever asked for: a request that is made is seen here, and ends here.
    browser = await startBrowser(["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]);
  });
  after(async () => {
    await browser?.close();
    server?.close();
  });

  test("there is enough of it, of every origin", () => {
    const count = (origin) => all.filter((one) => one.origin === origin).length;
    assert.ok(count("dompurify") >= 150 && count("naughty strings") >= 400 && count("ours") >= 120, "the packages' collections");
    assert.ok(all.length >= 1_000, `${all.length} pieces of markup`);
  });

  test("runs nothing, asks for nothing but pictures, goes nowhere, and loses no text", async (context) => {
    const page = await browser.newPage();
    const failures = [];
    const pages = Math.ceil(all.length / IN_PAGE);
    const fail = (inPage, { number, what }) => {
      const from = inPage * IN_PAGE;
      failures.push(number === undefined ? { what, oneOf: `${from} to ${from + IN_PAGE - 1}` } : { what, number, ...all[number] });
    };
    const strange = [];
    // What is read without a base leads to the page's own site: what is asked of it must be a picture too.
    const ours = new RegExp(`^${address}/(frames/\\d+/\\d+|page/\\d+|watch\\.js)$`);
    page.on("request", (request) => {
      const url = request.url();
      if (ours.test(url) || (request.resourceType() === "image" && /^https?:/.test(url))) return;
      strange.push({ what: `a request: ${url}`, frame: request.frame()?.url() });
    });
    page.on("dialog", (dialog) => { strange.push({ what: `a dialog: ${dialog.message()}` }); dialog.dismiss(); });
    page.context().on("page", (other) => { if (other !== page) strange.push({ what: `a window: ${other.url()}` }); });
    for (let from = 0; from < pages; from += AT_ONCE) {
      const to = Math.min(from + AT_ONCE, pages);
      await page.goto(`${address}/frames/${from}/${to}`, { waitUntil: "domcontentloaded" });
      const answered = page.waitForFunction((count) => window.replies.length >= count, to - from, { timeout: 60_000 });
      await answered.catch(() => strange.push({ what: "not every page answered" }));
      for (const { page: inPage, found } of await page.evaluate(() => window.replies)) found.forEach((one) => fail(inPage, one));
      const places = page.frames().slice(1).map((frame) => frame.url());
      for (let at = from; at < to; at += 1) {
        if (places[at - from] !== `${address}/page/${at}`) fail(at, { what: `it went to ${places[at - from]}` });
      }
      for (const { what, frame } of strange.splice(0)) fail(Number(/page\/(\d+)/.exec(frame)?.[1] ?? from), { what });
    }
    context.diagnostic(`${all.length} pieces of markup, seed ${SEED}`);
    assert.equal(failures.length, 0, `${failures.length} findings: ${JSON.stringify(failures.slice(0, 12), null, 1)}`);
  });
});
