"""The conformance suite: what any backend runs against itself. It is part of the wheel."""
