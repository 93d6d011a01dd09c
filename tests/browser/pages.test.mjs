// Each kind of page, as people with different eyes, hands and screens meet it.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, before, describe, test } from "node:test";
import { HtmlValidate } from "html-validate";
import { startBrokenSite, startBrowser, startSite } from "./site.mjs";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"];
const LARGEST_PAGE = 60_000;

let site;
let brokenSite;
let browser;
/** Every kind of page: its name, and how to ask for it: an address, or `{ address, status, form, from }`. */
const pages = {};

before(async () => {
  [site, brokenSite, browser] = await Promise.all([startSite(), startBrokenSite(), startBrowser()]);
  const page = await browser.newPage();
  const first = async (from, selector) => {
    await page.goto(site.address + from);
    return page.locator(selector).first().getAttribute("href");
  };
  const post = await first("/", "main article h3 a, main article h2 a");
  const source = await first("/sources", "main a[href^='/source/']");
  const last = await first("/sources", "main li:last-child a[href^='/source/']");
  const author = await first("/", "main a[href^='/author/']");
  const month = await first("/archive", "main a[href^='/archive/']");
  const older = await first("/", "main a[rel=next]");
  const oldest = await first(older, "main .day:last-of-type article:last-child h3 a");
  const troubled = await first("/sources?health=trouble", "main a[href^='/source/']");
  const slug = (href) => href.split("/").pop();
  // One source is out, so that somebody may ask what became of it.
  await site.run("source", "remove", slug(last), "--because", "this is a test");
  // Somebody has asked for something, in each of the two ways.
  const ask = async (from, fields) => {
    const reply = await send(from, fields);
    assert.equal(reply.status, 303, await reply.text());
    return reply.headers.get("location");
  };
  const correct = { what: "correct", source: slug(source), name: "Another name" };
  const takeOut = { what: "take-out", thing: `${site.address}${oldest}`, mine: "yes" };
  Object.assign(pages, {
    river: "/",
    "older posts": older,
    "filtered river": `/?source=${slug(source)}&from=2020-01-01`,
    "river with nothing in it": "/?language=ja",
    "filters that cannot be followed": "/?source=nobody&author=nobody&from=soon",
    post,
    search: "/search?q=damp+homes",
    "search by meaning": "/search?q=wet+and+mouldy+housing",
    "search that finds nothing": "/search?q=%22no+such+phrase%22",
    "search by topic": "/search?q=topic%3Abins",
    topics: "/topics",
    topic: "/topics/bins",
    "topic that rises": "/topics/local-government-reorganisation",
    "topic that nothing is about": "/topics/allotments",
    "no such topic": { address: "/topics/mouldy-homes", status: 404 },
    sources: "/sources",
    "sources that were looked for": "/sources?name=e&health=well",
    "sources of which none fits": "/sources?name=nobody&group=nothing",
    source,
    "source with trouble": troubled,
    author,
    projects: "/projects",
    "projects of one phase": "/projects?phase=beta&offers=talk",
    "projects about a topic": "/projects?topic=damp-and-mould",
    "projects of which none fits": "/projects?phase=retired&title=nothing&from=soon",
    project: "/projects/damp-and-mould-reports",
    "project that was stopped": "/projects/ai-notes-trial",
    "no such project": { address: "/projects/nothing", status: 404 },
    "who else": "/who-else",
    "who else, answered": "/who-else?problem=black+mould+in+the+bedrooms+of+rented+flats",
    "who else, nobody": "/who-else?problem=zzzzzz",
    organisations: "/organisations",
    "organisations that were looked for": "/organisations?name=r&region=North+West",
    organisation: "/organisations/riverton",
    "organisation without a source": "/organisations/greater-larkmere",
    archive: "/archive",
    month,
    about: "/about",
    "for authors": "/for-authors",
    "for authors, filled in": `/for-authors?thing=${post}&source=${slug(source)}`,
    "form with mistakes": {
      address: "/for-authors",
      status: 422,
      form: { what: "correct", source: "nobody", site: "ftp:", show: "half", licence: "free", language: "?", contact: "x" },
    },
    "other form with mistakes": { address: "/for-authors", status: 422, form: { what: "take-out", thing: "nothing" } },
    "correction that waits": await ask("203.0.113.1", correct),
    "something that was taken out": await ask("203.0.113.1", takeOut),
    "not found": { address: "/no-such-page", status: 404 },
    "not shown": { address: oldest, status: 404 },
    gone: { address: last, status: 410 },
    "form from elsewhere": { address: "/for-authors", status: 403, form: takeOut, origin: "https://elsewhere.example" },
    "form that is too large": { address: "/for-authors", status: 413, form: { message: "a".repeat(40_000) } },
    "too many requests": { address: "/for-authors", status: 429, form: correct, from: "203.0.113.2" },
    "no way to ask": { address: "/about", status: 405, form: {} },
    broken: { address: "/", status: 503, at: brokenSite.address },
  });
  for (let turn = 0; turn < 6; turn += 1) await ask("203.0.113.2", correct);
  await page.close();
});

