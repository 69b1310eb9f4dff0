"""What everything stands on: nests, names, settings, what objects hold."""
