"""Layers that regularise: noise, and penalties on outputs."""
