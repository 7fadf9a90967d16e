"""Writes the powers of ten from 10^-292 to 10^324, each as 128 bits, rounded up."""
import sys
from fractions import Fraction

with open(sys.argv[1], 'w') as out:
    for k in range(-292, 325):
        power = Fraction(10) ** k
        exponent = (k * 1741647) >> 19  # the largest with 2^exponent <= 10^k
        bits = -(-power * Fraction(2) ** (127 - exponent) // 1)
        out.write('{ 0x%016x, 0x%016x },\n' % (bits >> 64, bits & (2 ** 64 - 1)))
