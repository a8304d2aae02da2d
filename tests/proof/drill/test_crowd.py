"""Where the users of a drill start."""

from proof.drill.crowd import BY_HTTP, starts_at

NAMES = ("one.example", "two.example", "three.example")


def test_every_name_has_as_many_users_and_some_come_by_http() -> None:
    urls = [f"https://{name}/" for name in NAMES]
    started = [starts_at(number, urls) for number in range(len(NAMES) * BY_HTTP)]
    for name in NAMES:
        assert started.count(f"https://{name}/") == BY_HTTP - 1
        assert started.count(f"http://{name}/") == 1
