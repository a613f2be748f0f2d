# Two commands on a fresh Debian machine with git, make and the Swift toolchain: `make demo`, `make test`.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := build
.PHONY: demo test test-browser build install format lint bench deps clean

# The toolchain is also found where its archive is usually unpacked.
SWIFT ?= $(shell command -v swift || ls -d {/opt/swift,/usr/local/swift,/usr/local,$$HOME/.local/share/swiftly,$$HOME/swift}{,/usr}/bin/swift 2>/dev/null | head -n 1)
PREFIX ?= /usr/local
DESTDIR ?=
PYTHON ?= python3
SOURCES := Sources Tests Package.swift

demo: build
	.ci/demo.sh .build/release/kiseki

build: deps
	$(SWIFT) build -c release --product kiseki

test: deps
	$(SWIFT) build -c release --build-tests
	$(SWIFT) test -c release --skip-build --disable-xctest

# A report and a site in headless Chromium; says so and passes where there is none.
test-browser: build
	Tests/Browser/browser_test.sh .build/release/kiseki

# The program finds templates and the sample model in share/kiseki beside its own bin/.
install: build
	install -d "$(DESTDIR)$(PREFIX)/bin" "$(DESTDIR)$(PREFIX)/share/kiseki"
	install -m 755 .build/release/kiseki "$(DESTDIR)$(PREFIX)/bin/kiseki"
	cp -R templates "$(DESTDIR)$(PREFIX)/share/kiseki/"

format:
	$(SWIFT) format -i --parallel -r $(SOURCES)

lint:
	$(SWIFT) format lint --strict --parallel -r $(SOURCES)
	@git ls-files '*.swift' '*.c' '*.cpp' '*.h' | xargs -r -d '\n' wc -l | awk '$$2 != "total" && $$1 > 400 \
	  { print $$2 ": " $$1 " lines, more than the 400 a file may have" > "/dev/stderr"; long = 1 } END { exit long }'

bench: build
	PYTHON="$(PYTHON)" benchmarks/startup.sh
	PYTHON="$(PYTHON)" benchmarks/training.sh
	SWIFT="$(SWIFT)" PYTHON="$(PYTHON)" benchmarks/decoding.sh
	SWIFT="$(SWIFT)" PYTHON="$(PYTHON)" benchmarks/metrics.sh
	PYTHON="$(PYTHON)" benchmarks/sweep.sh

deps:
	@SWIFT="$(SWIFT)" .ci/deps.sh

clean:
	rm -rf .build
