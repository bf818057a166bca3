# Must trip nothing, close as it is to paste_site_stage.
# The table comes from https://pastebin.com/raw/PLACEHOLDER
TABLE = [1, 2, 3]
