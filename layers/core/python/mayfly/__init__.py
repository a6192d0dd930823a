"""Mayfly: disposable email on your own AWS account."""

__version__ = "0.2.0"
