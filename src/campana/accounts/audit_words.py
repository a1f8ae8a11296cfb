"""The audit log in words: actions, kinds, objects (``audit_values`` says what changed).

One vocabulary for all apps, so that it is told evenly. An app that records a new action adds it here;
``tests/unit/test_audit_words.py`` finds those it forgot.
"""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campana.accounts.models import AuditEntry

KINDS: Final[dict[str, str | Promise]] = {
    "session": gettext_lazy("Signing in"),
    "user": gettext_lazy("People"),
    "role": gettext_lazy("Roles"),
    "api_key": gettext_lazy("API keys"),
    "organisation": gettext_lazy("Organisation"),
    "campaign": gettext_lazy("Campaigns"),
    "task": gettext_lazy("Tasks"),
    "contact": gettext_lazy("Contacts"),
    "group": gettext_lazy("Groups of contacts"),
    "field": gettext_lazy("Custom fields"),
    "filter": gettext_lazy("Saved filters"),
    "import": gettext_lazy("Imports"),
    "export": gettext_lazy("Exports"),
    "suppression": gettext_lazy("Do not call"),
    "agent": gettext_lazy("Agents"),
    "agent_group": gettext_lazy("Groups of agents"),
    "working_hours": gettext_lazy("Working hours"),
    "holiday": gettext_lazy("Holidays"),
    "hotline": gettext_lazy("Hotlines"),
    "trunk": gettext_lazy("Trunks"),
    "result_set": gettext_lazy("Results"),
    "script": gettext_lazy("Scripts"),
    "sound": gettext_lazy("Audio library"),
    "webhook": gettext_lazy("Webhooks"),
    "wall_link": gettext_lazy("Screens in the hall"),
}
"""What an action is about: the part before the dot."""

