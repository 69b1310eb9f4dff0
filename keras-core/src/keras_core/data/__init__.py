"""Where batches come from: arrays, datasets, streams, files."""
