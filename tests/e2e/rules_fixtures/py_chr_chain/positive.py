# Trips py_chr_chain.
raise SystemExit("a fixture: never run")
word = chr(112) + chr(108) + chr(97) + chr(99) + chr(101) + chr(104) + chr(111) + chr(108) + chr(100) + chr(101) + chr(114)
