#!/usr/bin/env bash
# Measures two crawlers on one PostgreSQL database, of which one is killed: what is asked twice, and when the other has
# taken over what the first held.
#
#   DATABASE=postgres://… bench/takeover.sh [SOURCES]      30000 sources without a number
#
# The database must be empty. Wants what `cargo build --release -p watersmeet -p watersmeet-bench` builds, curl and psql.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=bench/farm.sh
source bench/farm.sh

sources=${1:-30000}
layout="--sources $sources ${LAYOUT:---shared 500}"

ask() { psql -qtA "$DATABASE" -c "$1"; }
held() { ask "SELECT leased_by || ' ' || COUNT(*) FROM sources WHERE leased_until IS NOT NULL GROUP BY leased_by"; }

# shellcheck disable=SC2086 # several options
"$built/fill-many" $layout --database "$DATABASE" --over 60 | tail -1
start_farm

export WATERSMEET_NET_ALLOW=127.0.0.0/8 WATERSMEET_DATABASE=$DATABASE
"$built/watersmeet" crawl >"$work/one.log" 2>&1 &
one=$!
sleep 3
first=$(held | cut -d' ' -f1)
"$built/watersmeet" crawl >"$work/other.log" 2>&1 &
processes+=("$!")
sleep 27
echo "before the kill, held by each:"
held
curl -s "http://$farm_at/counts" | grep -E 'requests|asked-again|same-host'
kill -9 "$one"
killed=$(date +%s.%N)
echo "killed; held by the dead one: $(ask "SELECT COUNT(*) FROM sources WHERE leased_by = '$first'")"
while [ "$(ask "SELECT COUNT(*) FROM sources WHERE leased_by = '$first'")" != 0 ]; do sleep 0.5; done
echo "all of it was free again or taken over after $(echo "$(date +%s.%N) - $killed" | bc) s"
while [ "$(ask "SELECT COUNT(*) FROM sources WHERE state = 'active' AND next_poll <= EXTRACT(EPOCH FROM now()) * 1000 AND last_polled < EXTRACT(EPOCH FROM now()) * 1000 - 1800000")" -gt 0 ]; do
    sleep 1
done
echo "everything that was due had been looked at after $(echo "$(date +%s.%N) - $killed" | bc) s"
curl -s "http://$farm_at/counts"
