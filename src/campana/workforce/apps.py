from django.apps import AppConfig


class WorkforceConfig(AppConfig):
    name = "campana.workforce"
    label = "workforce"

    def ready(self) -> None:
        from campana.accounts.audit_names import by_column, register_names
        from campana.accounts.operations.followers import register_follower
        from campana.workforce.models import Agent, AgentGroup, Holiday, WorkingHours
        from campana.workforce.operations.seats import Seats

        register_follower("workforce", Seats())
        register_names(
            agent=by_column(Agent, "user__name"),
            agent_group=by_column(AgentGroup, "name"),
            working_hours=by_column(WorkingHours, "name"),
            holiday=by_column(Holiday, "name"),
        )
