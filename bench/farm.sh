# What the measurements with a farm of many sources share: the folder for their work, what is stopped at the end, and the
# farm. It is read by the other scripts and not run by itself; they set $layout, and $manners where the farm is to have
# other manners than its own, before the farm starts.
# shellcheck shell=bash

built=${CARGO_TARGET_DIR:-target}/release
work=$(mktemp -d)
farm_at=127.0.0.1:8400
processes=()

stop() {
    for process in "${processes[@]}"; do kill -INT "$process" 2>/dev/null || true; done
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap stop EXIT

# Starts the farm and waits until it listens; $farm is its process.
start_farm() {
    # shellcheck disable=SC2086,SC2154 # several options, set by whoever reads this
    "$built/many-farm" $layout ${manners:-} >"$work/farm.log" &
    farm=$!
    processes+=("$farm")
    until grep -q listening "$work/farm.log"; do
        sleep 0.1
        kill -0 "$farm" 2>/dev/null || { echo "the farm did not start"; exit 1; }
    done
}
