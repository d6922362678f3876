"""Pages of the eval library, of runs, and a surface's tab of evals."""
