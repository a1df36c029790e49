#!/usr/bin/env python3
"""Writes the labelled samples of the `encrypted` check: positives.tsv, negatives.tsv and ambiguous.tsv.

Needs gpg and, from pip: cryptography jwcrypto aws-encryption-sdk tink pyrage. Every positive is made by the library that
its readers use. Columns: family, form (text: a JSON string; bytes: hex), data. Keys and nonces are fresh on each run.
"""
import base64
import bz2
import gzip
import hashlib
import io
import json
import lzma
import os
import pathlib
import random
import string
import struct
import subprocess
import tempfile
import uuid
import zipfile
import zlib

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV

RNG = random.Random(20240607)
HERE = pathlib.Path(__file__).parent

FIRST = "Anna Björn Chloé Dmitri Elena Farid Grace Hiroshi Inés Johannes Karin Li Maria Nnamdi Olga Pavel".split()
LAST = "Müller Ivanova Garcia Nguyen Smith Rossi Kowalski Okafor Tanaka Johansson O'Neil Silva".split()
STREETS = ["Hauptstraße 5", "12 Baker Street", "Rue de la Paix 7", "Via Roma 21", "1600 Pennsylvania Avenue NW"]


def secrets():
    """What people encrypt: personal data of many lengths."""
    number = lambda n: "".join(RNG.choice(string.digits) for _ in range(n))
    person = f"{RNG.choice(FIRST)} {RNG.choice(LAST)}"
    return RNG.choice([
        f"{number(3)}-{number(2)}-{number(4)}", number(16), f"DE{number(20)}", person, number(4), number(2), "true",
        f"{person.split()[0].lower()}@example.com", f"+49 {number(3)} {number(7)}", f"{RNG.choice(STREETS)}, {number(5)}",
        f"19{number(2)}-0{RNG.randint(1, 9)}-1{RNG.randint(0, 9)}", str(uuid.UUID(int=RNG.getrandbits(128))),
        json.dumps({"name": person, "ssn": number(9), "salary": int(number(5)) + 1}),
        " ".join(RNG.choice(FIRST + LAST) for _ in range(40)),
    ]).encode()


def b64(data):
    return base64.b64encode(data).decode()


