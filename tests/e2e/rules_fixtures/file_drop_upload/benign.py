# Must trip nothing, close as it is to file_drop_upload.
# See https://pastebin.com/u/placeholder for an example of the output.
import fileio
