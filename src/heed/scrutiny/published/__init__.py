"""What the Department for Education publishes about every council: read, bounded, compared and questioned (pure)."""
