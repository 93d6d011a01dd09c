#!/usr/bin/env bash
# Measures reading on one core, ours beside other parsers: `bench/parse.sh FOLDER [ROUNDS]`, five rounds without a number.
#
# FOLDER holds feeds, one a file. Every round measures each parser for two seconds of processor time, one after the other,
# so that what else the machine does falls on all alike. What a parser refuses counts neither in its bytes nor in its time.
# Wants cargo, python3 with venv, and npm; the peers are built into $PEERS, or a folder that is gone afterwards.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=${1:?usage: bench/parse.sh FOLDER [ROUNDS]}
rounds=${2:-5}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
peers=${PEERS:-$work/peers}
target=${CARGO_TARGET_DIR:-$PWD/target}
results=$work/results

echo "Building" >&2
cargo build --release --quiet -p watersmeet-bench-reading --bin feed-parse
CARGO_TARGET_DIR=$peers/rust cargo build --release --quiet --locked --manifest-path bench/peers/Cargo.toml
if [ ! -x "$peers/python/bin/python" ]; then
    python3 -m venv "$peers/python"
    "$peers/python/bin/pip" install --quiet -r bench/peers/requirements.txt
fi
if [ ! -d "$peers/npm/node_modules" ]; then
    mkdir -p "$peers/npm"
    cp bench/peers/package.json bench/peers/package-lock.json bench/peers/feedsmith.mjs "$peers/npm"
    (cd "$peers/npm" && npm ci --silent --no-audit --no-fund)
fi

ours() { taskset -c "$core" "$target/release/feed-parse" "$@"; }
rust() { taskset -c "$core" "$peers/rust/release/watersmeet-peers" "$@"; }
python() { taskset -c "$core" "$peers/python/bin/python" bench/peers/peers.py "$@"; }
node_js() { taskset -c "$core" node "$peers/npm/feedsmith.mjs" "$@"; }

core=$(($(nproc) - 1))
echo "One core of $(nproc), load before $(cut -d' ' -f1-3 /proc/loadavg)"
for round in $(seq "$rounds"); do
    echo "round $round of $rounds" >&2
    {
        ours read "$folder"
        ours clean "$folder"
        rust rss+atom_syndication "$folder"
        rust feed-rs "$folder"
        rust feed-rs-sanitised "$folder"
        python fastfeedparser "$folder"
        python feedparser "$folder"
        node_js "$folder"
    } >>"$results"
done
echo "load after $(cut -d' ' -f1-3 /proc/loadavg)"

# Medians, and the least and the most beside them.
printf '\n%-22s %28s %12s %9s\n' parser 'MB/s (least to most)' 'files read' entries
for who in $(cut -d' ' -f1 "$results" | awk '!seen[$0]++'); do
    speed=$(awk -v who="$who" '$1 == who { print $2 }' "$results" | sort -n |
        awk '{ all[NR] = $1 } END { printf "%s (%s to %s)", all[int((NR + 1) / 2)], all[1], all[NR] }')
    read -r _ _ read files entries < <(grep -F "$who " "$results" | grep "^$who " | tail -n 1)
    printf '%-22s %28s %12s %9s\n' "$who" "$speed" "$read of $files" "$entries"
done

# Memory, each file in a process of its own that asks the system for no more than it needs. Small files say little, since
# a process grows by pages.
find "$folder" -type f -size +19k | while read -r file; do
    MALLOC_TOP_PAD_=0 ours memory "$file"
done | sort -k3,3n | awk '{ ratio[NR] = $3; if ($3 > 3.99) many++ }
    END { printf "\nOurs takes %s times the size of a feed (median of %d over 20 kB; least %s, most %s; %d take four times or more), the feed itself included\n",
        ratio[int((NR + 1) / 2)], NR, ratio[1], ratio[NR], many }'
