# Trips gem_hook_phones_home.
abort 'a fixture: never run'
Gem.post_install do |installer|
  Net::HTTP.get('example.invalid', '/placeholder')
end
