"""The client of Mayfly."""

__version__ = "0.2.0"
