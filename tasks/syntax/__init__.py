"""From the bytes of one content to its symbols and refs: grammars, queries, flattened ASTs."""
