"""Who acts: the oracle, the null agent, and the chat agent that calls tools."""
