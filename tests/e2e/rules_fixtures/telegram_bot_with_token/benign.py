# Must trip nothing, close as it is to telegram_bot_with_token.
def address(token, method):
    return f"https://api.telegram.org/bot{token}/{method}"
