"""Policy replay: what a draft of the policy would have done to past changes, and what would turn red today.

Owns the comparison of two policies over what happened. Refuses to change anything: it proposes nothing, moves nothing,
and says what it cannot know, above all what people who were never asked would have answered.
"""
