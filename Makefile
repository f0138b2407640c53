# Hài Lòng. `make demo` and `make test` need nothing prepared by hand; `make help` lists the rest.
SHELL := /bin/bash
PYTHON := .venv/bin/python
export PYTHONPATH := $(CURDIR)
export PYTHONDONTWRITEBYTECODE := 1

ALONE := tests/faults tests/journey

.DEFAULT_GOAL := help
.PHONY: help handbook setup setup-test demo test lint types contracts unit bench screens picture words voice lock image bundle test-image clean

help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## system packages and the Python environment for the demo
	@scripts/setup demo

setup-test: ## the same, with what the tests need (PostgreSQL, LibreOffice)
	@scripts/setup test

demo: setup ## one press counts: centre, kiosk, a respondent, the results page and the month's workbook
	@exec $(PYTHON) -m demo

test: setup-test lint types contracts unit ## everything: lint, types, import contracts, all tests

lint:
	@echo "== ruff" && $(PYTHON) -m ruff check . && $(PYTHON) -m ruff format --check .

types:
	@echo "== mypy" && $(PYTHON) -m mypy

contracts:
	@echo "== import contracts" && .venv/bin/lint-imports

unit:
	@echo "== tests that mind the clock, one after another" && $(PYTHON) -m pytest $(ALONE)
	@echo "== all others, on two cores" && $(PYTHON) -m pytest -n 2 --dist loadfile $(addprefix --ignore=,$(ALONE)) --ignore=tests/image_boot tests

bench: setup ## print every figure of docs/performance.md, as ratios in one run
	@$(PYTHON) -m bench

screens: setup ## every kiosk screen at three panels, vi and en, on one sheet
	@$(PYTHON) -m demo.screens

picture: setup ## the walk of README.md, made anew from real screenshots
	@$(PYTHON) -m demo.picture

handbook: setup-test ## the pictures of the handbooks, taken anew
	@$(PYTHON) -m demo.accounts && $(PYTHON) -m demo.handbook
	@HAILONG_PICTURES=docs/vi/hinh $(PYTHON) -m pytest tests/browser/test_handbook_pictures.py tests/browser/test_units_pages.py \
	  tests/browser/test_duty_page.py tests/browser/test_case_story.py tests/browser/test_alerts_story.py tests/browser/test_plans_pages.py \
	  tests/browser/test_ranking_story.py tests/browser/test_verify_pages.py tests/browser/test_pairing_page.py tests/browser/test_questionnaire_story.py \
	  tests/browser/test_bundle_page.py

words: ## build the table of typing suggestions into build/words.bin (pip downloads its two sources)
	@$(PYTHON) -m appliance.words build && $(PYTHON) -m appliance.words check | tail -2

voice: ## render the spoken prompts into build/voice (needs espeak-ng)
	@$(PYTHON) -m appliance.voice build --out build/voice

lock: ## write requirements.lock anew from pyproject.toml (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate \
	  --no-header --all-extras pyproject.toml -o requirements.lock
	uv pip compile --universal --python-version 3.13 --generate-hashes --no-emit-index-url --no-annotate \
	  --no-header --extra appliance pyproject.toml -c requirements.lock -o image/appliance.lock

image: setup-test words voice ## the card's image for a Raspberry Pi into build/ (needs root; once an hour, then minutes)
	@$(PYTHON) -m provisioning image build build/hailong.img

bundle: setup ## what makes a stock Raspberry Pi OS a kiosk without a network, into build/ (two minutes; needs root)
	@$(PYTHON) -m provisioning image bundle build/hailong-bundle.tar

test-image: ## boot that image in QEMU: first boot, enrolment, a ballot, power cuts (half an hour)
	@$(PYTHON) -m pytest tests/image_boot -x -q

clean: ## remove what the other targets made
	rm -rf .venv demo-run screens build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
