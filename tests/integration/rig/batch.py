"""Record batches (magic 2) made by hand, so that a test says every byte that it sends."""

import dataclasses
import struct
import time
import zlib

from rig.crc32c import crc32c

CODECS = {"none": 0, "gzip": 1, "snappy": 2, "lz4": 3, "zstd": 4}


def zigzag(value: int) -> bytes:
    return uvarint((value << 1) ^ (value >> 63))


def uvarint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


@dataclasses.dataclass
class Record:
    value: bytes | None = b""
    key: bytes | None = None
    headers: list = dataclasses.field(default_factory=list)  # (name, bytes or None)


def _bytes(data) -> bytes:
    return zigzag(-1) if data is None else zigzag(len(data)) + data


def _record(record: Record, index: int) -> bytes:
    body = b"\0" + zigzag(0) + zigzag(index) + _bytes(record.key) + _bytes(record.value) + zigzag(len(record.headers))
    for name, value in record.headers:
        body += _bytes(name.encode()) + _bytes(value)
    return zigzag(len(body)) + body


def gzip(data: bytes, members: int = 1) -> bytes:
    """One gzip stream; with `members` > 1 several, one after the other, which RFC 1952 (2.2) allows."""
    step = -(-len(data) // members)
    out = b""
    for at in range(0, len(data), step):
        packer = zlib.compressobj(wbits=31)
        out += packer.compress(data[at:at + step]) + packer.flush()
    return out


def xerial_snappy(data: bytes, block: int = 32 * 1024) -> bytes:
    """The form of snappy-java's SnappyOutputStream, which Kafka's Java clients send."""
    import snappy
    out = b"\x82SNAPPY\0" + struct.pack(">ii", 1, 1)
    for at in range(0, len(data), block):
        packed = snappy.compress(data[at:at + block])
        out += struct.pack(">i", len(packed)) + packed
    return out


def compress(codec: str, data: bytes) -> bytes:
    if codec == "none":
        return data
    if codec == "gzip":
        return gzip(data)
    if codec == "gzip-members":
        return gzip(data, members=3)
    if codec == "snappy":
        return xerial_snappy(data)
    if codec == "snappy-raw":
        import snappy
        return snappy.compress(data)
    if codec == "lz4":
        import lz4.frame
        return lz4.frame.compress(data, block_linked=False, store_size=False)
    if codec == "zstd":
        import zstandard
        return zstandard.ZstdCompressor().compress(data)
    raise ValueError(codec)


def batch(records, codec="none", producer_id=-1, epoch=-1, sequence=-1, attributes=0, timestamp_ms=None,
          corrupt_crc=False) -> bytes:
    """`codec`: one of CODECS, or another form of it: snappy-raw, gzip-members."""
    records = [r if isinstance(r, Record) else Record(r) for r in records]
    now = int(time.time() * 1000) if timestamp_ms is None else timestamp_ms
    body = compress(codec, b"".join(_record(r, i) for i, r in enumerate(records)))
    covered = struct.pack(">hiqqqhii", attributes | CODECS[codec.split("-")[0]], len(records) - 1, now, now,
                          producer_id, epoch, sequence, len(records)) + body
    crc = crc32c(covered) ^ (1 if corrupt_crc else 0)
    return struct.pack(">qiibI", 0, 9 + len(covered), -1, 2, crc) + covered


def batches(stored: bytes):
    """The whole batches of a Fetch answer."""
    at = 0
    while at + 12 <= len(stored):
        end = at + 12 + struct.unpack_from(">i", stored, at + 8)[0]
        if end > len(stored):
            return
        yield stored[at:end]
        at = end


def from_attributes(one: bytes) -> bytes:
    """What the broker must leave alone: base offset, length, leader epoch, magic and CRC stand before it."""
    return one[21:]


def crc_of(one: bytes) -> int:
    return struct.unpack_from(">I", one, 17)[0]


def record_count(one: bytes) -> int:
    return struct.unpack_from(">i", one, 57)[0]
