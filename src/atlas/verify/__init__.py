"""Was it right: verifiers of state, replies and tool calls, the judge panel, and the reward made of both."""
