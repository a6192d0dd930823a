"""The adapters that talk to the internet themselves, without AWS between: relays."""