def b64url(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


class Table:
    def __init__(self, name):
        self.rows, self.name = [], name

    def text(self, family, value):
        self.rows.append((family, "text", json.dumps(value)))

    def bytes(self, family, value):
        self.rows.append((family, "bytes", value.hex()))

    def both(self, family, value):
        self.text(family, b64(value))
        self.bytes(family, value)

    def write(self):
        lines = ["\t".join(row) for row in self.rows]
        (HERE / self.name).write_text("\n".join(lines) + "\n")
        print(self.name, len(lines))


def jwe(table):
    from jwcrypto import jwe as lib, jwk
    rsa_key, oct_key = jwk.JWK.generate(kty="RSA", size=2048), jwk.JWK.generate(kty="oct", size=256)
    ec_key = jwk.JWK.generate(kty="EC", crv="P-256")
    algs = [("RSA-OAEP", rsa_key), ("RSA-OAEP-256", rsa_key), ("A256KW", oct_key), ("ECDH-ES", ec_key),
            ("ECDH-ES+A256KW", ec_key), ("A256GCMKW", oct_key), ("dir", None)]
    sizes = {"A128GCM": 128, "A256GCM": 256, "A128CBC-HS256": 256, "A256CBC-HS512": 512}
    for alg, key in algs:
        for enc, size in sizes.items():
            own = key or jwk.JWK.generate(kty="oct", size=size)
            token = lib.JWE(secrets(), json.dumps({"alg": alg, "enc": enc, "kid": "k1"}))
            token.add_recipient(own)
            table.text("jwe_compact", token.serialize(compact=True))
            if alg != "dir":
                table.text("jwe_json", token.serialize())
    many = lib.JWE(secrets(), json.dumps({"enc": "A256GCM"}))
    many.add_recipient(rsa_key, json.dumps({"alg": "RSA-OAEP"}))
    many.add_recipient(oct_key, json.dumps({"alg": "A256KW"}))
    table.text("jwe_json", many.serialize())


def aws(table):
    import aws_encryption_sdk as lib
    from aws_encryption_sdk.identifiers import Algorithm, CommitmentPolicy, EncryptionKeyType, WrappingAlgorithm
    from aws_encryption_sdk.internal.crypto.wrapping_keys import WrappingKey
    from aws_encryption_sdk.key_providers.raw import RawMasterKeyProvider

    class Provider(RawMasterKeyProvider):
        provider_id = "example"

        def _get_raw_key(self, key_id):
            return WrappingKey(WrappingAlgorithm.AES_256_GCM_IV12_TAG16_NO_PADDING, bytes(32), EncryptionKeyType.SYMMETRIC)

    provider = Provider()
    provider.add_master_key(b"key")
    for algorithm in Algorithm:
        committing = algorithm.is_committing()
        policy = (CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT if committing
                  else CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT)
        client = lib.EncryptionSDKClient(commitment_policy=policy)
        for frame in (4096, 128, 0):
            if frame == 0 and committing:
                continue
            message, _ = client.encrypt(source=secrets(), key_provider=provider, algorithm=algorithm,
                                        frame_length=frame, encryption_context={"tenant": "eu"})
            (table.text if frame == 128 else table.bytes)("aws_esdk", b64(message) if frame == 128 else message)


def tink(table):
    import tink as lib
    from tink import aead, daead
    aead.register()
    daead.register()
    templates = aead.aead_key_templates
    kinds = [templates.AES128_GCM, templates.AES256_GCM, templates.AES128_CTR_HMAC_SHA256, templates.XCHACHA20_POLY1305]
    for template in kinds:
        primitive = lib.new_keyset_handle(template).primitive(aead.Aead)
        for _ in range(4):
            table.both("tink", primitive.encrypt(secrets(), b"context"))
    siv = lib.new_keyset_handle(daead.deterministic_aead_key_templates.AES256_SIV).primitive(daead.DeterministicAead)
    for _ in range(4):
        table.text("tink", b64(siv.encrypt_deterministically(secrets().ljust(16, b"."), b"")))


def pgp(table):
    with tempfile.TemporaryDirectory() as home:
        base = ["gpg", "--homedir", home, "--batch", "--quiet", "--yes", "--no-tty"]
        run = lambda *args, data=b"": subprocess.run([*base, *args], input=data, check=True, capture_output=True).stdout
        run("--passphrase", "", "--quick-generate-key", "a@example.com", "rsa2048", "sign", "never")
        print_of = run("--with-colons", "--fingerprint", "a@example.com").decode()
        fingerprint = [line.split(":")[9] for line in print_of.splitlines() if line.startswith("fpr")][0]
        run("--passphrase", "", "--quick-add-key", fingerprint, "rsa2048", "encrypt", "never")
        symmetric = ["--pinentry-mode", "loopback", "--passphrase", "x", "--symmetric"]
        to_key = ["--trust-model", "always", "--recipient", "a@example.com", "--encrypt"]
        for how in (symmetric, to_key):
            for cipher in ("AES256", "AES128", "TWOFISH"):
                table.text("pgp", run("--armor", "--cipher-algo", cipher, *how, data=secrets()).decode())
                table.text("pgp", run("--armor", "--comment", "by hand", *how, data=secrets()).decode().replace("\n", "\r\n"))
                table.both("pgp", run("--cipher-algo", cipher, *how, data=secrets()))
        large = RNG.randbytes(20_000)
        table.bytes("pgp", run(*symmetric, data=large))
        return {
            "pgp_signed": run("--armor", "--sign", data=b"in the clear, but signed").decode(),
            "pgp_clearsigned": run("--clearsign", data=b"in the clear, but signed").decode(),
            "pgp_literal": run("--armor", "--store", data=b"stored as it is, just wrapped").decode(),
            "pgp_public_key": run("--armor", "--export", "a@example.com").decode(),
        }


def age(table):
    import pyrage
    identity = pyrage.x25519.Identity.generate()
    for _ in range(8):
        sealed = pyrage.encrypt(secrets(), [identity.to_public()])
        table.both("age", sealed)
        lines = base64.encodebytes(sealed).decode().replace("\n", "")
        folded = "\n".join(lines[i:i + 64] for i in range(0, len(lines), 64))
        table.text("age", f"-----BEGIN AGE ENCRYPTED FILE-----\n{folded}\n-----END AGE ENCRYPTED FILE-----\n")
    table.both("age", pyrage.passphrase.encrypt(secrets(), "correct horse"))


def fernet(table):
    key = Fernet(Fernet.generate_key())
    for _ in range(24):
        table.text("fernet", key.encrypt(secrets()).decode())


def csfle(table, ambiguous):
    """Confluent's client-side field encryption: Tink's raw AES-GCM or AES-SIV, in base64, or bytes for a bytes field."""
    gcm, siv = AESGCM(os.urandom(32)), AESSIV(os.urandom(64))
    for i in range(120):
        plain, nonce = secrets(), os.urandom(12)
        sealed = nonce + gcm.encrypt(nonce, plain, None)
        if i % 4 == 1:
            sealed = struct.pack(">BI", 0, RNG.randint(1, 30)) + sealed
        table.text("csfle", b64(sealed)) if i % 3 else table.bytes("csfle", sealed)
    for _ in range(20):
        sealed = siv.encrypt(secrets().ljust(17, b"-"), None)
        table.text("csfle", b64(sealed))
    for length in (1, 2, 4, 8, 11):
        ambiguous.text("siv_short", b64(siv.encrypt(RNG.randbytes(length), None)))


def words(n):
    return " ".join(RNG.choice("the customer order was shipped to an address in town and paid by card on delivery "
                               "please call before noon thank you invoice number total amount".split()) for _ in range(n))


def plain_texts(table):
    for _ in range(30):
        table.text("personal", secrets().decode())
    for n in (6, 12, 40):
        table.text("sentence", words(n))
    for value in ["", " ", "a", "-", "n/a", "null", "0", "ENCRYPTED", "****-****-****-1234", "hunter2", "x" * 28, "A" * 64,
                  "abcabcabcabcabcabcabcabcabcabcabcabcabcabcabc123", string.ascii_letters + string.digits,
                  string.ascii_uppercase + string.ascii_lowercase + string.digits + "+/", "0123456789" * 5,
                  "JohnSmithCustomerAccountNumber00427XYZAbcd01", "customerReferenceNumber2024Invoice00017Final1",
                  "ThisIsNotEncryptedButItIsLongEnoughToLookLikeBase64Text1", "Passw0rdPassw0rdPassw0rdPassw0rdPassw0rd1234",
                  "iAmJustALongCamelCaseIdentifierWith1Digit000", "my-long_identifier-with-dashes_and_underscores-Ab1",
                  "https://example.com/path?query=1", "user.name@example.co.uk", "a.b.c.d.e", "one.two.three.four.five",
                  "vCard:BEGIN:VCARD\nFN:John Smith\nEND:VCARD", "<ssn>123-45-6789</ssn>", "{\"ssn\":\"123-45-6789\"}",
                  "{\"ciphertext\":\"123-45-6789\"}", "AKIAIOSFODNN7EXAMPLE", "-----BEGIN PGP MESSAGE-----\n\nhello\n-----END PGP MESSAGE-----",
                  "-----BEGIN AGE ENCRYPTED FILE-----\naGVsbG8=\n-----END AGE ENCRYPTED FILE-----", "age-encryption.org/v1\n"]:
        table.text("plain", value)
    for _ in range(10):
        table.text("identifier", "".join(RNG.choice(FIRST + LAST + ["Order", "Invoice", "Customer", "Ref"]) for _ in range(8))
                   .encode("ascii", "ignore").decode() + str(RNG.randint(1000, 9999)))
    for i in range(10):
        table.text("uuid", str(uuid.UUID(int=RNG.getrandbits(128))) if i % 2 else RNG.randbytes(16).hex())
        table.text("uuid", "urn:uuid:" + str(uuid.UUID(int=RNG.getrandbits(128))))
        table.bytes("uuid", RNG.randbytes(16))


def encoded_texts(table):
    for _ in range(20):
        table.text("base64_text", b64(secrets()))
        table.text("base64_text", b64url(secrets()))
        table.text("base64_text", b64(words(RNG.randint(8, 60)).encode()))
    table.text("base64_text", base64.encodebytes(words(60).encode()).decode())
    others = ["Иванов Иван Иванович, паспорт 4509 123456, Москва", "山田太郎 東京都千代田区丸の内一丁目 電話番号 0312345678",
              "Ελληνικά γράμματα σε κωδικοποίηση", "Größe, Übermaß, Straße, Öl, Ärger, Füße, Äpfel"]
    for text in others:
        for encoding in ("utf-8", "utf-16-le", "utf-16-be", "utf-32", "cp1251", "latin-1", "shift-jis", "cp500", "iso8859-7"):
            data = text.encode(encoding, "ignore")
            if len(data) >= 28:
                table.both("text_" + encoding, data)
    table.both("text_ebcdic", words(12).encode("cp500"))
    for _ in range(10):
        table.text("base64_json", b64(json.dumps({"name": RNG.choice(FIRST), "ssn": RNG.randint(10**8, 10**9)}).encode()))
        table.text("base32_text", base64.b32encode(secrets().ljust(30)).decode().rstrip("="))
        table.text("hex_text", secrets().ljust(30).hex())


def digests(table):
    for name in ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_256", "blake2b", "blake2s"):
        for _ in range(3):
            digest = hashlib.new(name, secrets()).digest()
            table.text("hash_hex", digest.hex())
            table.text("hash_base64", b64(digest))
            table.text("hash_base64", b64url(digest))
            table.bytes("hash_bytes", digest)
    for name in ("sha256", "sha384", "sha512"):
        table.text("hash_named", f"{name}-{b64(hashlib.new(name, b'x').digest())}")
        table.text("hash_named", f"{name}:{hashlib.new(name, b'x').hexdigest()}")
    table.text("hash_named", "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW")
    table.text("hash_named", "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ$RdescudvJCsgt3ub+b3dWRWJTmaaJObG")
    table.text("hash_named", "pbkdf2_sha256$600000$abc$" + b64(RNG.randbytes(32)))
    for _ in range(4):
        table.both("multihash", b"\x12\x20" + RNG.randbytes(32))


def containers(table):
    body = RNG.randbytes(200) + words(40).encode()
    table.both("gzip", gzip.compress(body))
    table.both("zlib", zlib.compress(body))
    table.both("zlib", zlib.compress(body, 9))
    table.both("bzip2", bz2.compress(body))
    table.both("xz", lzma.compress(body))
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("a.txt", body)
    table.both("zip", archive.getvalue())
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    table.both("png", b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0))
               + chunk(b"IDAT", zlib.compress(RNG.randbytes(200))) + chunk(b"IEND", b""))
    for head in ("ffd8ffe000104a46494600010100000100010000", "47494638396108000800", "255044462d312e370a", "28b52ffd2000",
                 "04224d186440a7", "fd377a585a000004", "377abcaf271c0004"):
        table.both("magic", bytes.fromhex(head) + RNG.randbytes(120))
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    der = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    table.both("public_key", der)
    table.text("public_key", key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode())
    table.text("public_key", key.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH).decode())
    table.both("public_key", ed25519.Ed25519PrivateKey.generate().public_key().public_bytes_raw())


