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
/** So many are loaded side by side, each in a frame of its own. */
const AT_ONCE = 60;

// Nothing is stopped by it; what it would have stopped is noted.
const POLICY =
  "default-src 'none'; script-src 'nonce-ours'; style-src-attr 'unsafe-inline'; img-src http: https:; form-action 'none'; base-uri 'none'";

/** What `clean` and `sanitised` make of each piece of markup. */
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
    const page = (number) => {
      const { markup, clean, sanitised } = all[number];
      const written = inAttribute(JSON.stringify(markup));
      return `<!doctype html><html lang="en" data-number="${number}" data-markup="${written}"><head><meta charset="utf-8"><title>${number}</title><script nonce="ours" src="/watch.js"></script></head>
<body><div class="part" data-by="clean">${clean}</div><div class="part" data-by="sanitised">${sanitised}</div><p id="end"></p></body></html>`;
    };
    const frames = (from) => {
      const numbers = all.slice(from, from + AT_ONCE).map((_, at) => from + at);
      return `<!doctype html><title>Frames</title><script>
        window.replies = new Map();
        addEventListener("message", ({ data }) => { replies.set(data.number, data.found); });
      </script>${numbers.map((number) => `<iframe src="/case/${number}" width="200" height="100"></iframe>`).join("")}`;
    };
    server = createServer((request, reply) => {
      const [, kind, number] = request.url.split("/");
      if (kind === "watch.js") reply.setHeader("Content-Type", "text/javascript").end(watch);
      else if (kind === "frames") reply.setHeader("Content-Type", "text/html; charset=utf-8").end(frames(Number(number)));
      else if (kind === "case") {
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
    const fail = (number, found) => failures.push({ ...all[number], number, found });
    let numbers = [];
    const strange = [];
    page.on("request", (request) => {
      const url = request.url();
      if (url.startsWith(address) || (request.resourceType() === "image" && /^https?:/.test(url))) return;
      strange.push({ url, frame: request.frame()?.url() });
    });
    page.on("dialog", (dialog) => { strange.push({ url: `a dialog: ${dialog.message()}` }); dialog.dismiss(); });
    page.context().on("page", (other) => { if (other !== page) strange.push({ url: `a window: ${other.url()}` }); });
    for (let from = 0; from < all.length; from += AT_ONCE) {
      numbers = all.slice(from, from + AT_ONCE).map((_, at) => from + at);
      await page.goto(`${address}/frames/${from}`, { waitUntil: "load" });
      await page.waitForFunction((count) => window.replies.size >= count, numbers.length, { timeout: 20_000 }).catch(() => {});
      const replies = new Map(await page.evaluate(() => [...window.replies]));
      const places = page.frames().slice(1).map((frame) => frame.url());
      numbers.forEach((number, at) => {
        const found = replies.get(number) ?? ["it did not answer"];
        if (places[at] !== `${address}/case/${number}`) found.push(`it went to ${places[at]}`);
        if (found.length > 0) fail(number, found);
      });
      for (const { url, frame } of strange.splice(0)) fail(Number(/case\/(\d+)/.exec(frame)?.[1] ?? from), [`a request: ${url}`]);
    }
    context.diagnostic(`${all.length} pieces of markup, seed ${SEED}`);
    const shown = failures.slice(0, 10).map(({ number, origin, markup, clean, sanitised, found }) => ({ number, origin, found, markup, clean, sanitised }));
    assert.equal(failures.length, 0, `${failures.length} of ${all.length}: ${JSON.stringify(shown, null, 1)}`);
  });
});
