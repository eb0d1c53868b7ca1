"""Signing in on the web: who is there, the page that asks, the route that sets the cookie."""
