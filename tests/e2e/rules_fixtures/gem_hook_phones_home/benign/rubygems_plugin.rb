# Must trip nothing, close as it is to gem_hook_phones_home.
Gem.post_install do |installer|
  puts "thanks for installing #{installer.spec.name}"
end
