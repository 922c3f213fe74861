"""The children in need census: one XML file a year, a child's referrals with all that followed."""
