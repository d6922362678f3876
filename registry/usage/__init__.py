"""What really happened: every call of a model that was observed, matched to what was approved at that moment.

Owns observations, their sources and aliases, paths, sums by hour and day, sealed hours, and text kept where policy lets it.
Refuses to know what anybody concludes from them: findings, money and the board's question lie above.

A `UsagePath` is one way in which a model is used: who sent it, which surface, endpoint, model, revision in force, prompt, tool
and data classes. Observations name their path, and sums are kept for each path, so that questions cost by the number of
paths and days and never by the number of calls.
"""
