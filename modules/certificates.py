"""ACM certificates, and the DNS records that ACM needs to issue and renew them.

For a given name, ACM asks for one and the same record for every certificate of an account, in any
region, and checks it again at each renewal:
https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
The domain is in both regions' certificates, so its record belongs to bootstrap, which outlives
either region's stack: neither can take it from the other. A regional name is in one certificate
only, so its record belongs to that region.
"""

from cdktf import TerraformProvider, TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.acm_certificate import AcmCertificate
from cdktf_cdktf_provider_aws.acm_certificate_validation import (
    AcmCertificateValidation,
    AcmCertificateValidationTimeouts,
)
from cdktf_cdktf_provider_aws.route53_record import Route53Record
from constructs import Construct

from modules.module import Module

# A certificate cannot be deleted while a listener uses it.
SUCCESSOR_FIRST = TerraformResourceLifecycle(create_before_destroy=True)
RECORD_TTL = 300
# ACM may take half an hour to find the records. If it takes much longer, bootstrap's is missing.
# The provider's default is 75 minutes.
# https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
VALIDATION_TIMEOUT = "45m"


class DomainValidation(Module):
    """The record that validates the domain, for as long as any certificate contains it.

    ACM reveals the record only when a certificate is requested. So this requests one that no
    listener uses. It costs nothing, and expires, since ACM only renews certificates that are in
    use. The record outlives it: recreating the certificate does not change it, and Terraform
    refuses to destroy it. Without it, every certificate of the domain would fail its next renewal.

    Args:
        domain: The name that users open.
        zone_id: ID of the hosted zone.
        provider: Provider to use; None for the stack's own.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        domain: str,
        zone_id: str,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id, provider=provider)
        certificate = AcmCertificate(
            self,
            "domain_certificate",
            domain_name=domain,
            validation_method="DNS",
            lifecycle=SUCCESSOR_FIRST,
            tags={"Name": f"{domain} validation record"},
        )
        _validation_record(
            self,
            # A different domain gets a new record instead of changing this one.
            f"domain_validation_{domain.replace('.', '_')}",
            certificate,
            domain,
            zone_id,
            lifecycle=TerraformResourceLifecycle(
                prevent_destroy=True, ignore_changes=["name", "type", "records"]
            ),
        )


class RegionalCertificate(Module):
    """The certificate for the domain and one region's own name, in that region.

    Args:
        domain: The name that users open.
        regional_name: The region's own name.
        zone_id: ID of the hosted zone.
    """

    def __init__(
        self, scope: Construct, id: str, *, domain: str, regional_name: str, zone_id: str
    ) -> None:
        super().__init__(scope, id)
        certificate = AcmCertificate(
            self,
            "certificate",
            domain_name=domain,
            subject_alternative_names=[regional_name],
            validation_method="DNS",
            lifecycle=SUCCESSOR_FIRST,
            tags={"Name": domain},
        )
        record = _validation_record(
            self, "certificate_validation_record", certificate, regional_name, zone_id
        )
        self.arn = AcmCertificateValidation(
            self,
            "certificate_validation",
            certificate_arn=certificate.arn,
            timeouts=AcmCertificateValidationTimeouts(create=VALIDATION_TIMEOUT),
            depends_on=[record],
        ).certificate_arn
        """Known once ACM has issued the certificate, which takes minutes and needs bootstrap's
        record."""


def _validation_record(
    scope: Construct,
    id: str,
    certificate: AcmCertificate,
    name: str,
    zone_id: str,
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
        zone_id=zone_id,
        name=asked("resource_record_name"),
        type=asked("resource_record_type"),
        records=[asked("resource_record_value")],
        ttl=RECORD_TTL,
        allow_overwrite=True,
        lifecycle=lifecycle,
    )
