"""The graph for language models: the same answers as everywhere, with sources, over the Model Context Protocol."""
