# Trips gem_extension_downloads.
abort 'a fixture: never run'
require 'mkmf'
system("curl -O http://example.invalid/placeholder")
create_makefile('fixture')
