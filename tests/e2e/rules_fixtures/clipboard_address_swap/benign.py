# Must trip nothing, close as it is to clipboard_address_swap.
import pyperclip
pyperclip.copy(pyperclip.paste().strip())