def numbers(table):
    for n in (5, 6, 10, 25):
        table.both("doubles", struct.pack(f">{n}d", *(RNG.gauss(0, 100) for _ in range(n))))
        table.both("floats", struct.pack(f"<{2 * n}f", *(RNG.gauss(0, 1) for _ in range(2 * n))))
        table.both("integers", struct.pack(f">{n}q", *(RNG.randint(0, 10**6) for _ in range(n))))
        table.both("times", struct.pack(f">{n}q", *(1_700_000_000_000 + RNG.randint(0, 10**9) for _ in range(n))))
    table.both("packed_decimal", bytes(RNG.randint(0, 9) << 4 | RNG.randint(0, 9) for _ in range(36)))
    table.both("sequence", bytes(range(40)))
    table.both("sequence", bytes(range(0, 240, 5)))
    block = RNG.randbytes(8)
    table.both("repeated", block * 6)
    table.both("repeated", RNG.randbytes(16) * 4)
    table.both("repeated", RNG.randbytes(20) * 4)
    table.both("zeros", bytes(40))
    for _ in range(4):
        name = RNG.choice(FIRST).encode() + b" " + RNG.choice(LAST).encode()
        avro = bytes([2 * len(name)]) + name + b"\x06" + bytes([22]) + b"123-45-6789" + bytes([RNG.randint(1, 127)])
        table.both("avro_record", avro.ljust(28, b"\x02"))
        table.both("framed_record", b"\0\0\0\0\x2a" + avro.ljust(30, b"\x02"))
        table.both("protobuf", b"\x0a" + bytes([len(name)]) + name + b"\x12\x0b123-45-6789\x18" + RNG.randbytes(2))


