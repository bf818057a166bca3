# Trips windows_startup_folder.
raise SystemExit("a fixture: never run")
target = r"Microsoft\Windows\Start Menu\Programs\Startup\placeholder.bat"
shutil.copy("placeholder.bat", target)
