# Must trip nothing, close as it is to gem_extension_downloads.
require 'mkmf'
abort 'zlib is missing' unless have_library('z')
system('make -v')
create_makefile('fixture')
