"""How layers hold the kernels that they multiply their inputs with."""
