"""The version, in one place: what pyproject.toml publishes and extractions record."""

VERSION = "0.1.0"
