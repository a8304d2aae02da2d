"""The certificates of ACM, and the DNS records by which ACM makes and renews them.

For one name, ACM asks every certificate of an account, in whichever region, for one and the same
record, and asks for it again at each renewal:
https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
The domain is in both regions' certificates. So its record is bootstrap's, which outlives either
region's stack: neither can take it from the other. A regional name is in one certificate alone,
and its record is that region's.
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

# A listener's certificate cannot go before the listener has its successor.
SUCCESSOR_FIRST = TerraformResourceLifecycle(create_before_destroy=True)
RECORD_TTL = 300
# ACM may take half an hour to find the records. Much longer means that bootstrap's is missing; the
# provider's own default is 75 minutes.
# https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
VALIDATION_TIMEOUT = "45m"


class DomainValidation(Module):
    """The record that validates the domain, for as long as anybody has a certificate of it.

    ACM names the record only to who asks for a certificate: hence one that no listener uses, that
    costs nothing, and that expires unrenewed, as ACM renews what is in use. The record outlives it:
    it stays what it was when the certificate is made anew, and Terraform refuses to destroy it.
    Every certificate of the domain would fail its next renewal.

    Args:
        domain: The name that users open.
        zone_id: Of the hosted zone.
        provider: None for the stack's own.
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
            # Another domain is another record, not a change of this one.
            f"domain_validation_{domain.replace('.', '_')}",
            certificate,
            domain,
            zone_id,
            lifecycle=TerraformResourceLifecycle(
                prevent_destroy=True, ignore_changes=["name", "type", "records"]
            ),
        )


class RegionalCertificate(Module):
    """The certificate of the domain and of one region's own name, in that region.

    Args:
        domain: The name that users open.
        regional_name: The region's own.
        zone_id: Of the hosted zone.
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
        """Known once ACM has issued it, which takes minutes; bootstrap's record has to be there."""


def _validation_record(
    scope: Construct,
    id: str,
    certificate: AcmCertificate,
    name: str,
    zone_id: str,
    *,
    lifecycle: TerraformResourceLifecycle | None = None,
) -> Route53Record:
    """The record with which ACM validates one of the certificate's names. It may be there already,
    with this value: the account has had a certificate of the name before."""

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
