// Keyboards, screens and cameras that are read and sent away.

rule keylogger : critical surveillance {
  meta:
    description = "Listens to every key and keeps or sends what it hears"
    author = "Cupel"
    weight = 16
    filetype = ".py .pyw .js .mjs .cjs .ts"
  strings:
    $pynput = /\bkeyboard\.Listener\(\s{0,2}on_(press|release)\b/
    $keyboard = /\bkeyboard\.(on_press|on_release|hook)\(/
    $js = /\b(GlobalKeyboardListener|iohook|uiohook-napi|node-global-key-listener)\b/
    $log = /\bopen\(.{1,80}['"]a\+?['"]/
    $py_send = /\b(requests\.post|urlopen|sendmail|SMTP)\(/
    $js_send = /\b(https?\.request|fetch|axios\.post|appendFileSync)\(/
  condition:
    any of ($pynput, $keyboard, $js) and any of ($log, $py_send, $js_send)
}

rule screen_captured_and_sent : high surveillance {
  meta:
    description = "Takes pictures of the screen and sends them"
    author = "Cupel"
    weight = 14
    filetype = ".py .pyw .js .mjs .cjs .ts"
  strings:
    $py = /\b(ImageGrab\.grab|pyautogui\.screenshot|mss\.mss)\(/
    $js = /\b(desktopCapturer\.getSources\(|require\(\s?['"]screenshot-desktop['"])/
    $py_send = /\b(requests\.post|urlopen|httpx\.post|sendmail)\(/
    $js_send = /\b(https?\.request|fetch|axios\.post)\(/
  condition:
    ($py and $py_send) or ($js and $js_send)
}

rule camera_captured_and_sent : high surveillance {
  meta:
    description = "Takes a picture with the camera and sends it"
    author = "Cupel"
    weight = 14
    filetype = ".py .pyw"
  strings:
    $open = /\bVideoCapture\(\s?0\s?[,)]/
    $write = /\b(cv2\.imwrite|imencode)\(/
    $send = /\b(requests\.post|httpx\.post|sendmail)\(/
  condition:
    all of them
}
