# Trips cloud_instance_credentials.
raise SystemExit("a fixture: never run")
url = "http://169.254.169.254/latest/meta-data/iam/security-credentials/"
requests.get(url)
