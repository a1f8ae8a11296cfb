"""How settings of a campaign are refused. Each says what is wrong and what to do about it."""

from __future__ import annotations

from campana.kernel.refusals import Invalid


class Required(Invalid):
    code = "required"
    detail = "This is needed."


class UnknownSetting(Invalid):
    code = "unknown_setting"
    detail = "A campaign has no such setting."


class TooLong(Invalid):
    code = "too_long"
    detail = "At most {limit} characters. Shorten the text."


class NotANumber(Invalid):
    code = "not_a_number"
    detail = "Enter a number."


class OutOfRange(Invalid):
    code = "out_of_range"
    detail = "Enter a number from {low} to {high}."


class LimitNeeded(Invalid):
    code = "limit_needed"
    detail = "The adaptive pace needs a limit, from 0 to 0.1. Enter one, or choose another way to pace."


class NotAChoice(Invalid):
    code = "not_a_choice"
    detail = "Choose one of: {choices}."


class NotYesOrNo(Invalid):
    code = "not_yes_or_no"
    detail = "Answer yes or no."


class NotATime(Invalid):
    code = "not_a_time"
    detail = "Enter date and time with a time zone, for example 2030-01-07T09:00:00+07:00."


class ModeNotOffered(Invalid):
    code = "mode_not_offered"
    detail = "This dial mode is not offered yet. Choose Progressive, Preview or Predictive."


class Locked(Invalid):
    code = "locked"
    detail = "This can not be changed any more once the campaign was created. Make a new campaign from its contacts."


class EndBeforeStart(Invalid):
    code = "end_before_start"
    detail = "The end must come after the start. Choose a later end."


class EndInPast(Invalid):
    code = "end_in_past"
    detail = "The end time has passed. Choose a later end, or none."


class BadHours(Invalid):
    code = "bad_hours"
    detail = "Hours are periods of a day such as 09:00-12:00, weekday from 0 (Monday) to 6 (Sunday), end after start."


class NoCommonHours(Invalid):
    code = "no_common_hours"
    detail = "Working hours and hour grid share no minute, so no call could ever start. Widen one of them."


class BadRetry(Invalid):
    code = "bad_retry"
    detail = "For each event give attempts from 0 to 10 and a wait from 1 minute to 30 days."


class UnknownReference(Invalid):
    code = "unknown_reference"
    detail = "There is no such {kind}. Choose one from the list."


class NoHotline(Invalid):
    code = "no_hotline"
    detail = "Choose the hotline the customer sees."


class OneHotlineOnly(Invalid):
    code = "one_hotline_only"
    detail = "A single caller ID takes exactly one hotline. Keep one, or choose a random caller ID."


class TooFewHotlines(Invalid):
    code = "too_few_hotlines"
    detail = "A random caller ID needs at least 2 hotlines, and there is {count}. Add one, or use a single caller ID."


class HotlineDisabled(Invalid):
    code = "hotline_disabled"
    detail = "The hotline {number} is switched off. Switch it on, or choose another."


class NoAgents(Invalid):
    code = "no_agents"
    detail = "Choose at least one agent or group."


class TooManyAgents(Invalid):
    code = "agents_limit"
    detail = (
        "At most {limit} agents may take part in a campaign, members of groups included, and {count} are chosen."
        " Take somebody out, or have the plan raised."
    )


class NoContacts(Invalid):
    code = "no_contacts"
    detail = "Add contacts, or choose the goal None and add them later."


class NoResults(Invalid):
    code = "no_results"
    detail = "The result set has no active result. Add one, or choose another set."


class PriorityNotAllowed(Invalid):
    code = "priority_not_allowed"
    detail = "Changing the priority needs the permission campaigns.priority. Ask an administrator."


class DetectionNotOffered(Invalid):
    code = "detection_not_offered"
    detail = "Your organisation has the detection of answering machines switched off. Ask an administrator."


class DetectionNotAllowed(Invalid):
    code = "detection_not_allowed"
    detail = "Detecting answering machines needs the permission campaigns.detect. Ask an administrator."


class WaitTooShort(Invalid):
    code = "wait_too_short"
    detail = "The customer must wait longer than a call is listened to, or no agent would ever ring."


class LeavesYourGroups(Invalid):
    code = "leaves_your_groups"
    detail = "You are limited to certain groups: keep at least one of your groups or agents in the campaign."


class BadOtherScripts(Invalid):
    code = "bad_other_scripts"
    detail = "Name an agent or a group, each once, and a script for each."
