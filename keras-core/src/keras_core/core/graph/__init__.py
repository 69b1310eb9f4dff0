"""The graph that calls with symbolic tensors leave behind."""
