"""Digit classifiers of others: found out how they want to be asked, and put into our format."""
