package cupel_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"cupel.dev/cupel"
)

// What no error and no explanation may show.
const secret = "hunter2-is-the-secret"

const (
	pluginSchema = `{"type":"object","properties":{"API_KEY":{"type":"string"},` +
		`"TOP_PORTS":{"type":"integer","maximum":999,"default":250}},` +
		`"required":["API_KEY"],"secret":["API_KEY"]}`
	pluginSettings = `{"API_KEY":"` + secret + `","TOP_PORTS":7}`
)

func newKeyring(t testing.TB) *cupel.Keyring {
	t.Helper()
	key, err := cupel.GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	ring, err := cupel.NewKeyring()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ring.Close() })
	if err := ring.AddKey(key); err != nil {
		t.Fatal(err)
	}
	wantCode(t, ring.AddKey(key), cupel.AlreadyExists)
	return ring
}

func compileSchema(t testing.TB) *cupel.Schema {
	t.Helper()
	schema, err := cupel.CompileSchema([]byte(pluginSchema))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { schema.Close() })
	return schema
}

func TestSchema(t *testing.T) {
	schema := compileSchema(t)
	if err := schema.Validate([]byte(pluginSettings)); err != nil {
		t.Error(err)
	}
	wrong := []byte(`{"API_KEY":7,"TOP_PORTS":"` + secret + `"}`)
	failed := wantCode(t, schema.Validate(wrong), cupel.InvalidArgument)
	if strings.Contains(failed.Message, secret) || !strings.Contains(failed.Message, "$.") {
		t.Errorf("%q", failed.Message)
	}
	check, err := schema.Check(wrong)
	if err != nil || check.Valid || check.Count != 2 || len(check.Issues) != 2 || check.Issues[0].Path != "$.API_KEY" {
		t.Errorf("check %+v, error %v", check, err)
	}
	info, err := schema.Info()
	if err != nil || len(info.Properties) != 2 || !info.Properties[0].Secret || string(info.Properties[1].Default) != "250" {
		t.Errorf("info %+v, error %v", info, err)
	}
	_, err = cupel.CompileSchema([]byte(`{"type":"nonsense"}`))
	wantCode(t, err, cupel.InvalidArgument)
	_, err = cupel.CompileSchema(nil)
	wantCode(t, err, cupel.InvalidArgument)
	_, err = schema.Check([]byte("{"))
	wantCode(t, err, cupel.InvalidArgument)
	schema.Close()
	if !errors.Is(schema.Validate(nil), cupel.ErrClosed) {
		t.Error("a closed schema validates")
	}
}

