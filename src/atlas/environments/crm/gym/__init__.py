"""The CRM as a Gymnasium environment. Only `env` and `spaces` need gymnasium; importing the rest does without."""
