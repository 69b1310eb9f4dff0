"""The conformance suite: what any backend runs against itself. It is part of the wheel.

``keras-core conformance --backend NAME`` runs it, as does
``pytest --pyargs keras_core.conformance --backend NAME``.
"""
