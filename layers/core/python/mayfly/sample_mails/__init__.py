"""Sample messages with a code, for people who try what waits for one."""
