"""Others' stacks, run in environments of their own; nothing here imports inkdigits."""
