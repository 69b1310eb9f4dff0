"""The cases: a module for each level."""
