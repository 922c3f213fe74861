from heed.record.project import Pairs, Projector, register

from .models import Note, Promise


def project_notes(pairs: Pairs, using: str) -> None:
    rows = {}
    for key, entry in pairs:
        rows[key, entry.subject] = Note(
            key=key,
            note=entry.subject,
            n=entry.fact("corrects", entry.n),
            text=entry.word("text", "(erased)" if entry.words is None else ""),
            urgent=entry.fact("urgent"),
        )
    Note.objects.using(using).bulk_create(
        rows.values(), update_conflicts=True, unique_fields=["key", "note"], update_fields=["n", "text", "urgent"]
    )


def project_promises(pairs: Pairs, using: str) -> None:
    for key, entry in pairs:
        if entry.kind == "promise.made.1":
            Promise.objects.using(using).update_or_create(key=key, defaults={"made_n": entry.n})
        else:
            Promise.objects.using(using).filter(key=key).update(kept_n=entry.n, is_kept=True)


def register_projectors() -> None:
    register(
        Projector(
            name="notes",
            layer=20,
            version=1,
            kinds=frozenset({"note.made.1"}),
            roles=("subject", "child"),
            tables=(Note,),
            apply=project_notes,
        )
    )
    register(
        Projector(
            name="promises",
            layer=20,
            version=1,
            kinds=frozenset({"promise.made.1", "promise.kept.1"}),
            roles=("subject",),
            tables=(Promise,),
            apply=project_promises,
        )
    )
