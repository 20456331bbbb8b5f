"""The compiled tagger: what ``Tagger`` does, for large batches, at the speed of memory.

The rest of the package is the definition of right; this does the same on arrays in compiled loops (numba, extra ``fast``).
A text is a stretch of an array of code points, so an offset here is an offset in the text. A batch goes through

    splitting   code points -> sentences
    reading     a sentence  -> units
    finding     units       -> the keys found in them
    ruling      what was found -> keywords that count
    judging     what counts -> scores -> labels with their evidence
    tagging     all of that, sentence after sentence
    lines       answers     -> lines of JSON
    engine      the door: lists of strings in, answers or lines out

with ``characters`` and ``tables`` (plain NumPy, from ``building`` and ``key_table``) holding what the loops look things up
in, ``wide`` reading and writing many characters at a time and ``utf8`` a single one, and ``compiling`` saying how loops are
compiled and where that is kept.
"""
