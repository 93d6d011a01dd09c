#!/usr/bin/env bash
# Measures `serve` with a million sources in the store: polls a second, CPU for each, memory, the front page meanwhile.
#
#   bench/million.sh [SECONDS]      600 seconds without a number
#
# Wants what `cargo build --release -p watersmeet -p watersmeet-bench` builds, and curl. The filled store is kept in
# $DATA, when that is set, and is filled only if it is not there; how many sources, over how many seconds they are due, and
# how the farm is laid out may be set in $SOURCES, $OVER and $LAYOUT. With DATABASE=postgres://… that is used, and
# $CRAWLERS more crawlers beside `serve`.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=bench/farm.sh
source bench/farm.sh

seconds=${1:-600}
sources=${SOURCES:-1000000}
over=${OVER:-3000}
layout="--sources $sources ${LAYOUT:-}"
data=${DATA:-$work/data}
listen=127.0.0.1:8390

count() { curl -s --max-time 20 "http://$farm_at/counts" | awk -v name="$1" '$1 == name { print $2 }'; }
cpu() { awk '{ sub(/^.*\) /, ""); print ($12 + $13) / 100 }' "/proc/$1/stat"; }
memory() { awk -v field="$2:" '$1 == field { printf "%.1f", $2 / 1024 }' "/proc/$1/status"; }
now() { date +%s.%N; }

if [ -n "${DATABASE:-}" ] || [ ! -e "$data/watersmeet.db" ]; then
    echo "filling with $sources sources, due over $over seconds"
    # shellcheck disable=SC2086 # several options
    /usr/bin/time -f 'filled in %e s, of which %U s of CPU' "$built/fill-many" $layout --data "$data" \
        ${DATABASE:+--database "$DATABASE"} --over "$over" | tail -1
fi

start_farm

export WATERSMEET_DATA=$data WATERSMEET_LISTEN=$listen WATERSMEET_NET_ALLOW=127.0.0.0/8
if [ -n "${DATABASE:-}" ]; then export WATERSMEET_DATABASE=$DATABASE; fi
began=$(now)
"$built/watersmeet" serve >"$work/log" 2>&1 &
server=$!
processes+=("$server")
until curl -s -o /dev/null --max-time 60 "http://$listen/"; do
    sleep 0.05
    kill -0 "$server" 2>/dev/null || { echo "the server did not start:"; cat "$work/log"; exit 1; }
done
echo "the first page came $(echo "$(now) - $began" | bc) s after the start"
for _ in $(seq "${CRAWLERS:-0}"); do
    "$built/watersmeet" crawl >>"$work/log" 2>&1 &
    processes+=("$!")
done

sleep 10
requests=$(count requests)
before=$(cpu "$server")
farm_before=$(cpu "$farm")
since=$(now)
"$built/front-load" --at "$listen" --readers 8 --rate 5 --seconds "$seconds" --server "$server" | sed 's/^/front page: /' &
readers=$!
for _ in $(seq $((seconds / 30))); do
    sleep 30
    echo "$(date +%T)  $(count requests) requests, $(count open) open, $(memory "$server" VmRSS) MiB, load $(cut -d' ' -f1 /proc/loadavg)"
done
wait "$readers"
took=$(echo "$(now) - $since" | bc)
polls=$(($(count requests) - requests))
echo "$polls polls in $took s: $(echo "scale=1; $polls / $took" | bc) a second"
echo "CPU of the product: $(echo "scale=4; ($(cpu "$server") - $before) * 1000 / $polls" | bc) ms a poll, of the farm:" \
    "$(echo "scale=4; ($(cpu "$farm") - $farm_before) * 1000 / $polls" | bc) ms"
echo "resident memory: $(memory "$server" VmRSS) MiB, at most $(memory "$server" VmHWM) MiB"
echo "lines in the log: $(wc -l <"$work/log")"
curl -s "http://$farm_at/counts"
