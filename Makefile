# Two commands set up a fresh Debian or Ubuntu with a Swift toolchain: `make run` and `make test`.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help run build test test-units test-threads test-torture torture bench format lint prepare

jobs := $(shell nproc)
# An import that Package.swift does not declare is an error.
build := swift build --jobs $(jobs) --explicit-target-dependency-import-check error
release := .build/release
kills ?= 1000

help: ## say what there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build ## build, then run every job over an embedded log, fed by a simulated fleet
	$(release)/linehaul demo

build: prepare ## leave the release binary at .build/release/linehaul
	@echo "==> release build"
	$(build) -c release --product linehaul

test: test-torture test-threads test-units ## hold everything: unit and recovery tests, thread sanitizer, a tenth of the torture

test-units: prepare ## every suite, the replay of the fuzzing corpora among them
	@echo "==> building every suite"
	$(build) --build-tests
	@echo "==> every suite"
	swift test --skip-build

test-threads: prepare ## the engine's suites under the thread sanitizer
	@echo "==> Execution under the thread sanitizer"
	swift test --jobs $(jobs) --sanitize thread --scratch-path .build/threads --filter '^ExecutionTests\.'

test-torture: kills := 100
test-torture: torture

torture: build ## kill -9 a running job, restart it and check every record: `make torture kills=1000`
	@if swift package describe --type json | grep -q '"name" : "torture"'; then \
	    echo "==> torture, $(kills) kills"; \
	    $(build) -c release --product torture; \
	    $(release)/torture --kills $(kills); \
	fi

bench: build ## measure the shipped jobs on this machine
	$(release)/linehaul bench audit-anomaly

format: prepare ## format every Swift file as .swift-format says
	swift format format --in-place --parallel --recursive Package.swift Sources Jobs Tests docs

lint: prepare ## say what `make format` would change
	swift format lint --parallel --recursive Package.swift Sources Jobs Tests docs

prepare:
	@.ci/prepare
