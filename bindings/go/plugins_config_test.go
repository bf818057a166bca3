package cupel_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cupel.dev/cupel"
)

func TestConfigurationOfPlugins(t *testing.T) {
	plugins := newPlugins(t)
	config := writeFile(t, "stoq.cfg", "[core]\nmax_recursion = 3\n[xor]\nkye = 1\n")
	if err := plugins.LoadConfig(config); err != nil {
		t.Fatal(err)
	}
	core, err := plugins.Config()
	if err != nil || string(core["max_recursion"].Value) != "3" || !strings.HasSuffix(core["max_recursion"].Place, ":2") {
		t.Errorf("config %+v, error %v", core, err)
	}
	warnings, err := plugins.Warnings()
	if err != nil || len(warnings) == 0 || !strings.Contains(warnings[0], "kye") {
		t.Errorf("warnings %q, error %v", warnings, err)
	}
	if err := plugins.SetOption("decoder:xor", "max_tlp", "green", cupel.OptionCall); err != nil {
		t.Fatal(err)
	}
	if info, err := plugins.Show("decoder:xor", true); err != nil || info.MaxTLP != "green" {
		t.Errorf("plugin %+v, error %v", info, err)
	}
	wantCode(t, plugins.SetOptionText("nonsense"), cupel.InvalidArgument)
	wantCode(t, plugins.SetOption("x", "y", func() {}, cupel.OptionCall), cupel.InvalidArgument)
	wantCode(t, plugins.LoadConfig(filepath.Join(t.TempDir(), "none")), cupel.NotFound)
	wantCode(t, plugins.AddPath(filepath.Join(t.TempDir(), "none")), cupel.NotFound)
}

func TestInstallPlugin(t *testing.T) {
	destination := filepath.Join(t.TempDir(), "plugins")
	folder := filepath.Join(t.TempDir(), "rot")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	manifest := `{"name": "rot", "version": "1.0", "category": "decoder", "module": "rot.py"}`
	for name, text := range map[string]string{"plugin.json": manifest, "rot.py": "pass\n"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	installed, err := cupel.InstallPlugin(folder, destination, false)
	if err != nil {
		t.Fatal(err)
	}
	if installed.Files != 2 || len(installed.Plugins) != 1 || installed.Plugins[0] != "decoder:rot" || installed.Replaced {
		t.Errorf("installed %+v", installed)
	}
	_, err = cupel.InstallPlugin(folder, destination, false)
	wantCode(t, err, cupel.AlreadyExists)
	if again, err := cupel.InstallPlugin(folder, destination, true); err != nil || !again.Replaced {
		t.Errorf("installed %+v, error %v", again, err)
	}
}
