"""What another indexer finds in the same files. Agreement is not accuracy: neither is the truth."""
