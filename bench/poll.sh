#!/usr/bin/env bash
# Measures the first and the unchanged second poll of the same feeds: Watersmeet beside newsboat and the Python reader.
#
#   bench/poll.sh [ROUNDS]      5 rounds without a number
#
# Wants what `cargo build --release -p watersmeet -p watersmeet-bench` builds, and /usr/bin/time (package "time").
# newsboat (Debian's package) and the Python library `reader` (in $PEERS, a virtual environment) are measured where they
# are. Options for the farm go into $FARM, such as FARM="--validators none".
set -euo pipefail
cd "$(dirname "$0")/.."

rounds=${1:-5}
built=${CARGO_TARGET_DIR:-target}/release
work=$(mktemp -d)
results=$work/results
peers=${PEERS:-$work/no-peers}

# shellcheck disable=SC2086 # several options
"$built/feed-farm" ${FARM:-} --opml "$work/farm.opml" --list "$work/farm.txt" >"$work/farm.log" &
farm=$!
trap 'kill $farm; rm -rf "$work"' EXIT
until grep -q listening "$work/farm.log" 2>/dev/null; do
    sleep 0.1
    kill -0 $farm 2>/dev/null || { echo "the farm did not start"; exit 1; }
done
cat "$work/farm.log"

# measure WHO WHAT COMMAND...: appends "WHO WHAT CPU-SECONDS PEAK-MIB WALL-SECONDS".
measure() {
    local who=$1 what=$2
    shift 2
    if ! /usr/bin/time -o "$work/time" -f '%U %S %M %e' "$@" >"$work/out" 2>&1; then
        echo "$who failed:"; tail -5 "$work/out"; exit 1
    fi
    awk -v who="$who" -v what="$what" '{ printf "%s %s %.2f %.1f %.2f\n", who, what, $1 + $2, $3 / 1024, $4 }' "$work/time" >>"$results"
}

poll_watersmeet() {
    # The others fetch neither pictures nor icons.
    export WATERSMEET_DATA=$work/watersmeet WATERSMEET_NET_ALLOW=127.0.0.0/8 WATERSMEET_PICTURES_SHOW=false
    rm -rf "$WATERSMEET_DATA"
    "$built/watersmeet" import "$work/farm.opml" >/dev/null 2>&1
    measure watersmeet first "$built/watersmeet" poll --all
    # It does not ask a server twice within the hour, nor one without validators within the day, whoever presses it.
    measure watersmeet second "$built/watersmeet" poll --all --at "$(date -u -d '+25 hours' +%FT%TZ)"
}

poll_newsboat() {
    rm -rf "$work/newsboat" && mkdir "$work/newsboat"
    cp "$work/farm.txt" "$work/newsboat/urls"
    : >"$work/newsboat/config"
    local files=(-u "$work/newsboat/urls" -c "$work/newsboat/cache.db" -C "$work/newsboat/config")
    measure newsboat first newsboat "${files[@]}" -x reload
    measure newsboat second newsboat "${files[@]}" -x reload
}

poll_reader() {
    rm -f "$work/reader.db"
    cat >"$work/reader-add.py" <<'PYTHON'
import sys
from reader import make_reader
reader = make_reader(sys.argv[1])
for address in open(sys.argv[2]):
    reader.add_feed(address.strip())
PYTHON
    printf 'import sys\nfrom reader import make_reader\nmake_reader(sys.argv[1]).update_feeds(scheduled=False)\n' >"$work/reader-poll.py"
    "$peers/bin/python" "$work/reader-add.py" "$work/reader.db" "$work/farm.txt"
    measure reader first "$peers/bin/python" "$work/reader-poll.py" "$work/reader.db"
    measure reader second "$peers/bin/python" "$work/reader-poll.py" "$work/reader.db"
}

: >"$results"
for round in $(seq "$rounds"); do
    echo "round $round of $rounds"
    # In turns, so that what else the machine does falls on all alike.
    if [ -x "$built/watersmeet" ]; then poll_watersmeet; fi
    if command -v newsboat >/dev/null; then poll_newsboat; fi
    if [ -x "$peers/bin/python" ]; then poll_reader; fi
done

# Medians, and the least and the most beside them.
printf '\n%-12s %-7s %24s %24s %10s\n' who poll 'CPU s (least to most)' 'peak MiB (least to most)' 'wall s'
for key in $(cut -d' ' -f1,2 "$results" | tr ' ' / | awk '!seen[$0]++'); do
    middle() {
        awk -v who="${key%/*}" -v what="${key#*/}" -v field="$1" '$1 == who && $2 == what { print $field }' "$results" |
            sort -n | awk '{ all[NR] = $1 } END { printf "%s (%s to %s)", all[int((NR + 1) / 2)], all[1], all[NR] }'
    }
    printf '%-12s %-7s %24s %24s %10s\n' "${key%/*}" "${key#*/}" "$(middle 3)" "$(middle 4)" "$(middle 5 | cut -d' ' -f1)"
done