def tokens(table, pgp_plain):
    claims = b64url(b'{"sub":"1234567890","name":"John Doe"}')
    table.text("jws", f'{b64url(b"""{"alg":"HS256","typ":"JWT"}""")}.{claims}.{b64url(RNG.randbytes(32))}')
    table.text("jws", f'{b64url(b"""{"alg":"RS256"}""")}.{claims}.{b64url(RNG.randbytes(256))}')
    table.text("jws", f'{b64url(b"""{"alg":"none"}""")}.{claims}.')
    head = b64url(b'{"alg":"dir","enc":"A256GCM"}')
    table.text("jwe_of_text", f'{head}..{b64url(RNG.randbytes(12))}.{b64url(words(8).encode())}.{b64url(RNG.randbytes(16))}')
    table.text("jwe_broken", f'{head}..{b64url(RNG.randbytes(11))}.{b64url(RNG.randbytes(40))}.{b64url(RNG.randbytes(16))}')
    table.text("jwe_broken", f'{head}..{b64url(RNG.randbytes(12))}.{b64url(RNG.randbytes(40))}')
    table.text("fernet_broken", base64.urlsafe_b64encode(b"\x80" + bytes(8) + words(30).encode()[:80]).decode())
    for family, text in pgp_plain.items():
        table.text(family, text)
    named = ["ghp_", "sk_live_", "xoxb-", "glpat-"]
    for prefix in named:
        table.text("named_token", prefix + "".join(RNG.choice(string.ascii_letters + string.digits) for _ in range(36)))


