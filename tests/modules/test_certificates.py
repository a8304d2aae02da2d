"""The certificates, and who owns the records that ACM uses to renew them."""

from pathlib import Path

from cdktf_cdktf_provider_aws.acm_certificate import AcmCertificate
from cdktf_cdktf_provider_aws.acm_certificate_validation import AcmCertificateValidation
from cdktf_cdktf_provider_aws.route53_record import Route53Record

from environments import ROLES
from tests.conftest import Region, Synthesised
from tests.synthesis import Stack, example, synthesise


def validated(stack: Stack) -> list[str]:
    """The names whose validation record this stack owns."""
    names = [record["name"] for record in stack.resources(Route53Record).values()]
    asked = [name for name in names if "domain_validation_options" in name]
    return [name.split('o.domain_name == "')[1].split('"')[0] for name in asked]


def test_a_region_has_a_certificate_of_both_of_its_names(region: Region) -> None:
    environment = region.environment
    assert region.stack.only(AcmCertificate) | {"//": 0} == {
        "//": 0,
        "domain_name": environment.dns.domain,
        "subject_alternative_names": [environment.regional_name(region.role)],
        "validation_method": "DNS",
        "lifecycle": {"create_before_destroy": True},
        "tags": {"Name": environment.dns.domain},
    }
    assert region.stack.has(
        AcmCertificateValidation,
        certificate_arn="${aws_acm_certificate.certificate.arn}",
        timeouts={"create": "45m"},
        depends_on=["aws_route53_record.certificate_validation_record"],
    )


def test_aliases_are_in_every_certificate_and_validated_by_bootstrap(tmp_path: Path) -> None:
    mission = example("mission")
    aliases = ["www.awspractice.space", "shop.awspractice.space"]
    dns = mission.dns.model_copy(update={"aliases": aliases})
    stacks = synthesise(mission.model_copy(update={"dns": dns}), tmp_path)
    for role in ROLES:
        own = mission.regional_name(role)
        assert stacks[role].has(AcmCertificate, subject_alternative_names=[own, *aliases])
        assert validated(stacks[role]) == [own]
    assert stacks["bootstrap"].has(AcmCertificate, subject_alternative_names=aliases)
    assert set(validated(stacks["bootstrap"])) == {"awspractice.space", *aliases}
    records = stacks["bootstrap"].resources(Route53Record)
    assert set(records) == {
        f"domain_validation_{name.replace('.', '_')}" for name in ["awspractice.space", *aliases]
    }
    assert all(record["lifecycle"]["prevent_destroy"] for record in records.values())


def test_every_validation_record_has_one_owner(deployment: Synthesised) -> None:
    """Both regions' certificates include the domain, and ACM wants the same record for both. If a
    region owned it, destroying that region would end the other's renewals."""
    environment, stacks = deployment.environment, deployment.stacks
    assert validated(stacks["bootstrap"]) == [environment.dns.domain]
    for role in ROLES:
        assert validated(stacks[role]) == [environment.regional_name(role)]
    assert validated(stacks["global"]) == []


def test_the_domains_record_is_there_to_stay(deployment: Synthesised) -> None:
    """Whatever happens to the certificate it was requested for."""
    record = deployment.stacks["bootstrap"].only(Route53Record)
    assert record["lifecycle"] == {
        "prevent_destroy": True,
        "ignore_changes": ["name", "type", "records"],
    }
    assert record["allow_overwrite"] is True


def test_it_is_there_without_tls_too(plain: Synthesised) -> None:
    """Terraform's prevent_destroy does not cover a resource removed from its stack."""
    assert validated(plain.stacks["bootstrap"]) == [plain.environment.dns.domain]


def test_a_record_says_what_acm_asks_for(region: Region) -> None:
    record = region.stack.resources(Route53Record)["certificate_validation_record"]
    name = region.environment.regional_name(region.role)
    for argument in ("name", "type", "value"):
        asked = record["records"][0] if argument == "value" else record[argument]
        assert asked == (
            "${one([for o in aws_acm_certificate.certificate.domain_validation_options :"
            f' o.resource_record_{argument} if o.domain_name == "{name}"])}}'
        )
