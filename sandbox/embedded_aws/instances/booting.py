"""An instance that runs a release: which one, how far it is, and what its console says."""

# Reads moto's internals, which are barely typed.
# pyright: basic, reportAttributeAccessIssue=false

import os
import threading
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from moto.backends import get_backend

from environments.instance_types import architecture
from releases import CURRENT, Pointer, PointerError, release_key
from sandbox.embedded_aws.account import account as settings
from sandbox.embedded_aws.calls import Call, Refusal
from sandbox.embedded_aws.instances.environment_file import BUCKET
from sandbox.embedded_aws.instances.health_checks import HealthCheck
from sandbox.embedded_aws.instances.verdicts import Trial, Verdict, failed
from sandbox.embedded_aws.permissions.judging import refused
from sandbox.embedded_aws.permissions.needs import needs
from sandbox.embedded_aws.permissions.principals import AssumedRole, policies_of


@dataclass
class _Judged:
    """A trial, and the process whose thread judges it: a clone has no such thread."""

    process: int
    verdict: Verdict | None = None


JUDGED: dict[tuple[str, Trial], _Judged] = {}
"""By region and trial: a release is started once for all instances that are the same."""


@dataclass
class Boot:
    """What an instance does after its launch."""

    instance: str
    kind: str
    region: str
    account: str
    role: str | None
    """The name of its role; None without an instance profile."""
    environment: Mapping[str, str]
    digest: str | None = None
    """Of its release; None while it waits for one."""
    _waits_for: str = ""
    _wrong: Verdict | None = None
    """Why it starts nothing at all."""
    _lacks: str | None = None
    """Why it has no archive to unpack; it asks again."""
    _trials: list[Trial] = field(default_factory=list)

    def look(self) -> None:
        """Takes the current release if it has none yet."""
        if self.digest is not None or self._wrong is not None:
            return
        content = self._object(CURRENT)
        if isinstance(content, str):
            self._waits_for = content
            return
        try:
            self.digest = Pointer.parse(content).release
        except PointerError as error:
            self._wrong = failed(str(error))

    def verdict(self, check: HealthCheck) -> Verdict | None:
        """Whether its release passes a health check; None while that is unknown."""
        if self._wrong is not None:
            return self._wrong
        if self.digest is None:
            return failed(self._waits_for)
        given = settings.instance_variables.get(self.region, {})
        variables = tuple(sorted({**self.environment, **given}.items()))
        trial = Trial(self.digest, architecture(self.kind), variables, check)
        if trial not in self._trials:
            self._trials.append(trial)
        judged = JUDGED.get((self.region, trial))
        if judged is not None and (judged.verdict or judged.process == os.getpid()):
            return judged.verdict
        content = self._object(release_key(self.digest))
        if isinstance(content, str):
            self._lacks = content
            return failed(content)
        self._lacks = None
        self._judge(trial, content)
        return None

    def _judge(self, trial: Trial, content: bytes) -> None:
        judged = JUDGED[self.region, trial] = _Judged(os.getpid())
        limit = settings.boot_seconds

        def judge() -> None:
            try:
                judged.verdict = trial.judge(content, limit)
            except Exception as error:  # the target would stay `initial` for ever
                traceback.print_exc()
                judged.verdict = failed(f"{type(error).__name__}: {error}")

        threading.Thread(target=judge, daemon=True).start()

    def _object(self, key: str) -> bytes | str:
        """An object of the releases bucket, or why the instance does not get it."""
        bucket = self.environment[BUCKET]
        where = f"s3://{bucket}/{key}"
        because = self._refused(bucket, key)
        if because is not None:
            return f"{where}: AccessDenied {because}"
        found: Any = get_backend("s3")[self.account]["aws"]
        if bucket not in found.buckets:
            return f"{where}: NoSuchBucket"
        there = found.get_object(bucket, key)
        return f"{where}: NoSuchKey" if there is None else there.value

    def _refused(self, bucket: str, key: str) -> str | None:
        """Why the instance's role may not read an object."""
        if self.role is None:
            return "as the instance has no role"
        session = f"arn:aws:sts::{self.account}:assumed-role/{self.role}/{self.instance}"
        arn = f"arn:aws:iam::{self.account}:role/{self.role}"
        try:
            policies = policies_of(self.role, self.account)
        except Refusal:
            return "as the instance's role is gone"
        role = AssumedRole(self.role, arn, session, policies, None)
        asked = {"Bucket": bucket, "Key": key}
        call = Call("s3", "GetObject", self.region, self.account, "", asked)
        reasons = (refused(need, role, self.account) for need in needs(call, arn))
        return next((reason for reason in reasons if reason is not None), None)

    def console(self) -> str:
        """What the instance's console says of its release."""
        if self._wrong is not None:
            return f"release: {self._wrong.told}\n"
        if self.digest is None:
            return f"release: waiting for {self._waits_for}\n"
        judged = [JUDGED.get((self.region, trial)) for trial in self._trials]
        told = [one.verdict.told for one in judged if one is not None and one.verdict is not None]
        said = told or [self._lacks or "starting"]
        return "".join(f"release {self.digest}: {one}\n" for one in said)