after(async () => {
  await browser?.close();
  await Promise.all([site?.stop(), brokenSite?.stop()]);
});

/** Sends a form as the household at an address does, through a proxy on this machine. */
function send(from, fields, origin = site.address) {
  return fetch(`${site.address}/for-authors`, {
    method: "POST",
    headers: { "x-forwarded-for": from, origin },
    body: new URLSearchParams(fields),
    redirect: "manual",
  });
}

/** How to ask for a kind of page. */
function asked(kind) {
  const { address, status = 200, form, from = "203.0.113.3", origin = site.address, at = site.address } =
    typeof pages[kind] === "string" ? { address: pages[kind] } : pages[kind];
  const init = form
    ? { method: "POST", headers: { "x-forwarded-for": from, origin }, body: new URLSearchParams(form).toString() }
    : {};
  if (form) init.headers["content-type"] = "application/x-www-form-urlencoded";
  return { address: at + address, status, init };
}

/** Opens each kind of page in a window of its own and hands it to `look`. */
async function onEveryPage(window, look) {
  const context = await browser.newContext(window);
  const page = await context.newPage();
  // A form is sent in the place of the browser's own question, so that each answer stands at its address.
  let form;
  await page.route("**/*", async (route) => {
    if (!form || !route.request().isNavigationRequest()) return route.continue();
    const { method, headers, body } = form;
    form = undefined;
    return route.fulfill({ response: await route.fetch({ method, headers, postData: body, maxRedirects: 0 }) });
  });
  try {
    for (const kind of Object.keys(pages)) {
      const { address, status, init } = asked(kind);
      form = init.method ? init : undefined;
      const reply = await page.goto(address);
      assert.equal(reply.status(), status, kind);
      await look(page, kind, reply);
    }
  } finally {
    await context.close();
  }
}

