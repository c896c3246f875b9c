"""An OPC UA server for tests: variables that count, all security policies, a user name.

Run: opcua_server.py PORT FOLDER [--variables N] [--interval S] [--policies a,b] [--history]
FOLDER keeps its certificate and key, and the user's are accepted unseen. `None` endpoints are
offered with the others. The user is `operator`, the password `wheel`.
"""

import argparse
import asyncio
import logging
from datetime import datetime, timedelta, timezone
from pathlib import Path

from asyncua import Server, ua
from asyncua.crypto.cert_gen import setup_self_signed_certificate
from asyncua.server.user_managers import UserManager
from asyncua.crypto.permission_rules import User, UserRole
from cryptography.x509.oid import ExtendedKeyUsageOID

URI = "urn:millwright:rig:opcua"
NAMESPACE = "urn:millwright:rig:press"
POLICIES = {
    "none": ua.SecurityPolicyType.NoSecurity,
    "basic256sha256-sign": ua.SecurityPolicyType.Basic256Sha256_Sign,
    "basic256sha256": ua.SecurityPolicyType.Basic256Sha256_SignAndEncrypt,
    "aes128-sign": ua.SecurityPolicyType.Aes128Sha256RsaOaep_Sign,
    "aes128": ua.SecurityPolicyType.Aes128Sha256RsaOaep_SignAndEncrypt,
    "aes256": ua.SecurityPolicyType.Aes256Sha256RsaPss_SignAndEncrypt,
}


class Users(UserManager):
    """Takes anybody without a name, and one name with its password."""

    def get_user(self, iserver, username=None, password=None, certificate=None):
        if username is None:
            return User(role=UserRole.User)
        if isinstance(password, bytes):
            password = password.decode()
        if (username, password) == ("operator", "wheel"):
            return User(role=UserRole.User, name=username)
        return None


async def fill(server, count):
    """Makes a press with variables of several types."""
    space = await server.register_namespace(NAMESPACE)
    press = await server.nodes.objects.add_object(ua.NodeId("Press", space), "Press")
    counters = []
    for number in range(count):
        node = await press.add_variable(
            ua.NodeId(f"Press.Counter{number}", space), f"Counter{number}", 0,
            ua.VariantType.UInt32)
        counters.append(node)
    values = {
        "Bool": (True, ua.VariantType.Boolean), "Float": (0.5, ua.VariantType.Float),
        "Double": (3.25, ua.VariantType.Double), "Text": ("Größe µm", ua.VariantType.String),
        "Array": ([1.0, -2.5], ua.VariantType.Double),
        "Wave": ([float(step) for step in range(20_000)], ua.VariantType.Double),
        "Wide": (-(2**63), ua.VariantType.Int64),
        "Structure": (ua.Argument(Name="x"), ua.VariantType.ExtensionObject),
    }
    for name, (value, kind) in values.items():
        await press.add_variable(ua.NodeId(f"Press.{name}", space), name, value, kind)
    return press, counters


async def count_to(server, counters, step):
    """Gives all counters a value with the time of now."""
    now = datetime.now(timezone.utc)
    for node in counters:
        value = ua.DataValue(ua.Variant(step, ua.VariantType.UInt32), SourceTimestamp=now)
        await server.write_attribute_value(node.nodeid, value)


async def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("port", type=int)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--variables", type=int, default=100)
    arguments.add_argument("--interval", type=float, default=0.2)
    arguments.add_argument("--policies", default=",".join(POLICIES))
    arguments.add_argument("--history", action="store_true")
    options = arguments.parse_args()
    logging.basicConfig(level=logging.WARNING)

    options.folder.mkdir(parents=True, exist_ok=True)
    key, certificate = options.folder / "server.key.pem", options.folder / "server.der"
    await setup_self_signed_certificate(
        key, certificate, URI, "127.0.0.1", [ExtendedKeyUsageOID.SERVER_AUTH],
        {"commonName": "Millwright rig press"})
    server = Server(user_manager=Users())
    await server.init()
    await server.set_application_uri(URI)
    server.set_server_name("Rig press")
    server.set_endpoint(f"opc.tcp://127.0.0.1:{options.port}/press")
    server.set_security_policy([POLICIES[name] for name in options.policies.split(",")])
    await server.load_certificate(str(certificate))
    await server.load_private_key(str(key))
    press, counters = await fill(server, options.variables)
    async with server:
        await count_to(server, counters, 0)
        if options.history:
            await server.historize_node_data_change(
                counters[0], period=timedelta(hours=1), count=10_000)
        print("ready", flush=True)
        step = 0
        while True:
            await asyncio.sleep(options.interval)
            step += 1
            await count_to(server, counters, step)


asyncio.run(main())
