# On a fresh clone, `make synth` and `make test` set everything up by themselves, in .venv.
.DEFAULT_GOAL := help
.PHONY: help synth local drill release ledger test unit exhaustive lint types check bench snapshot permissions toolchains packages lock clean

NEEDED := python3 python3.14 python3.13 python3.12 python3.11
PYTHON ?= $(shell for python in $(NEEDED); do $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
INSTALL := -m pip --disable-pip-version-check install --quiet --no-user --compile --require-hashes --only-binary :all:
PIP := .venv/bin/python $(INSTALL)

LOCK := .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock"

# docs/toolchains.md compares them. The default, cdktf, is in .venv, each other one in a virtual environment of its own.
OTHERS := cdktf-aws6 cdktn
CHOSEN := $(or $(TOOLCHAIN),cdktf)
ifeq ($(filter cdktf $(OTHERS),$(CHOSEN)),)
$(error TOOLCHAIN=$(CHOSEN) is not one of: cdktf $(OTHERS))
endif
VENV := $(if $(filter cdktf,$(CHOSEN)),.venv,.venv/toolchains/$(CHOSEN))

# Drills, Terraform's provider and some fast tests wait, so four workers keep two cores busy; more would need more memory
# than a laptop has. WORKERS=0 runs one test after the other. Without bytecode, each worker and each command that a test
# runs would compile everything again.
PYTEST = env -u PYTHONDONTWRITEBYTECODE .venv/bin/python -m pytest
SIDE_BY_SIDE = --numprocesses $(or $(WORKERS),4) --no-loadscope-reorder

help: ## list these commands
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

synth: $(VENV)/.synth-ready ## write cdktf.out/stacks/*/cdk.tf.json (ENVIRONMENT=staging for another environment)
	@$(VENV)/bin/python main.py

local: ## deploy the whole system to an AWS on this machine; needs Terraform, no account
	@./failover local up

drill: ## lose a region on this machine, and see what users saw (ENVIRONMENT=staging for another environment)
	@./failover drill

release: .venv/.operations-ready ## pack examples/application as release.tar.gz (FOLDER=... for another folder, ARCHIVE=...)
	@./failover releases pack $(or $(FOLDER),examples/application) $(or $(ARCHIVE),release.tar.gz)

ledger: .venv/.operations-ready ## pack examples/ledger, with its databases' drivers, as ledger.tar.gz (ARCHIVE=...)
	@rm -rf examples/ledger/drivers
	@$(PIP:--compile=--no-compile) --target examples/ledger/drivers --python-version 3.9 -r requirements/ledger.txt
	@./failover releases pack examples/ledger $(or $(ARCHIVE),ledger.tar.gz)

test: .venv/.test-ready $(VENV)/.synth-ready ## run all but the exhaustive tests; those that need Terraform skip, with the reason, where there is none
	@$(PYTEST) $(SIDE_BY_SIDE)

unit: .venv/.test-ready $(VENV)/.synth-ready ## run only the fast tests
	@$(PYTEST) $(SIDE_BY_SIDE) -m "not slow"

exhaustive: .venv/.test-ready $(VENV)/.synth-ready ## repeat tests with the second example and every pair of settings
	@$(PYTEST) $(SIDE_BY_SIDE) --exhaustive -m exhaustive

lint: .venv/.test-ready ## check style, formatting, spelling and which layer imports which
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/codespell
	@.venv/bin/lint-imports --no-logo

types: .venv/.test-ready ## check types, strictly
	@.venv/bin/basedpyright

check: lint types test ## lint, types and tests

bench: .venv/.test-ready .venv/.bench-ready toolchains ## measure synth against a plain import and AWS CDK, and a delivery against its lower bound
	@.venv/bin/python -m bench.deliver
	@.venv/bin/python -m bench.synth

snapshot: .venv/.test-ready ## refresh the schema, the snapshots and the generated docs after an intended change
	@.venv/bin/python -m tests.refresh

permissions: .venv/.test-ready ## refresh docs/permissions, from a deployment on the embedded AWS
	@.venv/bin/python -m tests.refresh_permissions

toolchains: $(OTHERS:%=.venv/toolchains/%/.synth-ready) ## set up the toolchains that are not the default

packages: ## as root on Debian: install Apache, Chromium, zsh and fish, which some tests run
	@.ci/packages

lock: .venv/.test-ready ## pin what the .in files name
	@for name in operations synth deploy dev policy bench; do \
		case $$name in synth|deploy|bench) same="--constraint requirements/operations.txt" ;; *) same= ;; esac; \
		$(LOCK) $$same requirements/$$name.in --output-file requirements/$$name.txt || exit; \
	done
	@# What a lock file holds already keeps its version: what these share with synth.txt has the same there.
	@for name in $(OTHERS); do \
		cp requirements/synth.txt requirements/$$name.new; \
		$(LOCK) requirements/$$name.in --output-file requirements/$$name.new || exit; \
		mv requirements/$$name.new requirements/$$name.txt; \
	done
	@.venv/bin/uv pip compile --quiet --python-version 3.9 --python-platform linux --only-binary :all: --generate-hashes \
		--custom-compile-command "make lock" requirements/ledger.in --output-file requirements/ledger.txt

clean: ## remove .venv, cdktf.out and the tools' caches, but no Terraform state
	rm -rf .venv cdktf.out/stacks cdktf.out/manifest.json cdktf.out/last-synth .pytest_cache .ruff_cache .import_linter_cache .hypothesis

.venv/.synth-ready: requirements/synth.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: none of $(NEEDED) is." >&2; exit 1; }
	@echo "Setting up .venv (once, about a minute) ..." >&2
	@$(PYTHON) -m venv --clear .venv
	@$(PIP) -r requirements/synth.txt
	@.venv/bin/python -m bindings
	@touch $@

.venv/toolchains/%/.synth-ready: requirements/%.txt .venv/.synth-ready
	@echo "Setting up .venv/toolchains/$* (once, about a minute) ..." >&2
	@.venv/bin/python -m venv --clear .venv/toolchains/$*
	@.venv/toolchains/$*/bin/python $(INSTALL) -r requirements/$*.txt
	@.venv/toolchains/$*/bin/python -m bindings
	@touch $@

.venv/.operations-ready: requirements/operations.txt .venv/.synth-ready
	@echo "Adding the command line's needs to .venv (once) ..." >&2
	@$(PIP) -r requirements/operations.txt
	@touch $@

.venv/.test-ready: requirements/dev.txt .venv/.operations-ready | .venv/.policy-ready
	@echo "Adding the test tools to .venv (once) ..." >&2
	@$(PIP) -r requirements/dev.txt
	@touch $@

# Separate from the rest, because checkov pins another boto3.
.venv/.policy-ready: requirements/policy.txt .venv/.synth-ready
	@echo "Setting up .venv/policy for checkov (once, about half a minute) ..." >&2
	@.venv/bin/python -m venv --clear .venv/policy
	@.venv/policy/bin/python $(INSTALL) -r requirements/policy.txt
	@touch $@

# AWS CDK, only to be measured.
.venv/.bench-ready: requirements/bench.txt .venv/.synth-ready
	@echo "Setting up .venv/aws-cdk for the benchmark (once, about a minute) ..." >&2
	@.venv/bin/python -m venv --clear .venv/aws-cdk
	@.venv/aws-cdk/bin/python $(INSTALL) -r requirements/bench.txt
	@.venv/aws-cdk/bin/python -m bench.equal_app.first_run
	@touch $@
