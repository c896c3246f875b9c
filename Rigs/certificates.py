"""Certificates for peers: an authority of our own, and servers good, expired, misnamed or strange."""

import datetime
import ipaddress

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def _name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _pem(key):
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


class Authority:
    """An authority that signs certificates into a folder."""

    def __init__(self, folder, name="authority"):
        self.folder, self.name = folder, _name(name)
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.file = folder / f"{name}.pem"
        ours = self._sign(self.name, self.key, (-1, 30), [], is_authority=True)
        self.file.write_bytes(ours.public_bytes(serialization.Encoding.PEM))

    def server(self, name, days=(-1, 30), hosts=("localhost", "127.0.0.1")):
        """A file with certificate and key of a server, valid between two days from today."""
        key = ec.generate_private_key(ec.SECP256R1())
        signed = self._sign(_name(name), key, days, hosts)
        file = self.folder / f"{name}.pem"
        file.write_bytes(signed.public_bytes(serialization.Encoding.PEM) + _pem(key))
        return file

    def _sign(self, subject, key, days, hosts, is_authority=False):
        now = datetime.datetime.now(datetime.timezone.utc)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + datetime.timedelta(days=days[0]))
            .not_valid_after(now + datetime.timedelta(days=days[1]))
            .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
        )
        names = []
        for host in hosts:
            try:
                names.append(x509.IPAddress(ipaddress.ip_address(host)))
            except ValueError:
                names.append(x509.DNSName(host))
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return builder.sign(self.key, hashes.SHA256())