def ambiguous_values(table):
    """What nothing in the value can tell from ciphertext: passes, or is refused, by the choice written in docs/rules.md."""
    for length in (29, 30, 33, 36, 40, 72, 256):
        for _ in range(4):
            table.text("random_secret", b64(RNG.randbytes(length)))
    point = ec.generate_private_key(ec.SECP256R1()).public_key()
    for form in (serialization.PublicFormat.CompressedPoint, serialization.PublicFormat.UncompressedPoint):
        table.text("curve_point", b64(point.public_bytes(serialization.Encoding.X962, form)))
    gcm = AESGCM(os.urandom(32))
    for length in (0, 4, 20, 36):
        for _ in range(4):
            nonce = os.urandom(12)
            table.text("gcm_digest_sized", b64(nonce + gcm.encrypt(nonce, RNG.randbytes(length), None)))


def main():
    positives, negatives, ambiguous = Table("positives.tsv"), Table("negatives.tsv"), Table("ambiguous.tsv")
    jwe(positives)
    aws(positives)
    tink(positives)
    pgp_plain = pgp(positives)
    age(positives)
    fernet(positives)
    csfle(positives, ambiguous)
    plain_texts(negatives)
    encoded_texts(negatives)
    digests(negatives)
    containers(negatives)
    numbers(negatives)
    tokens(negatives, pgp_plain)
    ambiguous_values(ambiguous)
    for table in (positives, negatives, ambiguous):
        table.write()


if __name__ == "__main__":
    main()
