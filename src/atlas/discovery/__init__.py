"""Discovery: the environment and the agent that a project of the user's own holds, found, tried out and played."""
