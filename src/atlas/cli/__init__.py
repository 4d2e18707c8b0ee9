"""The command `atlas`: one file a verb, no logic. Heavy imports happen inside the verbs."""
