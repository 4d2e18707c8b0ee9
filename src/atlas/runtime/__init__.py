"""How acting is run: rollouts, supervision by a teacher, and the mode it happens in."""
