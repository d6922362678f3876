"""Decisions for programs that enforce them: the AuthZEN Authorization API 1.0.

Owns how a question is read, who may ask it, which held facts answer it, and the reasons. Refuses to keep anything: a
decision is computed anew from what holds now. Sources of decisions register by the type of subject they answer for.
"""
