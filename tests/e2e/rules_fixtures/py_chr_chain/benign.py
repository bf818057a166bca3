# Must trip nothing, close as it is to py_chr_chain.
NEWLINE = chr(13) + chr(10)
LETTERS = list(map(chr, range(97, 123)))
