# Two commands set up a fresh Debian or Ubuntu with a Swift toolchain: `make run` and `make test`.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run build test test-units test-clients test-threads test-torture test-torture-kafka torture torture-build torture-kafka bench fuzz format lint prepare

# An import that Package.swift does not declare is an error.
strict := --explicit-target-dependency-import-check error
release := .build/release
# Tests are compiled with optimisation, as what ships is; a folder of their own keeps the release build as it is.
tests := -c release -Xswiftc -enable-testing --scratch-path .build/tests
# The thread sanitizer needs a build of its own, without optimisation and with exclusivity enforced at run time.
threads := --sanitize thread --scratch-path .build/threads
kills ?= $(if $(filter torture-kafka,$(MAKECMDGOALS)),100,1000)
seconds ?= 30

help: ## say what there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build ## build, then run every job over an embedded log, fed by a simulated fleet
	$(release)/linehaul demo

build: prepare ## leave the release binary at .build/release/linehaul
	@echo "==> release build"
	swift build -c release --product linehaul $(strict)

test: test-torture test-torture-kafka test-threads test-units test-clients ## hold everything: a tenth of both tortures, the engine under the thread sanitizer, every suite

test-units: prepare ## every suite, the replay of the fuzzing corpora among them
	@echo "==> building every suite"
	swift build --build-tests $(tests) $(strict)
	@echo "==> every suite without a server of its own"
	swift test --skip-build $(tests) --skip '^KafkaLogTests\.|^LinehaulTests\.Kafka|\.ClusterRoutesTests'
	@echo "==> a real Kafka, by itself: its tests wait on the threads that others answer on"
	swift test --skip-build $(tests) --filter '^KafkaLogTests\.|^LinehaulTests\.Kafka'
	@echo "==> processes that ask each other, by themselves: an answer in time needs the processors that it is given"
	swift test --skip-build $(tests) --filter '\.ClusterRoutesTests'

test-clients: export LINEHAUL_CLIENT_LOADS ?= 100
test-clients: export LINEHAUL_CLIENT_EXAMPLES ?= 10
test-clients: export LINEHAUL_CLIENT_FOLLOWERS ?= 20
test-clients: export LINEHAUL_CLIENT_EVENTS ?= 200
test-clients: export LINEHAUL_CLIENT_PEERS ?= 100
test-clients: export LINEHAUL_CLIENT_CONNECTS ?= 10000
test-clients: build ## the API as clients have it: a load's life, races, retries over kill -9, hostile peers, a full disk, a fuzzer over its document
	@echo "==> the API's clients"
	Tests/Clients/run $(release)/linehaul

test-threads: prepare ## the engine's suites under the thread sanitizer
	@echo "==> building for the thread sanitizer"
	swift build --build-tests $(threads)
	"$$(dirname "$$(readlink -f "$$(command -v swift)")")/clang" -O1 -fPIC -shared -Wall -o .build/threads/visible-mutex.so .ci/visible-mutex.c
	@echo "==> Execution under the thread sanitizer"
	LD_PRELOAD=$(CURDIR)/.build/threads/visible-mutex.so \
	    swift test --skip-build $(threads) --filter '^ExecutionTests\.'

test-torture: kills := 100
test-torture: torture

test-torture-kafka: kills := 10
test-torture-kafka: torture-kafka

torture: torture-build ## kill -9 a running job, restart it, check every record: `make torture kills=1000`
	@echo "==> torture: $(kills) kills"
	$(release)/torture --kills $(kills)

torture-kafka: torture-build ## the same among processes that share a real Kafka, brokers killed too: `make torture-kafka kills=100`
	@echo "==> torture on Kafka: $(kills) kills"
	$(release)/torture --kafka $(kills)

torture-build: build
	@echo "==> release build of the torture"
	swift build -c release --product torture $(strict)

fuzz: prepare ## libFuzzer over every decoder: `make fuzz seconds=60`
	Tests/fuzz.sh $(seconds)

bench: build ## every measurement of docs/performance.md on this machine; wants it quiet
	Benchmarks/run.sh

format: prepare ## format every Swift file as .swift-format says
	swift format format --in-place --parallel --recursive Package.swift Sources Jobs Tests docs

lint: prepare ## say what `make format` would change
	swift format lint --parallel --recursive Package.swift Sources Jobs Tests docs

prepare:
	@.ci/prepare
