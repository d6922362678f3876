"""Pages of reviews, their decisions, the checklist and the rollout."""
