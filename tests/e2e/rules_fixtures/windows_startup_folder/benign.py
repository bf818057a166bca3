# Must trip nothing, close as it is to windows_startup_folder.
import shutil
# A shortcut in the menu, where the user asked for it.
shutil.copy("fixture.lnk", r"Microsoft\Windows\Start Menu\Programs\Fixture")
