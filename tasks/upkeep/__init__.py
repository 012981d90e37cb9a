"""The examination and the upkeep of an index and of what lies beside it."""
