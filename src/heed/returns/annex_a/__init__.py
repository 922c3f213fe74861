"""Ofsted's Annex A: eleven lists in a workbook, as a council stands on the day of the request."""
