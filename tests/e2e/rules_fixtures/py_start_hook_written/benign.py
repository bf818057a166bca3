# Must trip nothing, close as it is to py_start_hook_written.
import site
for folder in site.getsitepackages():
    print("would be looked for in", folder)
