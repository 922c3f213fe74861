"""Eight bytes at once: loads and tests for reading text by machine words, for which NumPy's indexing has no means.

The first byte is the lowest: the processors that numba compiles for are little-endian.
"""

from collections.abc import Callable
from typing import Any, cast

import numpy as np
import numpy.typing as npt
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from .compiled import inlined

Bytes = npt.NDArray[np.uint8]
Load = Callable[[Bytes, int], np.uint64]

ONES, HIGHS = np.uint64(0x0101010101010101), np.uint64(0x8080808080808080)
QUOTES, SLASHES = np.uint64(0x2222222222222222), np.uint64(0x5C5C5C5C5C5C5C5C)
WIDE = 32  # bytes of a vector; where a processor has less, LLVM makes two of it
NONE, ALL = np.uint64(0), np.uint64(0xFFFFFFFF)
SPACES = np.uint64(0x2020202020202020)
# The start and prime of FNV-1a with 64 bits (Fowler, Noll and Vo).
HASH_START, HASH_PRIME = np.uint64(14695981039346656037), np.uint64(1099511628211)


def _word(typing: Any, data: Any, at: Any) -> Any:
    """Generate an unaligned load of eight bytes; the caller has seen that they are there."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        place = builder.gep(array.data, [arguments[1]])
        loaded = builder.load(builder.bitcast(place, context.get_value_type(types.uint64).as_pointer()))
        loaded.align = 1
        return loaded

    return types.uint64(data, types.intp), generate


def _fetch(typing: Any, column: Any, at: Any) -> Any:
    """Generate a hint that a place of a column is read soon."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        place = builder.gep(array.data, [arguments[1]])
        byte = context.get_value_type(types.uint8).as_pointer()
        number = context.get_value_type(types.int32)
        kind = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
        hint = builder.module.declare_intrinsic("llvm.prefetch", [byte], kind)
        builder.call(hint, [builder.bitcast(place, byte), number(0), number(3), number(1)])
        return context.get_dummy_value()

    return types.void(column, types.intp), generate


def _vector(context: Any, builder: Any, array_type: Any, array: Any, at: Any) -> Any:
    """Generate an unaligned load of `WIDE` bytes; the caller has seen that they are there."""
    made = context.make_array(array_type)(context, builder, array)
    place = builder.bitcast(builder.gep(made.data, [at]), ir.VectorType(ir.IntType(8), WIDE).as_pointer())
    return builder.load(place, align=1)


def _every(byte: int) -> Any:
    return ir.Constant(ir.VectorType(ir.IntType(8), WIDE), [byte] * WIDE)


def _stops(typing: Any, data: Any, at: Any) -> Any:
    """Generate a bit for each of `WIDE` bytes: whether it is a quote, a backslash or a control character."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        read = _vector(context, builder, signature.args[0], *arguments)
        quote, slash = (builder.icmp_unsigned("==", read, _every(byte)) for byte in (34, 92))
        found = builder.or_(builder.or_(quote, slash), builder.icmp_unsigned("<", read, _every(32)))
        return builder.zext(builder.bitcast(found, ir.IntType(WIDE)), ir.IntType(64))

    return types.uint64(data, types.intp), generate


def _apart(typing: Any, data: Any, at: Any, other: Any, begin: Any) -> Any:
    """Generate a bit for each of `WIDE` bytes of two texts: whether they differ."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        one = _vector(context, builder, signature.args[0], *arguments[:2])
        two = _vector(context, builder, signature.args[2], *arguments[2:])
        found = builder.bitcast(builder.icmp_unsigned("!=", one, two), ir.IntType(WIDE))
        return builder.zext(found, ir.IntType(64))

    return types.uint64(data, types.intp, other, types.intp), generate


INSTANT = b"0000-00-00T00:00:00.000000Z"  # as the record writes it, 0 for any digit


