"""Plans: what the student does for each kind of ask, as calls to make and words to say."""
