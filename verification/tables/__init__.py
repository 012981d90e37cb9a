"""Every row of the tables that no symbol set has, as one digest each."""
