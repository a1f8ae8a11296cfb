"""A "what if" is told with the decimal sign of its reader."""

from __future__ import annotations

from django.test import Client

from campana.accounts.models import User
from campana.engine.words import CampaignState
from campana.forecasting.models import Forecast
from campana.forecasting.operations import work_out
from campana.kernel.clock import utc_now
from campana.sim.campaign.outlook import Effort
from campana.tenancy import system_scope
from support.campaigns import approved, contacts, in_state
from support.cast import Cast, sign_in


def test_a_what_if_is_told_in_the_readers_figures(cast: Cast, client: Client) -> None:
    with system_scope():
        User.objects.filter(pk=cast.carol.pk).update(language="ru")
        cast.carol.refresh_from_db()
        campaign = in_state(approved(cast, contacts(cast.lumen, 25)), CampaignState.RUNNING)
        sign_in(client, cast.carol)
        address = f"/campaigns/{campaign.pk}/forecast/question"
        assert client.post(address, {"answered": "12.5"}).status_code == 200
        forecast = Forecast.objects.latest("pk")
        assert forecast.question == {"answered": 0.125}
        work_out(forecast_id=forecast.pk, clock=utc_now, effort=Effort(1, 2, 30), small=Effort(1, 1, 20))
        page = client.get(address, {"answered": "12.5"}).content.decode()
        assert ": 12,5<" in page
