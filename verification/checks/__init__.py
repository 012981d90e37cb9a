"""The checks: ``V-*.sql`` are queries for offences; modules hold those that SQL cannot say."""
