"""Kinora: a desktop studio that makes video on the user's own machine."""

__version__ = "0.1.0"
