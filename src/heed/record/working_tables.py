"""Tables that are never part of the record and never rebuilt, each with its reason; a test checks the list.

Everything else is the ledger's (`LEDGER`) or is written by a projector.
"""

LEDGER = {
    "record_head": "size and frontier of the tree",
    "record_entry": "spines",
    "record_part": "facts, words and files",
    "record_request": "the derived index of requests",
    "record_ref": "the derived index of subjects and refs",
    "record_tile": "full hash tiles",
    "record_checkpoint": "signed checkpoints",
    "record_cosignature": "witnesses' lines",
    "record_erasure": "what may be deleted",
    "record_view": "the viewing log",
    "record_view_head": "size and frontier of the viewing log",
    "record_view_checkpoint": "signed checkpoints of the viewing log",
}

WORKING = {
    "record_tick": "runs of `heed tick`",
    "django_migrations": "which migrations are applied",
    "django_content_type": "Django's own",
    "auth_group": "Django's own, empty",
    "auth_group_permissions": "Django's own, empty",
    "auth_permission": "Django's own",
    "people_account": "which worker a sign-in belongs to",
    "post_line": "what is to be told to whom, and in which letter it was",
    "post_letter": "letters that wait, and how far each is",
    "auth_user": "accounts: names and password hashes",
    "auth_user_groups": "Django's own, empty",
    "auth_user_user_permissions": "Django's own, empty",
    "django_session": "who is signed in",
    "usersessions_usersession": "where each person is signed in",
    "account_emailaddress": "allauth's own: addresses of accounts",
    "account_emailconfirmation": "allauth's own, empty",
    "mfa_authenticator": "second factors, their secrets encrypted",
    "socialaccount_socialaccount": "accounts at an agency's own sign-in",
    "socialaccount_socialapp": "allauth's own, empty (providers stand in the settings)",
    "socialaccount_socialtoken": "allauth's own, empty (tokens are not kept)",
    "web_cache": "counters of failed sign-ins",
    "web_draft": "what people typed and have not sent, encrypted",
}
