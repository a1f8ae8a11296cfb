from campana.accounts.api import Router

router = Router(tags=["monitors"])
