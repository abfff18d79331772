"""Painting over a frame what is to be drawn anew."""
