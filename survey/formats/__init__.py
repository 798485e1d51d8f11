"""Files: nouns from text and bytes, and back. Pure: no disk, no clock, no database, no web."""
