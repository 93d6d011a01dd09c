#!/usr/bin/env bash
# Measures the front page, and its "not modified", with 100,000 posts in the store.
#
#   bench/front.sh [POSTS] [SECONDS]      100000 posts and 10 seconds a load without numbers
#
# Wants what `cargo build --release -p watersmeet -p watersmeet-bench` builds. The filled store is kept in $DATA, when
# that is set, so that it need not be filled anew the next time.
set -euo pipefail
cd "$(dirname "$0")/.."

posts=${1:-100000}
seconds=${2:-10}
built=${CARGO_TARGET_DIR:-target}/release
work=$(mktemp -d)
data=${DATA:-$work/data}
listen=127.0.0.1:8310

if [ ! -e "$data/watersmeet.db" ]; then
    echo "filling $data with $posts posts"
    "$built/fill" --data "$data" --posts "$posts" | tail -1
fi

# The search index is brought up to date first: `serve` would read all posts for it meanwhile.
WATERSMEET_DATA=$data "$built/watersmeet" search nothing >/dev/null 2>&1

WATERSMEET_DATA=$data WATERSMEET_LISTEN=$listen "$built/watersmeet" serve >"$work/log" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null || true; wait $server 2>/dev/null || true; rm -rf "$work"' EXIT
until (exec 3<>"/dev/tcp/${listen/:/\/}") 2>/dev/null; do
    sleep 0.1
    kill -0 $server 2>/dev/null || { echo "the server did not start:"; cat "$work/log"; exit 1; }
done

load() {
    echo
    echo "== $1"
    shift
    "$built/front-load" --at "$listen" --server $server --seconds "$seconds" "$@"
}

load "the front page, packed with gzip"
load "the front page, not packed" --accept-encoding identity
load "the front page, not modified" --conditional
load "the Atom feed of everything" --path /river.atom
load "a filtered river" --path '/?language=cy'
echo
grep VmHWM "/proc/$server/status"
kill $server
wait $server 2>/dev/null || true

for path in / '/?language=cy' /river.atom /sources; do
    echo
    echo "== the first request for $path after each change"
    "$built/front-change" --data "$data" --path "$path"
done
