"""Whether an index is right: inventory, checks, reports. Shares no code with the builder."""
