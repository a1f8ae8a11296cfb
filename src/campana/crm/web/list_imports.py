"""Importing a do-not-call list from a file. Who may import; the operations ask for the list's own permission too.

What is uploaded is watched, started, tried again and read back by the views of ``imports``, whatever its kind.
"""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_GET, require_http_methods

from campana.accounts import permissions
from campana.accounts.access import ActorRequest, requires
from campana.crm.imports.template import list_template
from campana.crm.web import importing


@requires(permissions.CONTACTS_IMPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: ActorRequest) -> HttpResponse:
    return importing.upload_page(request, importing.LISTS)


@requires(permissions.CONTACTS_IMPORT)
@require_GET
def template_file(request: ActorRequest) -> HttpResponse:
    return importing.template_answer(list_template(), "do-not-call.xlsx")
