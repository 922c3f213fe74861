"""Ed25519 by hand (RFC 8032 section 5.1), only to make signatures that no honest signer makes. Never use it to sign."""

import hashlib

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
Point = tuple[int, int]
IDENTITY: Point = (0, 1)


def add(one: Point, two: Point) -> Point:
    """Add two points by the affine law, which is complete on this curve."""
    (x1, y1), (x2, y2) = one, two
    product = D * x1 * x2 * y1 * y2 % P
    x = (x1 * y2 + x2 * y1) * pow(1 + product, -1, P) % P
    return x, (y1 * y2 + x1 * x2) * pow(1 - product, -1, P) % P


def times(factor: int, point: Point) -> Point:
    """Multiply a point by doubling and adding."""
    total = IDENTITY
    while factor:
        if factor & 1:
            total = add(total, point)
        point, factor = add(point, point), factor >> 1
    return total


def recover(y: int, sign: int) -> Point:
    """Return the point with this y and this sign of x."""
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - square) % P:
        raise ValueError("no such point")
    return (P - x if x & 1 != sign else x), y


BASE = recover(4 * pow(5, -1, P) % P, 0)


def torsion() -> Point:
    """Return a point of order 8: L times some point whose torsion part is whole."""
    y = 2
    while True:
        try:
            point = times(L, recover(y, 0))
        except ValueError:
            point = IDENTITY
        if times(4, point) != IDENTITY:
            return point
        y += 1


def encode(point: Point) -> bytes:
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


def challenge(r: bytes, public: bytes, message: bytes) -> int:
    return int.from_bytes(hashlib.sha512(r + public + message).digest(), "little") % L


def secret(seed: bytes) -> int:
    """Return the secret scalar of a seed (RFC 8032 section 5.1.5)."""
    number = int.from_bytes(hashlib.sha512(seed).digest()[:32], "little")
    return number & ~7 & (2**254 - 1) | 2**254


def sign(scalar: int, public: bytes, message: bytes, nonce: int, twist: Point = IDENTITY) -> bytes:
    """Sign; `twist`, of small order, is added to R, so that only a check with the cofactor accepts."""
    r = encode(add(times(nonce, BASE), twist))
    s = (nonce + challenge(r, public, message) * scalar) % L
    return r + s.to_bytes(32, "little")
