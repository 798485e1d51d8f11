"""The staff's own door: signing in, and what opens one's account."""
