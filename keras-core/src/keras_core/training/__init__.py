"""Training: the one trainer, and what feeds it."""
