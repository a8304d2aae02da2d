"""Which region runs which release."""

from datetime import timedelta

import pytest

from environments import ROLES
from releases import CURRENT, Pointer
from tests.operations.status.fakes import THEN, World, world_of
from tests.synthesis import example

NEW, OLD = "1" * 64, "2" * 64


def point(world: World, role: str, digest: str, previous: str | None = OLD) -> None:
    environment = world.environment
    there = environment.regional("primary" if role == "primary" else "dr").region
    bucket = environment.releases_bucket("primary" if role == "primary" else "dr")
    pointer = Pointer(release=digest, previous=previous, by="asha", at=THEN, why="")
    world.regions[there].objects[bucket, CURRENT] = pointer.serialise()


@pytest.fixture
def releases() -> World:
    """Both regions run the same release. The example has a database too, which is not asked."""
    environment = example("releases")
    none = environment.data.model_copy(update={"engine": "none"})
    world = world_of(environment.model_copy(update={"data": none}))
    for role in ROLES:
        point(world, role, NEW)
    return world


def test_both_regions_have_it(releases: World) -> None:
    status = releases.observer().look()
    for role in ("primary", "standby"):
        fact = status.facts[f"{role}.release"]
        assert str(fact.value) == (
            f"{NEW[:12]} since 2026-11-29 02:30:00 UTC; instances: 3 of 3 on it and serving"
        )
        assert not fact.wrong
    assert status.attention == []


def test_different_releases_are_told_of(releases: World) -> None:
    point(releases, "dr", OLD, previous=NEW)
    status = releases.observer().look()
    assert "the regions have different releases: `failover releases show` tells more" in (
        status.attention
    )


def test_a_region_without_the_first_release(releases: World) -> None:
    releases.primary.objects.clear()
    fact = releases.observer().look().facts["primary.release"]
    assert str(fact.value) == "none yet: `failover deploy ARCHIVE` delivers the first"
    assert fact.wrong


def test_instances_on_an_earlier_one(releases: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.operations.status.fakes.THEN", THEN - timedelta(hours=1))
    bucket = releases.environment.releases_bucket("primary")
    body = releases.primary.objects[bucket, CURRENT]
    monkeypatch.setattr(
        type(releases.primary),
        "_object",
        lambda *_, **__: {"Body": _Body(body), "ETag": "1", "LastModified": THEN},
    )
    fact = releases.observer(subjects=("primary.release",)).look().facts["primary.release"]
    assert str(fact.value).endswith("0 of 3 on it and serving, 3 on an earlier release")
    assert fact.wrong


def test_a_page_has_none(world: World) -> None:
    assert not any("release" in one for one in world.observer().look().facts)


class _Body:
    def __init__(self, body: bytes) -> None:
        self._body = body

    def read(self) -> bytes:
        return self._body
