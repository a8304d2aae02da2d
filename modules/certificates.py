"""ACM certificates, and the DNS records that ACM needs to issue and renew them.

For a given name, ACM asks for one and the same record for every certificate of an account, in any
region, and checks it again at each renewal:
https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
The names that users open are in both regions' certificates, so their records belong to bootstrap,
which outlives either region's stack: neither can take them from the other. A regional name is in
one certificate only, so its record belongs to that region.
"""

from collections.abc import Sequence

from cdktf import TerraformProvider, TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.acm_certificate import AcmCertificate
from cdktf_cdktf_provider_aws.acm_certificate_validation import (
    AcmCertificateValidation,
    AcmCertificateValidationTimeouts,
)
from cdktf_cdktf_provider_aws.route53_record import Route53Record
from constructs import Construct

from modules.hosted_zone import HostedZone
from modules.module import Module

# A certificate cannot be deleted while a listener uses it.
SUCCESSOR_FIRST = TerraformResourceLifecycle(create_before_destroy=True)
RECORD_TTL = 300
# ACM may take half an hour to find the records. If it takes much longer, bootstrap's is missing.
# The provider's default is 75 minutes.
# https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
VALIDATION_TIMEOUT = "45m"


class DomainValidation(Module):
    """The records that validate the names that users open, for as long as any certificate contains
    them.

    ACM reveals a record only when a certificate is requested. So this requests one that no listener
    uses. It costs nothing, and expires, since ACM only renews certificates that are in use. The
    records outlive it: recreating the certificate does not change them, and Terraform refuses to
    destroy them. Without one, every certificate of its name would fail its next renewal.

    Args:
        names: The names that users open, the domain first.
        zone: The hosted zone.
        provider: Provider to use; None for the stack's own.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        names: Sequence[str],
        zone: HostedZone,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id, provider=provider)
        domain, *aliases = names
        certificate = AcmCertificate(
            self,
            "domain_certificate",
            domain_name=domain,
            subject_alternative_names=aliases or None,
            validation_method="DNS",
            lifecycle=SUCCESSOR_FIRST,
            tags={"Name": f"{domain} validation record"},
        )
        for name in names:
            _validation_record(
                self,
                # A different name gets a new record instead of changing this one.
                f"domain_validation_{name.replace('.', '_')}",
                certificate,
                name,
                zone,
                lifecycle=TerraformResourceLifecycle(
                    prevent_destroy=True, ignore_changes=["name", "type", "records"]
                ),
            )


class RegionalCertificate(Module):
    """The certificate for the names that users open and one region's own name, in that region.

    Args:
        names: The names that users open, the domain first.
        regional_name: The region's own name.
        zone: The hosted zone.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        names: Sequence[str],
        regional_name: str,
        zone: HostedZone,
    ) -> None:
        super().__init__(scope, id)
        domain, *aliases = names
        certificate = AcmCertificate(
            self,
            "certificate",
            domain_name=domain,
            subject_alternative_names=[regional_name, *aliases],
            validation_method="DNS",
            lifecycle=SUCCESSOR_FIRST,
            tags={"Name": domain},
        )
        record = _validation_record(
            self, "certificate_validation_record", certificate, regional_name, zone
        )
        self.arn = AcmCertificateValidation(
            self,
            "certificate_validation",
            certificate_arn=certificate.arn,
            timeouts=AcmCertificateValidationTimeouts(create=VALIDATION_TIMEOUT),
            depends_on=[record],
        ).certificate_arn
        """Known once ACM has issued the certificate, which takes minutes and needs bootstrap's
        records."""


def _validation_record(
    scope: Construct,
    id: str,
    certificate: AcmCertificate,
    name: str,
    zone: HostedZone,
    *,
    lifecycle: TerraformResourceLifecycle | None = None,
) -> Route53Record:
    """The record by which ACM validates one of the certificate's names. It may already exist, with
    the same value, if the account has had a certificate for that name before."""

    options = f"{certificate.fqn}.domain_validation_options"

    def asked(attribute: str) -> str:
        wanted = f'o.{attribute} if o.domain_name == "{name}"'
        return f"${{one([for o in {options} : {wanted}])}}"

    return Route53Record(
        scope,
        id,
        provider=zone.provider,
        zone_id=zone.id,
        name=asked("resource_record_name"),
        type=asked("resource_record_type"),
        records=[asked("resource_record_value")],
        ttl=RECORD_TTL,
        allow_overwrite=True,
        lifecycle=lifecycle,
    )
