"""Reviewing: what people decide about extractions, and the pages on which they do."""
