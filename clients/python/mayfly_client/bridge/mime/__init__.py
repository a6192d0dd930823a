"""The structure of a raw message, as IMAP describes it: where each part is, byte for byte."""