_ACTIONS: Final[dict[str, str | Promise]] = {
    "session.start": gettext_lazy("Signed in"),
    "session.end": gettext_lazy("Signed out"),
    "session.refuse": gettext_lazy("Was refused at sign-in"),
    "session.lock": gettext_lazy("Was locked out for 15 minutes"),
    "user.create": gettext_lazy("Added a person"),
    "user.change": gettext_lazy("Changed a person"),
    "user.limit": gettext_lazy("Changed the groups a person is limited to"),
    "user.state": gettext_lazy("Changed whether a person may sign in"),
    "user.password": gettext_lazy("Set a password"),
    "user.sign_out": gettext_lazy("Signed out everywhere else"),
    "user.profile": gettext_lazy("Changed the own profile"),
    "user.link_invitation": gettext_lazy("Made an invitation link"),
    "user.link_reset": gettext_lazy("Made a link for a new password"),
    "user.link_revoke": gettext_lazy("Revoked a link"),
    "role.create": gettext_lazy("Added a role"),
    "role.change": gettext_lazy("Changed a role"),
    "role.delete": gettext_lazy("Deleted a role"),
    "api_key.create": gettext_lazy("Made an API key"),
    "api_key.limit": gettext_lazy("Changed the groups an API key is limited to"),
    "api_key.revoke": gettext_lazy("Revoked an API key"),
    "organisation.create": gettext_lazy("Set up the organisation"),
    "organisation.change": gettext_lazy("Changed the settings"),
    "organisation.owner": gettext_lazy("Gave the ownership to somebody else"),
    "organisation.audit_export": gettext_lazy("Took the audit log out as a file"),
    "organisation.stop": gettext_lazy("Stopped all campaigns at once"),
    "organisation.forget_calls": gettext_lazy("Removed calls whose time of keeping was over"),
    "organisation.release": gettext_lazy("Released the emergency stop"),
    "campaign.create": gettext_lazy("Created a campaign"),
    "campaign.change": gettext_lazy("Changed a campaign"),
    "campaign.delete": gettext_lazy("Deleted a campaign"),
    "campaign.finish_draft": gettext_lazy("Finished the draft of a campaign"),
    "campaign.approve": gettext_lazy("Approved a campaign"),
    "campaign.reject": gettext_lazy("Rejected a campaign"),
    "campaign.start": gettext_lazy("Started a campaign"),
    "campaign.pause": gettext_lazy("Paused a campaign"),
    "campaign.finish": gettext_lazy("Finished a campaign"),
    "campaign.return": gettext_lazy("Returned contacts of a campaign to dialling"),
    "campaign.restart": gettext_lazy("Restarted a campaign"),
    "campaign.stop": gettext_lazy("Stopped a campaign at once"),
    "campaign.archive": gettext_lazy("Archived a campaign"),
    "campaign.add_contacts": gettext_lazy("Added contacts to a campaign"),
    "campaign.remove_contacts": gettext_lazy("Removed contacts from a campaign"),
    "campaign.stop_task": gettext_lazy("Stopped a task"),
    "task.stop": gettext_lazy("Stopped a task"),
    "contact.create": gettext_lazy("Added a contact"),
    "contact.export": gettext_lazy("Exported contacts"),
    "contact.update": gettext_lazy("Changed a contact"),
    "contact.restore": gettext_lazy("Restored a contact"),
    "contact.erase": gettext_lazy("Erased a contact for good"),
    "contact.delete": gettext_lazy("Deleted a contact"),
    "contact.all_group": gettext_lazy("Put all contacts of a list into a group"),
    "contact.all_owner": gettext_lazy("Gave all contacts of a list to an owner"),
    "contact.all_suppress": gettext_lazy("Marked all contacts of a list as do not call"),
    "contact.all_delete": gettext_lazy("Deleted all contacts of a list"),
    "contact.all_cancel": gettext_lazy("Stopped an act on all contacts of a list"),
    "group.save": gettext_lazy("Saved a group of contacts"),
    "group.delete": gettext_lazy("Deleted a group of contacts"),
    "group.add": gettext_lazy("Put contacts into a group"),
    "group.remove": gettext_lazy("Took contacts out of a group"),
    "field.archive": gettext_lazy("Archived a field"),
    "field.bring_back": gettext_lazy("Brought a field back"),
    "field.order": gettext_lazy("Put the fields in order"),
    "field.save": gettext_lazy("Saved a custom field"),
    "field.delete": gettext_lazy("Deleted a custom field"),
    "filter.save": gettext_lazy("Saved a filter"),
    "filter.delete": gettext_lazy("Deleted a filter"),
    "import.start": gettext_lazy("Started an import"),
    "export.ask": gettext_lazy("Asked for an export"),
    "export.cancel": gettext_lazy("Cancelled an export"),
    "export.download": gettext_lazy("Downloaded an export"),
    "import.cancel": gettext_lazy("Cancelled an import"),
    "import.retry": gettext_lazy("Tried a failed import again"),
    "suppression.add": gettext_lazy("Marked as do not call"),
    "suppression.lift": gettext_lazy("Removed a do-not-call mark"),
    "agent.add": gettext_lazy("Made a person an agent"),
    "agent.change": gettext_lazy("Changed an agent"),
    "agent.remove": gettext_lazy("Removed an agent"),
    "agent.presence": gettext_lazy("Set the presence of an agent"),
    "agent.listen": gettext_lazy("Listened to a talk of an agent"),
    "agent.whisper": gettext_lazy("Spoke to an agent in a talk"),
    "agent.barge": gettext_lazy("Joined a talk of an agent"),
    "agent_group.create": gettext_lazy("Made a group of agents"),
    "agent_group.change": gettext_lazy("Changed a group of agents"),
    "agent_group.delete": gettext_lazy("Deleted a group of agents"),
    "working_hours.create": gettext_lazy("Made a profile of working hours"),
    "working_hours.change": gettext_lazy("Changed a profile of working hours"),
    "working_hours.delete": gettext_lazy("Deleted a profile of working hours"),
    "holiday.add": gettext_lazy("Added a holiday"),
    "holiday.add_public": gettext_lazy("Added the public holidays of a country"),
    "holiday.remove": gettext_lazy("Removed a holiday"),
    "holiday.put_back": gettext_lazy("Put a holiday back"),
    "hotline.create": gettext_lazy("Added a hotline"),
    "hotline.change": gettext_lazy("Changed a hotline"),
    "hotline.delete": gettext_lazy("Deleted a hotline"),
    "hotline.answer": gettext_lazy("Said who answers a hotline"),
    "hotline.stop_answering": gettext_lazy("Let nobody answer a hotline any more"),
    "hotline.release": gettext_lazy("Let a resting hotline call again"),
    "trunk.create": gettext_lazy("Added a trunk"),
    "trunk.change": gettext_lazy("Changed a trunk"),
    "trunk.delete": gettext_lazy("Deleted a trunk"),
    "trunk.test_call": gettext_lazy("Made a test call"),
    "result_set.create": gettext_lazy("Made a set of results"),
    "result_set.change": gettext_lazy("Changed a set of results"),
    "result_set.delete": gettext_lazy("Deleted a set of results"),
    "sound.add": gettext_lazy("Added a sound"),
    "sound.rename": gettext_lazy("Renamed a sound"),
    "sound.text": gettext_lazy("Changed the words of a sound"),
    "sound.delete": gettext_lazy("Deleted a sound"),
    "script.create": gettext_lazy("Wrote a script"),
    "script.change": gettext_lazy("Changed a script"),
    "script.archive": gettext_lazy("Archived a script"),
    "webhook.add": gettext_lazy("Added a webhook"),
    "webhook.change": gettext_lazy("Changed a webhook"),
    "webhook.switched_off": gettext_lazy("A webhook switched itself off"),
    "webhook.secret": gettext_lazy("Made a new secret for a webhook"),
    "webhook.remove": gettext_lazy("Removed a webhook"),
    "wall_link.make": gettext_lazy("Made a link to the wallboard"),
    "wall_link.revoke": gettext_lazy("Revoked a link to the wallboard"),
}


