# Trips camera_captured_and_sent.
raise SystemExit("a fixture: never run")
camera = cv2.VideoCapture(0)
cv2.imwrite("placeholder.png", camera.read()[1])
requests.post("http://example.invalid/", data={})
