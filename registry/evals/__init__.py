"""The shared library of eval suites, their versions, and the runs that CI or people hand in.

Owns what a suite demands, which run counts for which contract (by prompt and model versions), and how results move:
trend, variance, newly failing and flaky cases. Refuses to know which control a run satisfies, what a gate decides, and
what a model was asked or answered: prompts, outputs and settings of a result file are never kept.
"""
