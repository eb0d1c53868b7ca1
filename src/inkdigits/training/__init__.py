"""Training, evaluation and export; everything that needs PyTorch is imported only when it is used."""
