"""The record's place in Django."""

from django.apps import AppConfig


class RecordConfig(AppConfig):
    """The ledger and its tables; no table here is written by anything but `ledger`, `rebuild` and `erase`."""

    name = "heed.record"
    label = "record"
