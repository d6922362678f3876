"""The board's question: which models touched this data in that time, where, and who approved it.

Owns the question, how it is read from words, the answer, and answers sealed as they were given. Refuses to know how
observations come in and are matched (usage) and what is done about gaps (findings): it reads, and never concludes anew.
"""
