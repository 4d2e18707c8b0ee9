"""Statistics: pure functions on outcomes, each with its source. Nothing here knows a session."""
