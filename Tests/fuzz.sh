#!/usr/bin/env bash
# Fuzzes the decoders with libFuzzer and AddressSanitizer, from their corpora.
#   Tests/fuzz.sh [SECONDS [TARGET…]]     every target of Tests/FuzzTests, 30 seconds each, unless said otherwise
# An input that breaks a promise is left in .build/fuzz/found/<target>: put it into Tests/Corpora/<target> together with the fix.
# New inputs that reach new code are kept in .build/fuzz/work/<target>; MERGE=1 adds the few that the corpus lacks.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-30}
shift || true
out=.build/fuzz
fuzzer=$out/fuzz
list=Tests/FuzzTests/Targets/FuzzTarget.swift
# libFuzzer handles crashes itself.
export SWIFT_BACKTRACE=enable=no

# A debug build for @testable, optimised for speed. Both sanitizers in one flag: of two flags swiftc takes the last.
swift build --scratch-path $out -Xswiftc -O -Xswiftc -sanitize=fuzzer,address \
    -Xcxx -fsanitize=fuzzer-no-link,address -Xcxx -O1 --target FuzzTests
# libFuzzer brings the main function, so the test runner's stays out.
mapfile -t objects < <(find -L $out/debug -path '*.build/*.o' ! -path '*linehaulPackage*' ! -path '*/FuzzTests.build/Replay*' | sort)
swiftc -sanitize=fuzzer,address "${objects[@]}" -o $fuzzer \
    -lrocksdb -lyaml -lxxhash -lzstd -lz -lsimdjson -lssl -lcrypto -lpthread -lcurl -lcjose -lstdc++ -lm \
    2>&1 | { grep -v 'Cannot export local symbol' || true; }

if [ $# -eq 0 ]; then
    mapfile -t targets < <(sed -n 's/^ *FuzzTarget("\([a-z-]*\)".*/\1/p' $list)
else
    targets=("$@")
fi

status=0
for target in "${targets[@]}"; do
    corpus=Tests/Corpora/$target work=$out/work/$target found=$out/found/$target log=$out/$target.log
    mkdir -p "$corpus" "$work" "$found"
    longest=$(sed -n "s/^ *FuzzTarget(\"$target\", upTo: \([0-9_]*\),.*/\1/p" $list | tr -d _)
    echo "==> $target, $seconds s"
    if FUZZ_TARGET=$target $fuzzer -max_total_time="$seconds" -max_len="${longest:-512}" -timeout=5 -rss_limit_mb=2048 \
        -print_final_stats=1 -artifact_prefix="$found/" "$work" "$corpus" >"$log" 2>&1; then
        grep -aE '^#.*DONE|average_exec_per_sec' "$log"
    else
        status=1
        grep -aE 'ERROR|Fatal error|broken promise|Test unit written|SUMMARY|FUZZ_TARGET' "$log" || tail -20 "$log"
    fi
    if [ "${MERGE:-}" ]; then
        FUZZ_TARGET=$target $fuzzer -set_cover_merge=1 -max_len="${longest:-512}" "$corpus" "$work" >>"$log" 2>&1
    fi
done
exit $status
