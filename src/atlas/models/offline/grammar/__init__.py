"""The grammar of requests: typed pieces of text, clauses with their acts, references, values and questions."""
