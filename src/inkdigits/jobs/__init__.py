"""Long work in the background, a process and a folder each: started, watched, stopped; any room may use it."""
