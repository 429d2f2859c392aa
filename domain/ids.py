"""Surrogate keys, so that a topic's id is never taken for a person's."""

from typing import NewType

UnitId = NewType("UnitId", int)
PersonId = NewType("PersonId", int)
AccountId = NewType("AccountId", int)
MembershipId = NewType("MembershipId", int)
AppointmentId = NewType("AppointmentId", int)
TransferId = NewType("TransferId", int)
HandoverId = NewType("HandoverId", int)
LinkId = NewType("LinkId", int)
ClaimId = NewType("ClaimId", int)
ChatId = NewType("ChatId", int)  # our key of a chat, not the platform's number
TopicId = NewType("TopicId", int)
MaterialId = NewType("MaterialId", int)
ReflectionId = NewType("ReflectionId", int)
ScheduleId = NewType("ScheduleId", int)
ActivityId = NewType("ActivityId", int)
LeaveId = NewType("LeaveId", int)
OccurrenceId = NewType("OccurrenceId", int)
DeliveryId = NewType("DeliveryId", int)
CardId = NewType("CardId", int)
