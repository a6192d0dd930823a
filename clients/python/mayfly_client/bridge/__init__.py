"""IMAP and POP3 for the inboxes of any Mayfly, over its HTTP API and its WebSocket.

It needs nothing but Python: neither Mayfly's own code nor AWS's libraries.
"""
