"""The line reader: the synthetic lines it learns from, its network, its training."""
