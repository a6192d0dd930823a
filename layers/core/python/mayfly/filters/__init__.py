"""Filters: which messages somebody wants, for lists, waits, deletes, subscriptions and rules."""
