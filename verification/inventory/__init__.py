"""What depends on the legacy tables: drop closure, queues, code paths. Nothing changes a byte."""
