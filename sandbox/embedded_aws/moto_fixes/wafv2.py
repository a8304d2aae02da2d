"""Fixes of moto's WAF."""

# Patches moto's internals, which are barely typed.
# pyright: basic, reportAttributeAccessIssue=false

import json
from typing import Any
from uuid import uuid4

from moto.wafv2.models import FakeIPSet, FakeWebACL
from moto.wafv2.responses import WAFV2Response


def keep_data_protection() -> None:
    """moto drops a web ACL's DataProtectionConfig, which keeps data out of its logs and samples."""
    create, update, to_dict = (
        WAFV2Response.create_web_acl,
        WAFV2Response.update_web_acl,
        FakeWebACL.to_dict,
    )

    def keep(response: WAFV2Response, name: str, id: str) -> None:
        acl = response.wafv2_backend.get_web_acl(None, name, id)
        acl.data_protection = json.loads(response.body).get("DataProtectionConfig")

    def create_and_keep(self: WAFV2Response) -> Any:
        status, headers, body = create(self)
        made = json.loads(body)["Summary"]
        keep(self, made["Name"], made["Id"])
        return status, headers, body

    def update_and_keep(self: WAFV2Response) -> Any:
        result = update(self)
        keep(self, self._get_param("Name"), self._get_param("Id"))
        return result

    def said(self: FakeWebACL) -> dict[str, Any]:
        return {**to_dict(self), "DataProtectionConfig": getattr(self, "data_protection", None)}

    WAFV2Response.create_web_acl = create_and_keep
    WAFV2Response.update_web_acl = update_and_keep
    FakeWebACL.to_dict = said


def lock_tokens_are_uuids() -> None:
    """moto's IP sets have six-digit lock tokens, which violate WAF's own model, so that every
    update and deletion fails."""
    make, update = FakeIPSet.__init__, FakeIPSet.update

    def make_with_uuid(self: FakeIPSet, *args: Any, **kwargs: Any) -> None:
        make(self, *args, **kwargs)
        self.lock_token = str(uuid4())

    def update_with_uuid(self: FakeIPSet, *args: Any, **kwargs: Any) -> None:
        update(self, *args, **kwargs)
        self.lock_token = str(uuid4())

    FakeIPSet.__init__ = make_with_uuid
    FakeIPSet.update = update_with_uuid
