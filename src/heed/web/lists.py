"""Lists whose page, order and filters stand in the address; slices take them from `heed.people.lists`."""

from heed.people.lists import PER_PAGE, Listing, listing

__all__ = ["PER_PAGE", "Listing", "listing"]
