"""GAIA datasets: the official layout, read into tasks, fetched from the hub, and generated."""