func TestKeyrings(t *testing.T) {
	ring := newKeyring(t)
	info, err := ring.Info()
	if err != nil || len(info.Keys) != 1 || info.Sealing != info.Keys[0] || info.OpenKAT {
		t.Errorf("info %+v, error %v", info, err)
	}
	failed := wantCode(t, ring.AddKey("cupel-key-1:"+secret), cupel.InvalidArgument)
	if strings.Contains(failed.Message, secret) {
		t.Errorf("%q shows a key", failed.Message)
	}
	wantCode(t, ring.SetOpenKAT("x", "y"), cupel.InvalidArgument)
	key, err := cupel.GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("CUPEL_SETTINGS_KEYS", key)
	found, err := cupel.KeyringFromEnvironment(cupel.ProcessVariables())
	if err != nil {
		t.Fatal(err)
	}
	defer found.Close()
	if info, err := found.Info(); err != nil || len(info.Keys) != 1 {
		t.Errorf("info %+v, error %v", info, err)
	}
	empty, err := cupel.KeyringFromEnvironment(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer empty.Close()
	if info, err := empty.Info(); err != nil || len(info.Keys) != 0 || info.Sealing != "" {
		t.Errorf("info %+v, error %v", info, err)
	}
}

func TestSettingsBox(t *testing.T) {
	box := cupel.SettingsBox{Keyring: newKeyring(t)}
	row, err := box.Seal("acme", "dns", []byte(pluginSettings))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(row, secret) {
		t.Errorf("the row shows what it seals: %s", row)
	}
	opened, err := box.Open("acme", "dns", row)
	if err != nil || string(opened) != pluginSettings {
		t.Errorf("opened %s, error %v", opened, err)
	}
	_, err = box.Open("other", "dns", row)
	wantCode(t, err, cupel.DataLoss)
	about, err := cupel.InspectRow(row)
	if err != nil || about.Format != "cupel" || len(about.KeyID) != 16 {
		t.Errorf("the row is %+v, error %v", about, err)
	}
	again, err := box.Reseal("acme", "dns", row)
	if err != nil || again == row {
		t.Errorf("resealed %s, error %v", again, err)
	}
	first, err := box.Fingerprint("dns", []byte(pluginSettings))
	if err != nil {
		t.Fatal(err)
	}
	second, err := box.Fingerprint("dns", []byte(`{"TOP_PORTS":7,"API_KEY":"`+secret+`"}`))
	if err != nil || first != second {
		t.Errorf("fingerprints %s and %s, error %v", first, second, err)
	}
	stranger := cupel.SettingsBox{Keyring: newKeyring(t)}
	_, err = stranger.Open("acme", "dns", row)
	wantCode(t, err, cupel.NotFound)
	var none cupel.SettingsBox
	_, err = none.Seal("acme", "dns", []byte("{}"))
	wantCode(t, err, cupel.InvalidArgument)
	plain := cupel.SettingsBox{Keyring: box.Keyring, Format: cupel.SealIdentity, AllowIdentity: true}
	if row, err = plain.Seal("acme", "dns", []byte(`{"a":1}`)); err != nil {
		t.Fatal(err)
	}
	if _, err := plain.Open("acme", "dns", row); err != nil {
		t.Error(err)
	}
	_, err = box.Open("acme", "dns", row)
	wantCode(t, err, cupel.FailedPrecondition)
	format, err := cupel.SealFormatFromEnvironment([]cupel.Field{{Name: "BOEFJES_ENCRYPTION_MIDDLEWARE", Value: "NACL_SEALBOX"}})
	if err != nil || format != cupel.SealOpenKAT {
		t.Errorf("format %v, error %v", format, err)
	}
	_, err = cupel.SealFormatFromEnvironment(nil)
	wantCode(t, err, cupel.NotFound)
}

func TestMaskSettings(t *testing.T) {
	masked, err := cupel.MaskSettings([]byte(pluginSettings), compileSchema(t))
	if err != nil || string(masked) != `{"API_KEY":"***","TOP_PORTS":7}` {
		t.Errorf("masked %s, error %v", masked, err)
	}
	masked, err = cupel.MaskSettings([]byte(pluginSettings), nil)
	if err != nil || string(masked) != `{"API_KEY":"***","TOP_PORTS":"***"}` {
		t.Errorf("masked %s, error %v", masked, err)
	}
}

func TestEnvironment(t *testing.T) {
	schema := compileSchema(t)
	environment, err := cupel.BuildEnvironment(cupel.EnvironmentOptions{
		Schema: schema, Settings: []byte(`{"API_KEY":"` + secret + `"}`), Plugin: "dns",
		Variables: []cupel.Field{{Name: "BOEFJE_TOP_PORTS", Value: "9"}, {Name: "BOEFJE_PATH", Value: "/bin"}, {Name: "HOME", Value: "/"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer environment.Close()
	entries, err := environment.Entries()
	want := []cupel.EnvironmentEntry{
		{Key: "API_KEY", Origin: cupel.OriginSettings, Secret: true, Size: len(secret)},
		{Key: "TOP_PORTS", Origin: cupel.OriginSystem, Converted: true, Size: 1},
	}
	if err != nil || !reflect.DeepEqual(entries, want) || !environment.UsesSystem() {
		t.Errorf("entries %+v, error %v", entries, err)
	}
	if value, err := environment.Value(0); err != nil || string(value) != secret {
		t.Errorf("value %q, error %v", value, err)
	}
	for _, index := range []int{2, -1} {
		_, err := environment.Value(index)
		wantCode(t, err, cupel.OutOfRange)
	}
	environ, err := environment.Environ()
	if err != nil || !reflect.DeepEqual(environ, []string{"API_KEY=" + secret, "TOP_PORTS=9"}) {
		t.Errorf("environ %q, error %v", environ, err)
	}
	explanation, err := environment.Explain()
	if err != nil || len(explanation.Entries) != 2 || explanation.Entries[1].Origin != "system" ||
		len(explanation.Refused) != 1 || explanation.Refused[0].Key != "PATH" || explanation.Refused[0].Reason != "not_named" {
		t.Errorf("explanation %+v, error %v", explanation, err)
	}
	if masked, err := environment.ValuesJSON(false); err != nil || strings.Contains(string(masked), secret) {
		t.Errorf("values %s, error %v", masked, err)
	}
	var values map[string]string
	revealed, err := environment.ValuesJSON(true)
	if err != nil || json.Unmarshal(revealed, &values) != nil || values["API_KEY"] != secret {
		t.Errorf("values %s, error %v", revealed, err)
	}
	if print, err := environment.Fingerprint(newKeyring(t)); err != nil || len(print) != 64 {
		t.Errorf("fingerprint %q, error %v", print, err)
	}
	_, err = environment.Fingerprint(nil)
	wantCode(t, err, cupel.InvalidArgument)
	_, err = cupel.BuildEnvironment(cupel.EnvironmentOptions{Schema: schema, Plugin: "dns"})
	if failed := wantCode(t, err, cupel.InvalidArgument); !strings.Contains(failed.Message, "API_KEY") {
		t.Errorf("%q does not name the key", failed.Message)
	}
	_, err = cupel.BuildEnvironment(cupel.EnvironmentOptions{Schema: schema, SchemaJSON: []byte(pluginSchema)})
	wantCode(t, err, cupel.InvalidArgument)
	keyed, err := cupel.BuildEnvironment(cupel.EnvironmentOptions{
		SchemaJSON: []byte(pluginSchema), Settings: []byte(`{"API_KEY":"x"}`), Defaults: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer keyed.Close()
	if entries, err := keyed.Entries(); err != nil || len(entries) != 2 || entries[1].Origin.String() != "default" {
		t.Errorf("entries %+v, error %v", entries, err)
	}
	keyed.Close()
	if _, err := keyed.Environ(); !errors.Is(err, cupel.ErrClosed) || keyed.UsesSystem() {
		t.Errorf("a closed environment gives %v", err)
	}
}
