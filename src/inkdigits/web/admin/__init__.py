"""What only administrators see: people, their sign-ins, the audit log and the settings."""
