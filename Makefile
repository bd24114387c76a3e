# On Windows, README.md gives the same commands without make.
PYTHON ?= python3
COURSE = .venv/bin/python

.PHONY: setup lab test check test-inputs test-offline test-faults test-lowest test-python seeds same-seed test-browser reset notebooks data site handout bench mutants lock

setup:  ## install the course into .venv
	@$(PYTHON) tools/environment.py

lab: setup  ## open the chapters in JupyterLab
	@$(COURSE) tools/lab.py

test: setup  ## run the unit tests and every cell of every chapter
	@$(COURSE) -m pytest

check: setup  ## run the tests without the chapters that a change leaves alone; against main, or AGAINST=branch
	@$(COURSE) tools/changed.py $(AGAINST)

test-inputs: setup  ## try 1,000 odd calls of each function of course_lib, where `make test` tries 50
	@$(COURSE) -m pytest tests/library/test_bad_input.py --hypothesis-profile=thorough

test-offline: setup  ## run the same as `make test` where the network is loopback alone (Linux)
	@unshare -rn $(COURSE) audits/loopback_only.py $(COURSE) -m pytest

test-faults: setup  ## stop, kill and starve chapters: full disk, read-only files, 3 GB and one core (Linux, superuser)
	@$(COURSE) -m pytest -n 0 audits/faults

test-lowest:  ## run the tests with the lowest versions that pyproject.toml allows, in .venv-lowest
	@$(PYTHON) tools/environment.py --lock tests/lowest.lock --environment .venv-lowest
	@.venv-lowest/bin/python -m pytest

test-python:  ## run the tests with another Python, in an environment of its own: make test-python PYTHON=python3.13
	@$(PYTHON) tools/environment.py --environment .venv-$(notdir $(PYTHON))
	@.venv-$(notdir $(PYTHON))/bin/python -m pytest

seeds: setup  ## run the chapters with ten seeds each, two hours on two cores: all, or CH=02
	@$(COURSE) audits/seeds.py $(CH)

same-seed: setup  ## run the chapters twice with one seed and compare all weights: all, or CH=02
	@$(COURSE) audits/same_seed.py $(CH)

reset: setup  ## bring a chapter back to its first state: make reset CH=02
	@$(COURSE) tools/workbook.py reset "$(CH)"

notebooks: setup  ## run the chapters again and store their outputs
	@$(COURSE) tools/notebooks.py $(CH)
	@$(COURSE) tools/readme.py

data: ## build data/ again from its sources, in an environment of its own
	@$(PYTHON) tools/environment.py --lock data/requirements.lock --environment .venv-data
	@for maker in data/*/make.py; do PYTHONPATH=data .venv-data/bin/python $$maker || exit 1; done

site: ## build the course as web pages in build/site, with an environment of its own
	@$(PYTHON) tools/environment.py --lock docs/requirements.lock --environment .venv-site
	@.venv-site/bin/python tools/build_site.py

handout: setup ## write chapters without solutions for a class: make handout FOLDER=../handout, or only CH="02 03"
	@$(COURSE) tools/handout.py "$(FOLDER)" $(CH)

test-browser: setup site ## run each chapter in JupyterLab and look at the pages, in the system's Chromium: all, or CH=02
	@$(PYTHON) tools/environment.py --lock audits/browser/requirements.lock --environment .venv-browser
	@.venv-browser/bin/python -m pytest -c audits/browser/pytest.ini $(if $(CH),-k $(CH)_) audits/browser

bench: setup ## measure the course's recipes against well-known ones, an hour and a half: all, or JOB=mnist
	@$(COURSE) -m benchmarks $(JOB)
	@$(COURSE) -m benchmarks.table

mutants: setup ## spoil the course in 200 small ways and see whether the tests notice: all, or PART=library
	@$(COURSE) audits/mutants $(PART)

lock: ## resolve the versions again and lock them with their hashes
	@$(PYTHON) tools/lock.py
