"""The graph over HTTP: linked-data pages, saved questions and a SPARQL endpoint."""
