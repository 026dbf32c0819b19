"""What keeps the daemon running for months: when sources are due, child processes, systemd, metrics, backups."""
