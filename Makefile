# Every target is one command of dev.py, which needs nothing but Python 3.11 or later and sets up what it uses.
PYTHON ?= $(shell command -v python3 || command -v python)

COMMANDS := demo test test-all lint fmt types imports docs bench soak check setup clean

.DEFAULT_GOAL := help
.PHONY: help $(COMMANDS)

help:
	@$(PYTHON) dev.py help

$(COMMANDS):
	@$(PYTHON) dev.py $@ $(ARGS)
