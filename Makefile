# Everyday commands; `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help run demo test check coverage format translate translations lock bench

BIN := .venv/bin
COMPILE := $(BIN)/uv pip compile -q --no-config --universal --python-version 3.11 --generate-hashes \
	--no-header --no-emit-index-url --no-emit-find-links

help: ## list these commands
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

run: ## set up what is missing and serve
	@./run

demo: ## the same with a simulated year
	@./run --demo

test: ## all tests, with a real browser and a real PostgreSQL
	@./test

check: ## style, types, floors, and the tests that need no browser
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@./test -q -m "not browser"

coverage: ## all tests, and the lines and branches that none of them takes
	@./test --cov --cov-report=term

format: ## put the code into the house's form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

translate: ## bring the catalogues up to the wording in code and templates
	$(BIN)/python bin/translate.py

translations: ## fail when a catalogue lacks a sentence
	$(BIN)/python bin/translate.py --check

lock: ## resolve the newest packages into requirements/*.txt
	cd requirements && for each in bootstrap run develop; do \
		../$(COMPILE) --upgrade $$each.in -o $$each.txt || exit; done

bench: ## the figures of speed and size
	$(BIN)/python -m benchmarks
