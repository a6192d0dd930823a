"""The laptop's AWS: clients with boto3's interface over one SQLite file, inside this process."""
