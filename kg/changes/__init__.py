"""What changed between two graphs: told of things, for people, and as a patch of quads, for programs."""
