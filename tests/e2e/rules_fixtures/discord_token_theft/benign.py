# Must trip nothing, close as it is to discord_token_theft.
import discord
client = discord.Client(intents=discord.Intents.default())
