"""Mailpit's API over one inbox, so that its clients work here unchanged.

https://mailpit.axllent.org/docs/api-v1/
"""
