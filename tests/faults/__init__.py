"""What happens when AWS fails at any call."""
