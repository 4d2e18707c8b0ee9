"""Environments: stateful worlds with tools and a snapshot."""
