# Must trip nothing, close as it is to telegram_host_report.
def send(token, text):
    url = f"https://api.telegram.org/bot{token}/sendMessage"
    return session.post(url, json={"text": text})
