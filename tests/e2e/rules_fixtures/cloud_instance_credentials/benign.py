# Must trip nothing, close as it is to cloud_instance_credentials.
import requests
# Only the name of the region is asked for.
url = "http://169.254.169.254/latest/meta-data/placement/region"
region = requests.get(url).text
