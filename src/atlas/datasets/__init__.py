"""Where tasks come from: conversation rows, loaders, reference replay, the generator and the audit."""
