"""POP3 mailboxes that inboxes show."""
