"""What boards and inspectors see (Django)."""
