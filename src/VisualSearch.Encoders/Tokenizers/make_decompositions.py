"""Writes Decompositions.Table.cs: Unicode's canonical decompositions without their nonspacing marks (category Mn).

    python3 make_decompositions.py > Decompositions.Table.cs

The product runs without ICU, so .NET's own Normalize does nothing. Hangul syllables are left out: they follow a formula.
Letters whose decomposition is one code point stand in runs of neighbours; a space is a neighbour without a decomposition.
"""
import sys
import unicodedata

GAP = 4         # as many neighbours without a decomposition cost less than a new run
WIDTH = 96      # characters of a string in one line


def base(c):
    return ''.join(part for part in unicodedata.normalize('NFD', c) if unicodedata.category(part) != 'Mn')


def is_hangul(code):
    return 0xAC00 <= code <= 0xD7A3


def literal(text):
    return '"' + ''.join('\\' + c if c in '"\\' else c for c in text) + '"'


def runs(single):
    codes = sorted(single)
    first = last = codes[0]
    for code in [*codes[1:], None]:
        if code is None or code - last > GAP:
            yield first, ''.join(single.get(i, ' ') for i in range(first, last + 1))
            first = code
        last = code


def main():
    single, several = {}, {}
    for code in range(0x80, sys.maxunicode + 1):
        if 0xD800 <= code <= 0xDFFF or is_hangul(code) or unicodedata.category(chr(code)) in ('Mn', 'Cn'):
            continue
        found = base(chr(code))
        if found != chr(code):
            (single if len(found) == 1 else several)[code] = found
    assert ' ' not in single.values() and all(several.values())
    print(f'// Written by make_decompositions.py from Unicode {unicodedata.unidata_version}: {len(single) + len(several):,} letters. Do not edit.')
    print('namespace VisualSearch.Encoders.Tokenizers;\n')
    print('internal static partial class Decompositions\n{')
    print('    private static (int First, string Bases)[] Runs =>\n    [')
    for first, bases in runs(single):
        pieces = [bases[i:i + WIDTH] for i in range(0, len(bases), WIDTH)]
        print(f'        (0x{first:04X}, ' + '\n            + '.join(literal(p) for p in pieces) + '),')
    print('    ];\n')
    print('    private static (int Letter, string Parts)[] Several =>\n    [')
    line = '       '
    for code, parts in sorted(several.items()):
        entry = f' (0x{code:04X}, "' + ''.join(f'\\u{ord(p):04X}' if ord(p) < 0x10000 else f'\\U{ord(p):08X}' for p in parts) + '"),'
        if len(line) + len(entry) > 130:
            print(line)
            line = '       '
        line += entry
    print(line)
    print('    ];\n}')


if __name__ == '__main__':
    main()
