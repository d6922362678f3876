"""The AI bill of materials: what a surface, or the whole company, is made of, as a CycloneDX ML-BOM.

Owns how contracts, the catalogue and eval runs read as models, services, data and model cards of that standard, and that
what leaves is valid by its official schema. It reads and never writes, and refuses to know what anybody does with a bill.
A prompt's words, accounts, keys and people never stand in one.
"""
