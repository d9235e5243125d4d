#!/usr/bin/env bash
# The API under wrk: reads by id beside a bare listener in the same run, and loads made at a steady rate and as fast as they go.
# Needs `make build`, wrk, python3 and a quiet machine. usage: Benchmarks/api.sh [SECONDS] [BINARY]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
seconds=${1:-10}
linehaul=${2:-.build/release/linehaul}
scratch=$(mktemp -d /tmp/linehaul-api.XXXXXX)
say() { printf '\n# %s\n' "$*"; }

$linehaul bench hello --port 18081 & hello=$!
LINEHAUL_DATA="$scratch/data" LINEHAUL_LISTEN=127.0.0.1:18082 $linehaul run topology > "$scratch/out" 2> "$scratch/log" & system=$!
trap 'kill $hello $system 2> /dev/null; wait; rm -rf "$scratch"' EXIT
api=http://127.0.0.1:18082
until curl -sf "$api/api/loads" > /dev/null; do sleep 0.1; done

cat > "$scratch/post.lua" <<'LUA'
-- POST /api/loads; with a pause after each answer, in milliseconds, where one is given.
local pause = tonumber(os.getenv("PAUSE") or "0")
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = [[{"pickup_location":{"latitude":41.8781,"longitude":-87.6298},"pickup_address":"12 Lake Street, Chicago",
"delivery_location":{"latitude":39.0997,"longitude":-94.5786},"delivery_address":"5 Union, Kansas City","customer_id":"acme",
"pickup_datetime":"2027-03-01T08:00:00Z","delivery_datetime":"2027-03-02T08:00:00Z","weight":9000,"rate":1200.5}]]
if pause > 0 then function delay() return pause end end
local others = 0
function response(status) if status ~= 201 then others = others + 1 end end
local threads = {}
function setup(thread) table.insert(threads, thread) end
function done() for _, thread in ipairs(threads) do io.write("answers other than 201: ", thread:get("others") or 0, "\n") end end
LUA
sed -i 's/^local others/others/' "$scratch/post.lua"

load=$(curl -sf -XPOST "$api/api/loads" -H 'Content-Type: application/json' -d "$(sed -n '/^wrk.body/,/\]\]$/p' "$scratch/post.lua" | sed 's/^wrk.body = \[\[//; s/\]\]$//')" |
    python3 -c 'import json, sys; print(json.load(sys.stdin)["id"])')
for round in 1 2 3; do
    say "bare hello, 32 connections ($round)"
    wrk -t1 -c32 -d"$seconds" --latency http://127.0.0.1:18081/ | grep -E 'Requests/sec|99%|Non-2xx' || true
    say "GET by id, 32 connections ($round)"
    wrk -t1 -c32 -d"$seconds" --latency "$api/api/loads/$load" | grep -E 'Requests/sec|99%|Non-2xx' || true
done
say "POST /api/loads at about 1,000 a second: 32 connections, each 27 ms after its last answer"
PAUSE=27 wrk -t1 -c32 -d"$seconds" --latency -s "$scratch/post.lua" "$api/api/loads" | grep -E 'Requests/sec|50%|99%|other than|Non-2xx' || true
for connections in 32 128 256; do
    say "POST /api/loads, as fast as they go, $connections connections"
    wrk -t1 -c"$connections" -d"$seconds" --latency -s "$scratch/post.lua" "$api/api/loads" | grep -E 'Requests/sec|50%|99%|other than|Non-2xx' || true
done
