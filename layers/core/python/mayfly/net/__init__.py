"""Adapters to the internet at large, where AWS has no part."""
