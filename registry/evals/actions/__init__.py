"""The only writers of suites and runs."""

from registry.evals.actions.recording import record_run
from registry.evals.actions.suites import add_suite, change_suite, give_owner, reopen_suite, retire_suite

__all__ = ["add_suite", "change_suite", "give_owner", "record_run", "reopen_suite", "retire_suite"]
