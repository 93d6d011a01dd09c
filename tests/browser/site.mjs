// Starts the program with its fictional sector, and Chromium beside it; both end with the tests.

import { execFile, spawn } from "node:child_process";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { chromium } from "playwright-core";

/** A port of loopback that nobody listens on now. */
async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((done) => server.once("listening", done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

/** Asks until `ready` likes the answer; gives the answer. Fails after a minute. */
async function ask(address, ready) {
  for (let turn = 0; turn < 600; turn += 1) {
    const answer = await fetch(address).then((reply) => reply.text()).catch(() => "");
    if (ready(answer)) return answer;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`${address} did not become ready`);
}

/** The program, run in a folder of its own: `{ address, data, run, stop }`. `run` runs another command on the same data. */
async function start(commands, ready) {
  const program = process.env.WATERSMEET_TEST_PROGRAM;
  if (!program) throw new Error("WATERSMEET_TEST_PROGRAM is not set: run ./test browser");
  const data = await mkdtemp(join(tmpdir(), "watersmeet-browser-"));
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  const env = { PATH: process.env.PATH, WATERSMEET_DATA: data, WATERSMEET_LISTEN: `127.0.0.1:${port}`, WATERSMEET_LOG_LEVEL: "warn" };
  const running = spawn(program, commands, { cwd: data, env, stdio: ["ignore", "inherit", "inherit"] });
  const ended = new Promise((done) => running.once("exit", done));
  const stop = async () => {
    running.kill("SIGTERM");
    await ended;
    await rm(data, { recursive: true, force: true });
  };
  const run = (...words) => promisify(execFile)(program, words, { cwd: data, env });
  try {
    await ready(address);
  } catch (why) {
    await stop();
    throw why;
  }
  return { address, data, run, stop };
}

/** The sample's site, read in full. */
export function startSite() {
  // The sources are read in turn; all of them have been once no page says that one has not.
  const isRead = (page) => /well;/i.test(page) && !/not read yet/i.test(page);
  // Pictures come after the posts that show them.
  const isHung = (page) => page.split('<div class="picture">').length > 3 && page.includes('class="icon" src=');
  return start(["serve", "--sample"], async (address) => {
    await ask(`${address}/sources`, isRead);
    await ask(`${address}/`, isHung);
  });
}

/** A site whose data file is broken while it runs. */
export async function startBrokenSite() {
  const site = await start(["serve"], (address) => ask(`${address}/healthz`, (answer) => answer === "well\n"));
  // What was written last stands in the second file until the database takes it over.
  for (const name of ["watersmeet.db", "watersmeet.db-wal"]) {
    const file = join(site.data, name);
    await writeFile(file, Buffer.alloc((await stat(file)).size, "broken "), { flag: "r+" });
  }
  return site;
}

/** Debian's Chromium, without anything that calls out. */
export function startBrowser(more = []) {
  return chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: [
      "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync",
      ...more,
    ],
  });
}
