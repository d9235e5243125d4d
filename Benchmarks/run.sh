#!/usr/bin/env bash
# Every measurement of docs/performance.md, several times each, on this machine: prints a line of JSON a run. Needs `make build` first,
# about 8 GB of disk below the directory given, and a machine with nothing else to do.
# usage: Benchmarks/run.sh [DIRECTORY]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scratch=$(mktemp -d "${1:-/tmp}/linehaul-benchmarks.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
linehaul=.build/release/linehaul

say() { printf '\n# %s\n' "$*"; }

say "machine: $(uname -srm), $(nproc) cores, $(awk '/MemTotal/ { printf "%.0f GiB", $2 / 1048576 }' /proc/meminfo)"
python3 Benchmarks/audit_records.py 3000000 100000 "$scratch/audit.ndjson"
for parallelism in 1 2; do
    say "audit-anomaly, parallelism $parallelism"
    for _ in 1 2 3; do $linehaul bench --json --dir "$scratch" audit-anomaly --input "$scratch/audit.ndjson" --parallelism "$parallelism"; done
done
say "audit-anomaly with a shuffle"
for _ in 1 2 3; do $linehaul bench --json --dir "$scratch" audit-anomaly --input "$scratch/audit.ndjson" --shuffled; done
say "replay of the same file, in memory"
for _ in 1 2 3; do
    /usr/bin/env time -f '{"seconds":%e,"resident_kilobytes":%M}' $linehaul replay audit-anomaly --in audit="$scratch/audit.ndjson" --out "$scratch/alerts"
done
for keys in 100000 1000000 10000000; do
    say "kept state, $keys keys"
    for _ in 1 2 3; do $linehaul bench --json --dir "$scratch" keys --keys "$keys"; done
done
say "twenty million records through one log"
$linehaul bench --json --dir "$scratch" age
say "latency at 10,000 records a second"
for _ in 1 2 3; do $linehaul bench --json --dir "$scratch" latency; done
say "back at work after kill -9"
$linehaul bench --json --dir "$scratch" restart
say "ways through 100,000 places"
for _ in 1 2 3; do $linehaul bench --json --dir "$scratch" ways; done
say "the process itself"
$linehaul bench --json --dir "$scratch" process
