"""How each step of the flag day is done: one thin module a step, and the nouns they meet."""
