"""What is kept of a session: lessons proposed, gated, merged into a playbook, shown again and tracked."""
