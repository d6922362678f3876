"""Tables that come in and go out: CSV, XLSX and JSON files, and what their columns mean.

Owns: reading any table with its encoding, delimiter, sheet and header row found (`opening`); reading values (dates,
yes and no, numbers, choices, blanks); suggesting which column feeds which field and applying such a mapping
(`suggestions`, `mapping`, `conversion`); writing CSV, XLSX and JSON as streams in which no cell can act as a formula
(`writing`); and the file of refused rows (`refused`).

Refuses to know: models, requests, people, permissions. It gets a file and a description of fields, and gives back
rows and sentences. Two promises hold throughout: nothing is dropped without being said, and nothing ambiguous is
guessed without being said.
"""
