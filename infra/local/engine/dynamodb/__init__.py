"""DynamoDB's one table in the engine's store: what the adapters ask of it, and no more."""
