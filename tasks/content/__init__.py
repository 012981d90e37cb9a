"""Bytes and their identity."""
