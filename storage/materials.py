"""Files and links that go with a topic or a reflection."""

from sqlalchemy import bindparam, delete, func, insert, select

from domain.ids import MaterialId, ReflectionId, TopicId
from domain.topics import Attachment
from storage.database import Transaction
from storage.prepared import Prepared
from storage.tables import Material as materials


def attach(
    tx: Transaction,
    attachment: Attachment,
    topic: TopicId | None = None,
    reflection: ReflectionId | None = None,
) -> MaterialId:
    """Add one at the end; the same file given twice to the same subject stands once."""
    at = materials.topic_id == topic if topic is not None else materials.reflection_id == reflection
    if attachment.file_unique_id is not None:
        known = tx.execute(
            select(materials.id).where(at, materials.file_unique_id == attachment.file_unique_id)
        ).scalar()
        if known is not None:
            return MaterialId(known)
    last = tx.execute(select(func.max(materials.position)).where(at)).scalar() or 0
    made: MaterialId = tx.execute(
        insert(materials)
        .values(
            topic_id=topic,
            reflection_id=reflection,
            position=last + 1,
            kind=attachment.kind,
            bot_id=attachment.bot_id,
            file_id=attachment.file_id,
            file_unique_id=attachment.file_unique_id,
            name=attachment.name,
            size=attachment.size,
            url=attachment.url,
        )
        .returning(materials.id)
    ).scalar_one()
    return made


_COLUMNS = (
    materials.kind,
    materials.file_id,
    materials.file_unique_id,
    materials.name,
    materials.size,
    materials.url,
    materials.bot_id,
    materials.id,
)
_OF_TOPIC = Prepared(
    lambda _: select(*_COLUMNS).where(materials.topic_id == bindparam("subject")).order_by(materials.position)
)
_OF_REFLECTION = Prepared(
    lambda _: (
        select(*_COLUMNS).where(materials.reflection_id == bindparam("subject")).order_by(materials.position)
    )
)


def attached(
    tx: Transaction, topic: TopicId | None = None, reflection: ReflectionId | None = None
) -> tuple[Attachment, ...]:
    """What goes with the subject, in order."""
    if topic is not None:
        found = _OF_TOPIC.rows(tx, subject=topic)
    else:
        found = _OF_REFLECTION.rows(tx, subject=reflection)
    return tuple(Attachment(*row) for row in found)


def detach_all(tx: Transaction, topic: TopicId | None = None, reflection: ReflectionId | None = None) -> None:
    """Take all of the subject's away."""
    at = materials.topic_id == topic if topic is not None else materials.reflection_id == reflection
    tx.execute(delete(materials).where(at))
