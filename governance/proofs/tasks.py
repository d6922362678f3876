"""The Celery shell of sealing."""

from celery import shared_task

from governance.proofs import background


@shared_task(name="plumbline.seal", acks_late=True)
def seal() -> int:
    """Seal what there is."""
    return background.keep_up()
