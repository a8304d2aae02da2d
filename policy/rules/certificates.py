"""Certificates: who owns the records that ACM uses to renew them."""

import re
from collections import Counter
from collections.abc import Iterator

from emitted import Deployment, Resource
from policy.finding import Finding
from policy.rule import error

# The NAME in `one([for o in ....domain_validation_options : ... if o.domain_name == "NAME"])`.
VALIDATED = re.compile(r'domain_validation_options.*?domain_name == "([^"]+)"', re.DOTALL)

# The minutes that ACM may take, and the provider's default wait.
SHORTEST_WAIT = 30
PROVIDERS_WAIT = "75m"


def _validations(deployment: Deployment) -> list[tuple[Resource, str]]:
    """The records that validate a certificate, each with the name it validates."""
    found: list[tuple[Resource, str]] = []
    for record in deployment.resources("aws_route53_record"):
        said = str(record.get("name"))
        if "domain_validation_options" in said:
            name = VALIDATED.search(said)
            found.append((record, name[1] if name else said))
    return found


@error
def domain_is_validated_by_bootstrap_alone(deployment: Deployment) -> Iterator[Finding]:
    """Bootstrap owns the records that validate the names that users open; no regional stack does.

    ACM uses the same record for every certificate of a name. If a region owned it, destroying the
    region would delete it, and the other region's next renewal would fail.
    [DNS validation](https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html)
    """
    for name in deployment.environment.dns.names:
        owners = [record for record, validated in _validations(deployment) if validated == name]
        for record in owners:
            if record.stack != "bootstrap":
                yield Finding.of(record, f"{record.stack} validates {name}", "only bootstrap")
        asked = [
            one
            for one in deployment.resources("aws_acm_certificate")
            if name in (one.get("domain_name"), *(one.get("subject_alternative_names") or ()))
        ]
        if asked and not any(one.stack == "bootstrap" for one in owners):
            yield Finding.of(asked[0], f"nothing in bootstrap validates {name}", "a record there")


@error
def validation_has_one_owner(deployment: Deployment) -> Iterator[Finding]:
    """Only one stack owns the record that validates a name.

    Two owners would overwrite each other, and the first one destroyed would delete the record.
    [DNS validation](https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html)
    """
    found = _validations(deployment)
    owners = Counter(name for _, name in found)
    for record, name in found:
        if owners[name] > 1:
            yield Finding.of(record, f"{name} is validated by another stack too", "one owner")


@error
def every_name_is_validated(deployment: Deployment) -> Iterator[Finding]:
    """Every name of every certificate has its validation record in a stack.

    ACM neither issues nor renews a certificate until all of its names are validated.
    [DNS validation](https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html)
    """
    proved = {name for _, name in _validations(deployment)}
    for certificate in deployment.resources("aws_acm_certificate"):
        names = {certificate.get("domain_name")}
        names |= set(certificate.get("subject_alternative_names") or ())
        if missing := sorted(names - proved):
            yield Finding.of(certificate, f"no record for {' and '.join(missing)}", "one for each")


@error
def domain_validation_survives_terraform(deployment: Deployment) -> Iterator[Finding]:
    """Terraform refuses to destroy the validation record of a name that users open.

    Without it, every certificate of that name, in both regions, would fail its next renewal.
    [Managed renewal](https://docs.aws.amazon.com/acm/latest/userguide/dns-renewal-validation.html)
    """
    for record, name in _validations(deployment):
        protected = record.get("lifecycle", "prevent_destroy")
        if name in deployment.environment.dns.names and not protected:
            yield Finding.of(record, "may be destroyed", "prevent_destroy")


@error
def validation_has_time(deployment: Deployment) -> Iterator[Finding]:
    """An apply waits for a certificate for at least half an hour.

    ACM usually takes minutes, but may take 30; an apply that gives up earlier leaves a region half
    created.
    [DNS validation](https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html)
    """
    for wait in deployment.resources("aws_acm_certificate_validation"):
        said = wait.get("timeouts", "create") or PROVIDERS_WAIT
        if not re.fullmatch(r"\d+m", said) or int(said[:-1]) < SHORTEST_WAIT:
            yield Finding.of(wait, f"gives up after {said}", f"{SHORTEST_WAIT}m or longer")


@error
def certificate_is_replaced_successor_first(deployment: Deployment) -> Iterator[Finding]:
    """A certificate's replacement is created before the old certificate is destroyed.

    AWS does not delete a certificate that a listener uses, so the apply would stop half-way.
    [aws_acm_certificate](https://registry.terraform.io/providers/hashicorp/aws/5.100.0/docs/resources/acm_certificate)
    """
    for certificate in deployment.resources("aws_acm_certificate"):
        if not certificate.get("lifecycle", "create_before_destroy"):
            yield Finding.of(certificate, "is destroyed first", "create_before_destroy")
