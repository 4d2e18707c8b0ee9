"""Models: how a language model is called, over any provider. Every one of them is a `ChatModel` of core.

`build.build_model` picks the client for a config; the clients are imported there and nowhere else, so that
reading a config costs no HTTP library.
"""
