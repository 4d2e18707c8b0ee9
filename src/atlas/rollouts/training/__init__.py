"""Training data picked from groups: the best conversations, and pairs of a better and a worse one."""
