"""Certificate Manager: requesting and deleting certificates."""

# Reads moto's internals, which are barely typed.
# pyright: basic

from moto.elbv2.models import elbv2_backends

from sandbox.embedded_aws.calls import Call, Refusal
from sandbox.embedded_aws.refusals.rule import Rules

# The limit of a common name: https://www.rfc-editor.org/rfc/rfc5280#appendix-A.1
LONGEST_FIRST_NAME = 64
# The default quota: https://docs.aws.amazon.com/acm/latest/userguide/acm-limits.html
MOST_NAMES = 10


def first_names_are_short(call: Call) -> None:
    """Refuses a first name longer than 64 characters; other names may have 253.

    https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html
    """
    name = call.parameters["DomainName"]
    if len(name) > LONGEST_FIRST_NAME:
        raise Refusal(
            "InvalidDomainValidationOptionsException",
            f"DomainName: the first domain name can be no longer than {LONGEST_FIRST_NAME} "
            f"characters, and '{name}' has {len(name)}",
        )


def names_are_few(call: Call) -> None:
    """Refuses more than 10 names in a certificate, the default quota.

    https://docs.aws.amazon.com/acm/latest/userguide/acm-limits.html
    """
    names = {call.parameters["DomainName"], *(call.parameters.get("SubjectAlternativeNames") or ())}
    if len(names) > MOST_NAMES:
        raise Refusal(
            "LimitExceededException",
            f"SubjectAlternativeNames: {len(names)} domain names, of at most {MOST_NAMES}",
        )


def used_certificates_stay(call: Call) -> None:
    """Refuses deleting a certificate that a listener uses.

    https://docs.aws.amazon.com/acm/latest/APIReference/API_DeleteCertificate.html
    """
    arn = call.parameters["CertificateArn"]
    for balancer in elbv2_backends[call.account][call.region].load_balancers.values():
        if any(arn in listener.certificates for listener in balancer.listeners.values()):
            raise Refusal(
                "ResourceInUseException",
                f"CertificateArn: certificate {arn} in account {call.account} is in use by "
                f"{balancer.arn}",
            )


RULES: Rules = {
    ("acm", "RequestCertificate"): (first_names_are_short, names_are_few),
    ("acm", "DeleteCertificate"): (used_certificates_stay,),
}
