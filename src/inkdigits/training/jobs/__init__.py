"""Training runs as work in the background: started, watched, stopped and resumed; nothing here needs PyTorch."""
