"""Parts made on a cluster that exists: its engine hands them out, our own processes make them."""
