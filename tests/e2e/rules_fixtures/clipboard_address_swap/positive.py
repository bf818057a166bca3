# Trips clipboard_address_swap.
raise SystemExit("a fixture: never run")
pattern = "(bc1|[13])[a-zA-HJ-NP-Z0-9]{25,39}"
if re.match(pattern, pyperclip.paste()):
    pyperclip.copy("placeholder")
