# Must trip nothing, close as it is to home_archived_and_sent.
import requests, shutil
shutil.make_archive("report", "zip", "build/report")
requests.post("https://example.invalid/", files={"report": open("report.zip", "rb")})
