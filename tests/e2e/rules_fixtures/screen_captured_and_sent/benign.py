# Must trip nothing, close as it is to screen_captured_and_sent.
from PIL import ImageGrab
ImageGrab.grab().save("screenshot.png")
