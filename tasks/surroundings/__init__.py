"""What is around a working folder: what a first plan can name."""
