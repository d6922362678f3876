"""The gate that CI asks: results and limits in, pass or fail with reasons out, and kept.

Owns gate checks and the rule that a revision which failed its gate does not come into force. Refuses to know how a
result file is read (evals), what a control demands (controls) and how a change goes its way (changes).
"""
