"""What the record holds about somebody, given to them with others masked; and the review of what is kept how long."""
