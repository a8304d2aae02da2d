"""TLS in the drill: a private certificate authority whose key exists only in this process's
memory."""

import re
import ssl
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from proof.drill.entrances import Tls
from proof.route53 import UnknownToTheModelError

# Before and after now; longer than any drill.
VALID_FOR = timedelta(days=1)
# A policy's name gives the oldest version it allows; all of these allow 1.3 too.
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
POLICY = re.compile(r"ELBSecurityPolicy-TLS13-1-(?P<oldest>[23])-[\w-]+")
OLDEST = {"2": ssl.TLSVersion.TLSv1_2, "3": ssl.TLSVersion.TLSv1_3}

USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


class Authority:
    """Stands in for ACM's authority. Clients that trust it trust the drill's load balancers and
    nothing else."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "The drill's authority")])
        basic = x509.BasicConstraints(ca=True, path_length=0)
        self._certificate = (
            _unsigned(self._name, self._name, self._key.public_key())
            .add_extension(basic, critical=True)
            .add_extension(_usage("key_cert_sign"), critical=True)
            .sign(self._key, SHA256())
        )

    def issue(self, names: Iterable[str], file: Path) -> None:
        """Writes a certificate for exactly these names, and its key, readable only by this user."""
        key = ec.generate_private_key(ec.SECP256R1())
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        alternative = x509.SubjectAlternativeName([x509.DNSName(name) for name in names])
        server = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
        certificate = (
            _unsigned(x509.Name([]), self._name, key.public_key())
            .add_extension(alternative, critical=True)  # required when there is no subject
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage("digital_signature"), critical=True)
            .add_extension(server, critical=False)
            .add_extension(issuer, critical=False)
            .sign(self._key, SHA256())
        )
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        file.touch(mode=0o600)
        file.write_bytes(private + certificate.public_bytes(Encoding.PEM))

    def server(self, tls: Tls, folder: Path) -> ssl.SSLContext:
        """A listener's context. folder: holds the key for a moment."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = oldest(tls.policy)
        context.num_tickets = 0  # every connection does a full handshake
        file = folder / "certificate.pem"
        try:
            self.issue(tls.names, file)
            context.load_cert_chain(file)
        finally:
            file.unlink(missing_ok=True)
        return context

    def user(self) -> ssl.SSLContext:
        """A user's context: trusts only this authority, and verifies the name."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        certificate = self._certificate.public_bytes(Encoding.PEM).decode()
        context.load_verify_locations(cadata=certificate)
        return context


def checker() -> ssl.SSLContext:
    """A health checker's context: accepts any certificate, and speaks TLS 1.2, the newest version
    AWS documents for checkers.
    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
    https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_2
    return context


def oldest(policy: str) -> ssl.TLSVersion:
    """The oldest version allowed by a listener with this policy."""
    found = POLICY.fullmatch(policy)
    if found is None:
        raise UnknownToTheModelError(f"which versions of TLS {policy} speaks")
    return OLDEST[found["oldest"]]


def _unsigned(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return x509.CertificateBuilder(
        issuer_name=issuer,
        subject_name=subject,
        public_key=key,
        serial_number=x509.random_serial_number(),
        not_valid_before=now - VALID_FOR,
        not_valid_after=now + VALID_FOR,
    ).add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)


def _usage(of: str) -> x509.KeyUsage:
    return x509.KeyUsage(**{usage: usage == of for usage in USAGES})
