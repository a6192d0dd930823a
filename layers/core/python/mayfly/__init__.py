"""Mayfly: disposable email on your own AWS account."""
