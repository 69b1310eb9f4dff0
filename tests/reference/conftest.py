"""What tests against the real Keras share."""

import gc


def pytest_collection_finish(session):
    """Sessions are cleared often, which collects garbage: not among all that was imported."""
    gc.freeze()
