"""The yearly report as a document: its chapters, its pictures, HTML and PDF, and how far it is made."""
