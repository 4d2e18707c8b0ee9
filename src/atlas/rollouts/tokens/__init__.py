"""Token ids of conversations, with a mask of what the model itself produced."""
