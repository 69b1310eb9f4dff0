"""The torch backend of Keras Core. Importing this package does not import torch."""
