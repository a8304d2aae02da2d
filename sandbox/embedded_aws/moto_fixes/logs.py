"""Fixes of moto's CloudWatch Logs."""

# Patches moto's internals, which are barely typed.
# pyright: basic, reportAttributeAccessIssue=false

from moto.logs.exceptions import ResourceNotFoundException
from moto.logs.responses import LogsResponse


def groups_take_another_key() -> None:
    """moto cannot change the key of an existing log group."""

    def associate(self: LogsResponse) -> str:
        name = self._get_param("logGroupName")
        if name not in self.logs_backend.groups:
            raise ResourceNotFoundException
        self.logs_backend.groups[name].kms_key_id = self._get_param("kmsKeyId")
        return ""

    LogsResponse.associate_kms_key = associate
