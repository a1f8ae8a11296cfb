"""What can be done with campaigns and their tasks."""

from campana.campaigns.operations.add_sources import add_sources
from campana.campaigns.operations.add_tasks import add_tasks
from campana.campaigns.operations.approve import approve_campaign, reject_campaign, withdraw_approval
from campana.campaigns.operations.build_tasks import build_tasks
from campana.campaigns.operations.change_campaign import change_campaign
from campana.campaigns.operations.copy_campaign import copy_campaign
from campana.campaigns.operations.create_campaign import create_campaign
from campana.campaigns.operations.delete_campaign import archive_campaign, delete_campaign
from campana.campaigns.operations.finish_draft import finish_draft
from campana.campaigns.operations.look import count_and_keep, look
from campana.campaigns.operations.remove_tasks import remove_tasks, stop_task
from campana.campaigns.operations.reopen import NobodyToReturn, Reopened, Selection, reopen_campaign
from campana.campaigns.operations.run import finish_campaign, pause_campaign, start_campaign, stop_campaign
from campana.campaigns.operations.save_draft import begin_draft, save_draft
from campana.campaigns.operations.speak_message import speak_message

__all__ = [
    "NobodyToReturn",
    "Reopened",
    "Selection",
    "add_sources",
    "add_tasks",
    "approve_campaign",
    "archive_campaign",
    "begin_draft",
    "build_tasks",
    "change_campaign",
    "copy_campaign",
    "count_and_keep",
    "create_campaign",
    "delete_campaign",
    "finish_campaign",
    "finish_draft",
    "look",
    "pause_campaign",
    "reject_campaign",
    "remove_tasks",
    "reopen_campaign",
    "save_draft",
    "speak_message",
    "start_campaign",
    "stop_campaign",
    "stop_task",
    "withdraw_approval",
]
