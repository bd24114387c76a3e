# On Windows, README.md gives the same commands without make.
PYTHON = python3
COURSE = .venv/bin/python

# Only the command line sets these: in the environment, such as the NAME that WSL2 sets, they are for other work ...
AGAINST =
CH =
DATA =
FOLDER =
JOB =
NAME =
PART =
TITLE =
# ... as are the variables of Python and pytest, other kernels of Jupyter, and the repository in which a hook of git runs.
unexport $(filter PYTHON% PYTEST_% GIT_% JUPYTER_PATH JUPYTER_PREFER_ENV_PATH,$(.VARIABLES))
# JupyterLab's address and the tests' progress are printed at once, also where MAKEFLAGS asks to hold back output.
MAKEFLAGS += $(if $(filter output-sync,$(.FEATURES)),--output-sync=none)

.DEFAULT_GOAL = help
.PHONY: $(shell sed -n 's/^\([a-z-]*\):.*/\1/p' Makefile)

##@ For learners

setup:  ## install the course into .venv
	@$(PYTHON) tools/environment.py

lab: setup  ## open the chapters in JupyterLab
	@$(COURSE) tools/lab.py

reset: setup  ## bring a chapter back to its first state, and keep your version beside it: CH=02
	@$(COURSE) tools/workbook.py reset "$(CH)"

##@ For instructors

test: setup  ## run the unit tests and every cell of every chapter
	@$(COURSE) -m pytest

handout: setup  ## write chapters without solutions for a class: FOLDER=../handout, and CH="02 03" for some
	@$(COURSE) tools/handout.py "$(FOLDER)" $(CH)

site:  ## build the course as web pages in build/site, with an environment of its own
	@$(PYTHON) tools/environment.py --lock docs/requirements.lock --environment .venv-site
	@.venv-site/bin/python tools/build_site.py

##@ For maintainers

new: setup  ## begin a chapter, a notebook and its tests to be filled in: CH=06 TITLE="Optimisers"
	@$(COURSE) tools/new_chapter.py "$(CH)" "$(TITLE)"

check: setup  ## run the tests, and the chapters that your change concerns: against main, or AGAINST=branch
	@$(COURSE) tools/changed.py $(AGAINST)

notebooks: setup  ## run chapters again, store their outputs and write the tables made of them: all, or CH=02
	@$(COURSE) tools/notebooks.py $(CH)
	@$(COURSE) tools/readme.py
	@$(COURSE) tools/data_index.py

audit:  ## list what takes long, or run one: NAME=seeds, and CH="02 06" for some chapters
	@$(PYTHON) audits $(NAME) $(CH) $(PART)

bench: setup  ## measure the course's recipes against well-known ones, two hours or more: all, or JOB=mnist
	@$(COURSE) -m benchmarks $(JOB)
	@$(COURSE) -m benchmarks.table

data:  ## build data/ again from its sources, in an environment of its own: all, or DATA=mnist
	@$(PYTHON) tools/environment.py --lock data/requirements.lock --environment .venv-data
	@for maker in data/$(or $(DATA),*)/make.py; do PYTHONPATH=data .venv-data/bin/python $$maker || exit 1; done

lock:  ## resolve the versions again and lock them with their hashes
	@$(PYTHON) tools/lock.py

help:  ## print this list of targets
	@awk -F ':.*## ' '/^##@/ {print "\n" substr($$0, 5) ":"} /^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile
