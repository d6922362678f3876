"""Keys of what can be excepted beside the controls of the policy; the tables' guards know them as well."""

TIER, BUDGET = "tier", "budget"
