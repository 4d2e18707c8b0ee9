"""The nouns of Atlas: frozen values and the protocols between stages. No I/O, imports nothing of ours."""
