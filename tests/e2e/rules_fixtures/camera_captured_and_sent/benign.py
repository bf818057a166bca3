# Must trip nothing, close as it is to camera_captured_and_sent.
import cv2
camera = cv2.VideoCapture(0)
cv2.imshow("preview", camera.read()[1])
