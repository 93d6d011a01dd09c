#!/usr/bin/env bash
# Polls for a day of a clock in our hands, in some minutes, and tells at each hour what the process holds: memory that
# grows, or tasks and files that stay, are leaks.
#
#   bench/soak.sh [HOURS]      24 without a number
#
# Wants what `cargo build --release -p watersmeet-bench` builds. How many sources there are may be set in $SOURCES, how the
# farm is laid out in $LAYOUT; the farm has something new every five seconds.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=bench/farm.sh
source bench/farm.sh

layout="--sources ${SOURCES:-5000} ${LAYOUT:-}"
manners="--news-every 5"

# shellcheck disable=SC2086 # several options
"$built/fill-many" $layout --data "$work/data" --over 900 | tail -1
start_farm
"$built/soak" --data "$work/data" --hours "${1:-24}"
