# Must trip nothing, close as it is to telegram_session_theft.
import shutil
# Backs up the settings of our own bot.
shutil.make_archive("backup", "zip", "telegram-bot/settings")
