"""SSDA903: the yearly return on children looked after."""
