"""A facade: the API of mail.tm over private inboxes, each at a chosen name and with a password."""
