"""The history on the pages: keeping what is read, finding it again, correcting it."""
