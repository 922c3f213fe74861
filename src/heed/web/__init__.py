"""The pages: settings, addresses, base templates, static files."""
