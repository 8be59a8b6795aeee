"""A release for an open-data portal: dumps, tables, catalogue, and pages that a plain file server can publish."""
