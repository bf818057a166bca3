# Must trip nothing, close as it is to keylogger.
from pynput import keyboard
keyboard.GlobalHotKeys({"<ctrl>+h": show_help}).start()
