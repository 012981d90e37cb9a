"""What differs between two indexes, and why. Reads databases and Parquet on its own."""