/** What axe-core finds wrong on a page, in lines. */
async function violations(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(
    (values) => window.axe.run(document, { runOnly: { type: "tag", values } }),
    STANDARD,
  );
  return violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}: ${node.html.slice(0, 160)}`));
}

describe("WCAG 2.2, levels A and AA", () => {
  const windows = {
    "light, wide": { colorScheme: "light", viewport: { width: 1280, height: 900 } },
    "dark, wide": { colorScheme: "dark", viewport: { width: 1280, height: 900 } },
    "light, 320 px": { colorScheme: "light", viewport: { width: 320, height: 640 } },
    "dark, 320 px": { colorScheme: "dark", viewport: { width: 320, height: 640 } },
  };
  for (const [name, window] of Object.entries(windows)) {
    test(`axe-core finds nothing: ${name}`, async () => {
      // The page's own policy lets no script in, and axe-core is one.
      await onEveryPage({ ...window, bypassCSP: true }, async (page, kind) => {
        assert.deepEqual(await violations(page), [], kind);
      });
    });
  }

  test("nothing has to be scrolled sideways at 320 px", async () => {
    await onEveryPage({ viewport: { width: 320, height: 640 } }, async (page, kind) => {
      const wide = await page.evaluate(() => {
        if (document.documentElement.scrollWidth <= 320) return [];
        const beyond = [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > 320.5);
        return beyond.map((one) => one.outerHTML.slice(0, 120));
      });
      assert.deepEqual(wide, [], kind);
    });
  });

  test("every page has one first heading, a title and a language", async () => {
    await onEveryPage({}, async (page, kind) => {
      assert.equal(await page.locator("h1").count(), 1, kind);
      assert.match(await page.title(), /\S/, kind);
      assert.match(await page.locator("html").getAttribute("lang"), /^[a-z]{2}/, kind);
    });
  });
});

describe("By keyboard", () => {
  test("the first stop is the way past the navigation, and it works", async () => {
    await onEveryPage({}, async (page, kind) => {
      await page.keyboard.press("Tab");
      const target = await page.evaluate(() => document.activeElement.getAttribute("href"));
      assert.match(target ?? "", /^#/, kind);
      await page.keyboard.press("Enter");
      await page.keyboard.press("Tab");
      const inside = await page.evaluate((id) => document.querySelector(id).contains(document.activeElement), target);
      const anything = await page.locator(`${target} a, ${target} button, ${target} input`).count();
      assert.ok(inside || anything === 0, `${kind}: after the skip link the next stop is in the main part`);
    });
  });

  test("stops come in the order of the page and each one shows that it has the focus", async () => {
    await onEveryPage({ viewport: { width: 1280, height: 900 } }, async (page, kind) => {
      const order = [];
      for (let stop = 0; stop < 60; stop += 1) {
        await page.keyboard.press("Tab");
        const seen = await page.evaluate(() => {
          const at = document.activeElement;
          if (at === document.body) return null;
          const every = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")];
          const style = getComputedStyle(at);
          const shown = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
          return { place: every.indexOf(at), shown: shown || style.boxShadow !== "none", html: at.outerHTML.slice(0, 120) };
        });
        // After the last stop the browser begins again.
        if (seen === null || seen.place === order[0]) break;
        assert.ok(seen.shown, `${kind}: no focus to be seen on ${seen.html}`);
        order.push(seen.place);
      }
      assert.deepEqual(order, [...order].sort((a, b) => a - b), kind);
      assert.ok(order.length > 3, `${kind} has stops`);
    });
  });
});

describe("Without script", () => {
  test("no page has any", async () => {
    await onEveryPage({ javaScriptEnabled: false }, async (page, kind) => {
      assert.equal(await page.locator("script:not([type='application/ld+json'])").count(), 0, kind);
    });
  });

  test("a filter is chosen, shows in the address, and is taken back", async () => {
    const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 1280, height: 900 } });
    const page = await context.newPage();
    await page.goto(site.address);
    const all = await page.locator("main article").count();
    const opener = page.locator("main summary").first();
    if ((await opener.count()) && !(await page.locator("select[name=source]").isVisible())) await opener.click();
    const choice = await page.locator("select[name=language] option[value=cy]").getAttribute("value");
    await page.selectOption("select[name=language]", choice);
    await page.locator("form:has(select[name=language]) button").first().click();
    assert.match(page.url(), /language=cy/);
    const welsh = await page.locator("main article").count();
    assert.ok(welsh > 0 && welsh < all, `${welsh} of ${all}`);
    assert.ok((await page.locator("main article [lang=cy]").count()) > 0, "Welsh is marked as Welsh");
    await context.close();
  });

  test("a project is found through the pipeline, with the posts that tell how it goes", async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(`${site.address}/projects`);
    await page.getByRole("complementary").getByRole("link", { name: /^Alpha/ }).click();
    assert.match(page.url(), /phase=alpha/);
    await page.getByRole("link", { name: "Damp and mould reports" }).click();
    assert.equal(await page.locator("svg.timeline rect[class^=bar-]").count(), 3);
    assert.equal(await page.locator("table tbody tr").count(), 3, "the table says the same");
    assert.ok((await page.locator("main h2:text('How it goes') + ul li").count()) >= 2, "posts became updates");
    await page.getByRole("link", { name: "Riverton Borough Council" }).first().click();
    assert.match(page.url(), /\/organisations\/riverton$/);
    await context.close();
  });

  test("what is rising this week leads to the posts behind it, and on to the projects about the same", async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(`${site.address}/topics`);
    const rising = page.locator("section", { has: page.getByRole("heading", { name: "Rising this week" }) });
    assert.match(await rising.innerText(), /3 posts this week from 3 sources; usually none\./);
    await rising.getByRole("link", { name: "Local government reorganisation" }).click();
    assert.equal(await page.locator("h1").innerText(), "Local government reorganisation");
    assert.ok((await page.locator("main article").count()) >= 3);
    await page.getByRole("link", { name: /^Moving records when councils merge/ }).click();
    const about = page.locator("section", { has: page.getByRole("heading", { name: "What it is about" }) });
    assert.match(await about.innerText(), /Local government reorganisation\s+Its title says “councils merge”/);
    await page.goto(`${site.address}/topics/damp-and-mould`);
    await page.getByRole("link", { name: /^Beta/ }).click();
    assert.match(page.url(), /\/projects\?phase=beta&topic=damp-and-mould$/);
    assert.ok((await page.locator("main h3").count()) >= 1);
    await context.close();
  });

  test("older posts are a page away, and none is shown twice", async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    const seen = [];
    await page.goto(site.address);
    for (let turn = 0; turn < 40; turn += 1) {
      seen.push(...(await page.locator("main article a[href^='/post/']").evaluateAll((all) => all.map((one) => one.getAttribute("href")))));
      const older = page.getByRole("link", { name: /older posts/i });
      if (!(await older.count())) break;
      await older.first().click();
    }
    const posts = new Set(seen);
    assert.ok(posts.size >= 100, `${posts.size} posts`);
    await context.close();
  });

  test("the form says what is wrong, and where", async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(`${site.address}/for-authors`);
    const form = page.locator("main form").first();
    await form.locator("input[type=text]").first().fill("https://nowhere.example/");
    await form.locator("button").click();
    const summary = page.locator("[role=alert]");
    assert.ok(await summary.isVisible());
    const links = await summary.locator("a[href^='#']").evaluateAll((all) => all.map((one) => one.getAttribute("href")));
    assert.ok(links.length > 0);
    for (const link of links) assert.equal(await page.locator(link).count(), 1, `${link} leads to a field`);
    await context.close();
  });

  test("a post is taken out: it is hidden at once, and its page says why", async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(`${site.address}/?source=${pages.source.split("/").pop()}`);
    const post = site.address + (await page.locator("main article a[href^='/post/']").last().getAttribute("href"));
    await page.goto(`${site.address}/for-authors`);
    const form = page.locator("main form").nth(1);
    await form.locator("input[name=thing]").fill(post);
    await form.locator("input[name=mine]").check();
    await form.locator("button").click();
    assert.match(page.url(), /\/request\/[0-9a-f]+$/);
    const reply = await page.goto(post);
    assert.equal(reply.status(), 404);
    assert.match(await page.locator("main").innerText(), /asked/i);
    await context.close();
  });
});

describe("Light enough for a slow train", () => {
  test("no page is over 60 kB without pictures, its style included", async () => {
    const size = async (path) => (await fetch(site.address + path).then((reply) => reply.arrayBuffer())).byteLength;
    for (const kind of Object.keys(pages)) {
      const { address, init } = asked(kind);
      const text = await fetch(address, init).then((reply) => reply.text());
      const sheets = [...text.matchAll(/<link rel="stylesheet" href="([^"]+)"/g)].map(([, href]) => href);
      assert.ok(sheets.length > 0, kind);
      let bytes = Buffer.byteLength(text);
      for (const sheet of sheets) bytes += await size(sheet);
      assert.ok(bytes <= LARGEST_PAGE, `${kind}: ${bytes} bytes`);
    }
  });

  test("a page asks only this site, also for pictures", async () => {
    await onEveryPage({}, async (page, kind) => {
      const asked = await page.evaluate(() => performance.getEntriesByType("resource").map((one) => one.name));
      const here = new URL(page.url()).origin;
      assert.deepEqual(asked.filter((name) => !name.startsWith(here)), [], kind);
    });
  });
});

describe("Pictures", () => {
  test("pictures and icons are shown from here, in the size that was promised", async () => {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    await page.goto(site.address + "/", { waitUntil: "networkidle" });
    const pictures = await page.locator("main img").evaluateAll(async (all) => {
      for (const one of all) one.loading = "eager";
      await Promise.all(all.map((one) => one.decode()));
      return all.map((one) => ({
        src: one.src,
        alt: one.alt,
        promised: one.getAttribute("width") / one.getAttribute("height"),
        came: one.naturalWidth / one.naturalHeight,
      }));
    });
    assert.ok(pictures.filter(({ alt }) => alt !== "").length >= 3, JSON.stringify(pictures));
    assert.ok(pictures.filter(({ alt }) => alt === "").length >= 1, "a source's icon");
    for (const one of pictures) {
      assert.ok(one.src.startsWith(`${site.address}/pictures/`), one.src);
      // Icons are shown in a square whatever they are.
      if (one.alt !== "") assert.ok(Math.abs(one.promised - one.came) < 0.01, JSON.stringify(one));
    }
    await context.close();
  });

  test("a picture that is gone has its words in its place, and a link to it", async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(site.address + "/source/the-civic-loom", { waitUntil: "networkidle" });
    const post = page.getByRole("link", { name: "Why projects stop" });
    await post.first().click();
    const words = page.locator(".no-picture");
    assert.match(await words.innerText(), /A whiteboard with the four reasons.*Picture at /);
    await context.close();
  });
});

describe("Markup", () => {
  test("every page is valid HTML", async () => {
    const validator = new HtmlValidate({ extends: ["html-validate:standard"], rules: { "no-inline-style": "error" } });
    for (const kind of Object.keys(pages)) {
      const { address, init } = asked(kind);
      const text = await fetch(address, init).then((reply) => reply.text());
      const report = await validator.validateString(text);
      const found = report.results.flatMap(({ messages }) => messages.map((one) => `${one.line}: ${one.ruleId}: ${one.message}`));
      assert.deepEqual(found, [], kind);
    }
  });
});
