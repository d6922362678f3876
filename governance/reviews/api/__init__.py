"""Reviews, their decisions and the rollout over REST."""
