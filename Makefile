# The only interface to remember. `make` alone prints this list.
.DEFAULT_GOAL := list
.PHONY: list run build test check lint format golden fuzz calibrate soak package screenshot clean
SHELL := /bin/bash

SECONDS_EACH ?= 60
DEBUG_FLAGS := --explicit-target-dependency-import-check error
SWIFT_FOLDERS := Package.swift Sources Tests $(wildcard Fuzz)

list: ## print this list
	@echo "Millwright. Two commands are enough: make run, make test. All of them:"
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1|/' | column -t -s '|'

run: ## install what is missing, build a release, start the box with the demonstrator (ARGS="--listen …")
	@scripts/prepare build
	@scripts/build-release
	@exec "$$(scripts/build-release --path)" serve $(ARGS)

build: ## install what is missing and make a debug build
	@scripts/prepare build
	swift build --build-tests $(DEBUG_FLAGS)

test: ## install what is missing, build, run every test and every rig (this is what CI runs)
	@scripts/test

check: format test ## format, then everything that `make test` does

lint: ## look for what the formatter and its rules would change
	swift format lint --strict --parallel --recursive $(SWIFT_FOLDERS)

format: ## rewrite the Swift files in the project's format
	swift format --in-place --parallel --recursive $(SWIFT_FOLDERS)

golden: ## rewrite the golden files; look at the difference before you keep it
	@scripts/prepare build
	UPDATE_GOLDEN=1 swift test $(DEBUG_FLAGS)

fuzz: ## run every fuzz target for SECONDS_EACH=60 seconds
	@scripts/prepare build
	Fuzz/run all $(SECONDS_EACH)

calibrate: ## print the calibration table of docs/proof.md from 1,000 simulated factories
	swift run -c release calibrate 1000

soak: ## three hours: memory, idle load, Modbus, MQTT, a backup of 10 GB; power cuts, kill -9, full disk, bit flips by the thousand; the package on a bare root; two clean builds
	@scripts/prepare test
	@scripts/prepare package
	@scripts/build-release
	.venv-test/bin/python Rigs/soak.py "$$(scripts/build-release --path)"
	@scripts/package
	scripts/try-package "$$(ls -t out/package/*.deb | head -1)"
	@scripts/package --check=builds

package: ## make the Debian package with its SBOM in out/package, twice, and compare
	@scripts/prepare package
	@scripts/package --check

screenshot: ## make the picture of the README anew, from the demonstrator in a real browser
	@scripts/prepare test
	swift build $(DEBUG_FLAGS)
	UPDATE_SCREENSHOT=1 .venv-test/bin/python -m pytest Rigs/test_browser.py -k screenshot

clean: ## remove builds, test tools and test output
	rm -rf .build .venv-test out
