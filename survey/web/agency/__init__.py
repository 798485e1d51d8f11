"""The agency's door: where its people begin, and who they are."""
