"""Facades: paths that answer as other services do, so that their clients work here unchanged."""
