"""How builders are stopped and started again: one module for each kind that a plan can name."""
