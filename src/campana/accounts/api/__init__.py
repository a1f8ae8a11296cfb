"""What every REST API operation of the product stands on.

An app hangs its operations on a ``Router`` and exports it as ``router`` from its ``api`` package;
``config.api`` finds it there. An operation reads::

    router = Router(tags=["contacts"])

    @router.get("/contacts", response=Page[ContactOut])
    @requires(permissions.CONTACTS_VIEW)
    def list_contacts(request: ApiRequest, filters: Query[ContactFilters], paging: Query[Paging]) -> Listing[Contact]:
        return page(request, queries.contacts(request.actor, filters), paging, key="-id")

The gate (``accounts.api.gate``) has authenticated the key, checked the permission and opened the organisation's
scope and one transaction before the function runs: ``request.actor`` and ``request.now`` are there, and an answer
of 400 or more leaves the database as it was. Refusals become problem bodies (``accounts.api.problems``).
"""

from ninja import File, Form, Path, Query, Router, Status, UploadedFile

from campana.accounts.access import requires, signed_in
from campana.accounts.api.paging import Listing, Page, Paging, page
from campana.accounts.api.request import ApiRequest
from campana.accounts.api.schemas import Day, Filters, Id, In, Moment, Out, ShortText, Text, WholeNumber, Word

__all__ = [
    "ApiRequest",
    "Day",
    "File",
    "Filters",
    "Form",
    "Id",
    "In",
    "Listing",
    "Moment",
    "Out",
    "Page",
    "Paging",
    "Path",
    "Query",
    "Router",
    "ShortText",
    "Status",
    "Text",
    "UploadedFile",
    "WholeNumber",
    "Word",
    "page",
    "requires",
    "signed_in",
]
