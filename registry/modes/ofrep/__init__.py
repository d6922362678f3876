"""Modes out: the OpenFeature Remote Evaluation Protocol (OFREP 0.3), read by any language's OpenFeature SDK.

A surface's key is a flag whose value is its mode; below it hang boolean flags, true for what may be done in that mode.
Values never depend on the context, so every answer's reason is STATIC. docs/modes.md says how callers use it.
"""
