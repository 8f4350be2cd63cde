"""Offices' files to commands: pure reading, nothing recorded."""
