"""What was shipped and what was found wrong with it: deployments and defects, as CI and trackers tell them.

Owns their rows, which are written once: what turned out differently is a further row that corrects the one before. Refuses to
know what is counted from them (registry.metrics), and knows incidents by their keys only.
"""