def _instant(typing: Any, data: Any, at: Any) -> Any:
    """Generate a test of the bytes of an instant: digits where digits stand, the others as they are."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        read = _vector(context, builder, signature.args[0], *arguments)
        least = ir.Constant(read.type, [*INSTANT, *[0] * (WIDE - len(INSTANT))])
        spread = ir.Constant(read.type, [9 if byte == 48 else 0 for byte in INSTANT] + [255] * (WIDE - len(INSTANT)))
        beyond = builder.icmp_unsigned(">", builder.sub(read, least), spread)
        return builder.icmp_unsigned("==", builder.bitcast(beyond, ir.IntType(WIDE)), ir.IntType(WIDE)(0))

    return types.boolean(data, types.intp), generate


def _zeros(typing: Any, word: Any) -> Any:
    """Generate the count of trailing zero bits."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], context.get_constant(types.boolean, False))

    return types.int64(types.uint64), generate


stops_at = cast(Callable[[Bytes, int], np.uint64], intrinsic(_stops))
is_instant = cast(Callable[[Bytes, int], bool], intrinsic(_instant))
apart_at = cast(Callable[[Bytes, int, Bytes, int], np.uint64], intrinsic(_apart))
word_at = cast(Load, intrinsic(_word))
fetch = cast(Callable[[npt.NDArray[Any], int], None], intrinsic(_fetch))
trailing_zeros = cast(Callable[[np.uint64], int], intrinsic(_zeros))


@inlined
def text_end(data: Bytes, at: int, end: int) -> int:
    """Return the place of the quote that ends a text begun before `at`; -1 at an escape or where there is none."""
    while at + WIDE <= len(data) and at < end:
        found = stops_at(data, at)
        if found != NONE:
            at += trailing_zeros(found)
            return at if at < end and data[at] == 34 else -1
        at += WIDE
    while at + 8 <= end:
        word = word_at(data, at)
        quote, slash = word ^ QUOTES, word ^ SLASHES
        found = ((quote - ONES) & ~quote) | ((slash - ONES) & ~slash) | ((word - SPACES) & ~word)
        found &= HIGHS
        if found != np.uint64(0):
            at += trailing_zeros(found) >> 3
            return at if data[at] == 34 else -1
        at += 8
    while at < end:
        if data[at] == 34:
            return at
        if data[at] == 92 or data[at] < 32:
            return -1
        at += 1
    return -1


@inlined
def hash_of(data: Bytes, start: int, end: int) -> np.uint64:
    """Return a hash of some bytes: eight at a time multiplied in, as FNV does one at a time, and the halves mixed."""
    value = HASH_START ^ np.uint64(end - start)
    at = start
    while at + 8 <= end:
        value = (value ^ word_at(data, at)) * HASH_PRIME
        value ^= value >> np.uint64(29)
        at += 8
    if at < end:
        value = (value ^ rest_at(data, at, end)) * HASH_PRIME
    return value ^ (value >> np.uint64(32))


@inlined
def rest_at(data: Bytes, at: int, end: int) -> np.uint64:
    """Return the fewer than eight bytes from `at` to `end` as a word, zeros above them."""
    if at + 8 <= len(data):
        return word_at(data, at) & ((np.uint64(1) << np.uint64(8 * (end - at))) - np.uint64(1))
    word = np.uint64(0)
    for place in range(end - 1, at - 1, -1):
        word = (word << np.uint64(8)) | np.uint64(data[place])
    return word


@inlined
def starts_alike(data: Bytes, at: int, other: Bytes, begin: int, size: int) -> bool:
    """Say whether so many bytes are the same; of the other text, `WIDE` more can be read."""
    done = 0
    while done < size and at + done + WIDE <= len(data):
        apart, left = apart_at(data, at + done, other, begin + done), size - done
        if left < WIDE:
            return bool(apart & (ALL >> np.uint64(WIDE - left)) == NONE)
        if apart != NONE:
            return False
        done += WIDE
    return done >= size or same_bytes(data, at + done, other, begin + done, size - done)


@inlined
def same_bytes(data: Bytes, start: int, other: Bytes, begin: int, size: int) -> bool:
    """Say whether so many bytes are the same."""
    at = 0
    while at + 8 <= size:
        if word_at(data, start + at) != word_at(other, begin + at):
            return False
        at += 8
    if at < size:
        return bool(rest_at(data, start + at, start + size) == rest_at(other, begin + at, begin + size))
    return True
