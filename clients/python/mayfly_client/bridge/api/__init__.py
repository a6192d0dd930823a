"""Mayfly's HTTP API and WebSocket, as far as a mail client needs them."""
