"""Isolation: agent-written code in processes of its own, fenced by the kernel."""
