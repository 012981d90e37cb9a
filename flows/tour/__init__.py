"""A guided tour: a small legacy index, its code and its builder, to have a flag day on."""
