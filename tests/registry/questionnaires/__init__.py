"""Tests of buyers' questionnaires."""
