"""Buyers' questionnaires: a spreadsheet comes in, its questions are found, answers are proposed, reviewed and filled back.

Owns the questionnaires and their questions, the library of answers that were agreed on, and the prepared answers that are
computed from what is held here. Proposals come from a search over these, never from a language model. Refuses to know
how its facts come about, and to answer where nothing shows it: an answer without a source counts as unanswered.
"""
