"""Assessments: what is asked of the front door beside the journey itself; kinds only, until the slice is written."""
