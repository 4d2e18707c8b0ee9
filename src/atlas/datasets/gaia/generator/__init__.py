"""The generator of gaia-mini: questions about made-up files, with answers that are computed, from a seed."""
