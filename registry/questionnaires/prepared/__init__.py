"""Prepared answers: the questions that buyers ask most, answered from what is held here, each with what shows it.

An answer without a source is none: it then says what to record so that there is one. Nothing here writes prose by a
model; each function turns facts into sentences. Apps above contribute answers of their own (`extensions`).
"""
