"""The companion: a database beside the index that holds what readers write.

The index in service stays as its manifest says; no flag day touches the companion.
"""
