"""A small API of its own on the product's infrastructure, and the URLs to mount it."""

from __future__ import annotations

from django.urls import path

from campana.accounts import permissions
from campana.accounts.api import (
    ApiRequest,
    File,
    Filters,
    Form,
    Id,
    In,
    Listing,
    Moment,
    Out,
    Page,
    Paging,
    Query,
    Router,
    Status,
    UploadedFile,
    Word,
    page,
    requires,
)
from campana.accounts.api.site import Api
from campana.crm.models import Contact
from campana.kernel.refusals import Invalid, Refused

router = Router(tags=["toys"])


class ToyIn(In):
    name: Word
    at: Moment | None = None
    size: int | None = None


class ToyOut(Out):
    id: Id
    name: str


class ToyFilters(Filters):
    named: str | None = None


@router.get("/toys", response=Page[ToyOut])
@requires(permissions.CONTACTS_VIEW)
def list_toys(request: ApiRequest, filters: Query[ToyFilters], paging: Query[Paging]) -> Listing[Contact]:
    rows = Contact.objects.filter(organisation=request.actor.organisation)
    if filters.named:
        rows = rows.filter(name=filters.named)
    return page(request, rows, paging)


@router.get("/toys/by-name", response=Page[ToyOut])
@requires(permissions.CONTACTS_VIEW)
def list_toys_by_name(request: ApiRequest, paging: Query[Paging]) -> Listing[Contact]:
    return page(request, Contact.objects.all(), paging, key=("name", "id"))


def _make(request: ApiRequest, name: str) -> Contact:
    return Contact.objects.create(
        organisation=request.actor.organisation, name=name, created_at=request.now, updated_at=request.now
    )


@router.post("/toys", response={201: ToyOut})
@requires(permissions.CONTACTS_MANAGE)
def add_toy(request: ApiRequest, payload: ToyIn) -> Status[Contact]:
    toy = _make(request, payload.name)
    if payload.name == "refuse":
        raise Invalid(field="name")
    if payload.name == "conflict":
        raise Refused
    if payload.name == "crash":
        raise RuntimeError("a secret detail")
    return Status(201, toy)


@router.post("/toys/upload", response={200: ToyOut})
@requires(permissions.CONTACTS_MANAGE)
def upload_toy(request: ApiRequest, file: File[UploadedFile], name: Form[Word]) -> Contact:
    return _make(request, f"{name} {file.size}")


@router.get("/toys/{toy_id}", response=ToyOut)
@requires(permissions.CONTACTS_VIEW)
def get_toy(request: ApiRequest, toy_id: Id) -> Contact:
    from django.shortcuts import get_object_or_404

    return get_object_or_404(Contact, pk=toy_id)


@router.get("/unmarked", response=ToyOut)
def unmarked(request: ApiRequest) -> None:
    raise AssertionError("nobody gets here")


api = Api(title="Toys", version="1", urls_namespace="toy-api")
api.add_router("", router)
urlpatterns = [path("api/v1/", api.urls)]
