"""The recipes that made the shipped weights: procedural scenes, trainers, judges."""