def action_words(action: str) -> str:
    """An action nobody has said is told by its kind."""
    said = _ACTIONS.get(action)
    if said is not None:
        return str(said)
    kind = KINDS.get(action.partition(".")[0])
    return _("Another act: %(kind)s") % {"kind": kind} if kind else _("Another act")


OBJECTS: Final[dict[str, str | Promise]] = {
    "user": gettext_lazy("person"),
    "role": gettext_lazy("role"),
    "api_key": gettext_lazy("API key"),
    "organisation": gettext_lazy("organisation"),
    "campaign": gettext_lazy("campaign"),
    "task": gettext_lazy("task"),
    "contact": gettext_lazy("contact"),
    "group": gettext_lazy("group of contacts"),
    "field": gettext_lazy("field"),
    "filter": gettext_lazy("filter"),
    "import": gettext_lazy("import"),
    "export": gettext_lazy("export"),
    "suppression": gettext_lazy("do-not-call mark"),
    "agent": gettext_lazy("agent"),
    "agent_group": gettext_lazy("group of agents"),
    "working_hours": gettext_lazy("working hours"),
    "holiday": gettext_lazy("holiday"),
    "hotline": gettext_lazy("hotline"),
    "trunk": gettext_lazy("trunk"),
    "result_set": gettext_lazy("set of results"),
    "script": gettext_lazy("script"),
    "sound": gettext_lazy("sound"),
    "webhook": gettext_lazy("webhook"),
    "wall_link": gettext_lazy("link to the wallboard"),
}


def object_words(entry: AuditEntry) -> str:
    """``role 12``; an object nobody has named is told by its number, all of a kind at once by the kind."""
    name = OBJECTS.get(entry.object_type)
    if entry.object_id == "0":
        return str(KINDS.get(entry.object_type, ""))
    return f"{name} {entry.object_id}" if name else entry.object_id
