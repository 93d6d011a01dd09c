#!/usr/bin/env python3
"""Polls every feed of a folder twice and tells what each gave.

    bench/folder.py FOLDER [PROGRAM]

Serves each file under a host of its own on the loopback interface (f1.localhost, f2.localhost, …), with an ETag and
without a guess at its type beyond the file's ending; imports the list into a new data folder, polls, polls again 25
hours later, and prints a table: entries that `parse` finds, posts that are stored, and how the source is. What holds
for all of them stands below it; the exit code is 1 if the program broke off or the second poll brought anything.
"""

import hashlib
import http.server
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
from datetime import datetime, timedelta, timezone

TYPES = {".json": "application/feed+json", ".atom": "application/atom+xml", ".rss": "application/rss+xml"}


class Host(http.server.BaseHTTPRequestHandler):
    """Answers for every host: the file that stands for its number."""

    files: list[pathlib.Path] = []

    def do_GET(self):
        name = self.headers.get("Host", "").split(".")[0].removeprefix("f")
        if self.path != "/feed" or not name.isdigit() or not 0 < int(name) <= len(self.files):
            self.send_error(404)
            return
        file = self.files[int(name) - 1]
        body = file.read_bytes()
        mark = '"' + hashlib.sha256(body).hexdigest()[:16] + '"'
        known = self.headers.get("If-None-Match") == mark
        self.send_response(304 if known else 200)
        self.send_header("ETag", mark)
        if not known:
            self.send_header("Content-Type", TYPES.get(file.suffix, "application/xml"))
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if not known:
            self.wfile.write(body)

    def log_message(self, *_):
        pass


def main():
    folder = pathlib.Path(sys.argv[1])
    built = os.environ.get("CARGO_TARGET_DIR", "target")
    program = sys.argv[2] if len(sys.argv) > 2 else f"{built}/release/watersmeet"
    Host.files = sorted(file for file in folder.iterdir() if file.is_file())
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Host)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    data = tempfile.TemporaryDirectory()
    set_ = {"WATERSMEET_DATA": data.name + "/data", "WATERSMEET_NET_ALLOW": "127.0.0.0/8"}
    broke = []

    def run(*arguments):
        ended = subprocess.run([program, *arguments], env=os.environ | set_, capture_output=True, text=True)
        if "panicked" in ended.stderr or ended.returncode < 0:
            broke.append((arguments, ended.stderr[-500:]))
        return ended.stdout

    lines = [f"http://f{n}.localhost:{server.server_port}/feed" for n in range(1, len(Host.files) + 1)]
    listed = pathlib.Path(data.name) / "list.txt"
    listed.write_text("\n".join(lines) + "\n")
    run("import", str(listed))
    first = json.loads(run("poll", "--json"))
    later = (datetime.now(timezone.utc) + timedelta(hours=25)).strftime("%Y-%m-%dT%H:%M:%SZ")
    second = json.loads(run("poll", "--all", "--json", "--at", later))
    sources = {source["feed"]: source for source in json.loads(run("source", "list", "--json"))}

    print("| file | entries | posts | how it is |\n| --- | --- | --- | --- |")
    entries = posts = differing = 0
    for file, address in zip(Host.files, lines):
        parsed = json.loads(run("parse", str(file)) or "{}")
        found = len(parsed.get("entries", []))
        source = sources.get(address, {"posts": 0, "health": "is not there"})
        entries, posts = entries + found, posts + source["posts"]
        differing += found != source["posts"]
        print(f"| {file.name} | {found} | {source['posts']} | {source['health']} |")
    print(f"\n{len(lines)} files, {entries} entries, {posts} posts; {differing} files gave another number of posts.")
    for name, poll in (("First", first), ("Second", second)):
        print(f"{name} poll: {json.dumps({key: poll[key] for key in poll if key != 'troubles'})}")
    for what, said in broke:
        print(f"BROKE OFF: {what}: {said}")
    return 1 if broke or second["new_posts"] or second["revised_posts"] else 0


if __name__ == "__main__":
    sys.exit(main())
