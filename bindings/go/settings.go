package cupel

// #include "shim.h"
import "C"

// SealFormat says how the settings of a plugin are stored.
type SealFormat int32

// The formats of stored settings.
const (
	// SealCupel is a sealed box with key id, bound to organisation and plugin.
	SealCupel SealFormat = C.CUPEL_SEAL_CUPEL
	// SealOpenKAT is OpenKAT's NaCl sealed box, bit for bit.
	SealOpenKAT SealFormat = C.CUPEL_SEAL_OPENKAT_NACL_SEALBOX
	// SealIdentity is plain JSON.
	SealIdentity SealFormat = C.CUPEL_SEAL_OPENKAT_IDENTITY
)

// SealFormatFromEnvironment is what BOEFJES_ENCRYPTION_MIDDLEWARE says, which is
// how OpenKAT seals. NotFound if it is not set. ProcessVariables gives the
// variables of this process.
func SealFormatFromEnvironment(variables []Field) (SealFormat, error) {
	var memory arena
	defer memory.release()
	list, count := memory.fields(variables)
	var format C.cupel_seal_format
	var cerr *C.cupel_error
	C.cupel_seal_format_from_environment(list, count, 0, &format, &cerr)
	return SealFormat(format), takeError(cerr)
}

// SettingsBox seals the settings of plugins for storage, and opens them. Opened
// settings are secrets in Go memory: overwrite them when they were used.
type SettingsBox struct {
	Keyring *Keyring
	// Format is that of new rows.
	Format SealFormat
	// AllowIdentity lets rows of plain JSON be read too.
	AllowIdentity bool
}

func (b *SettingsBox) flags() C.uint32_t {
	return cFlag(b.AllowIdentity, C.CUPEL_SETTINGS_ALLOW_IDENTITY)
}

// Seal makes settings, a JSON object of at most 1 MiB, the text of a row.
// FailedPrecondition if the ring has no key for the format.
func (b *SettingsBox) Seal(organisation, plugin string, settings []byte) (string, error) {
	row, err := b.Keyring.buffer(func(p *C.cupel_keyring, out outBuffer, err outError) {
		C.cupel_settings_seal(p, viewString(organisation), viewString(plugin), viewBytes(settings),
			C.cupel_seal_format(b.Format), out, err)
	})
	return string(row), err
}

// Open gives the settings of a row, whose format is seen by its text. NotFound
// names the id of a key that is not in the ring; DataLoss means that the row was
// changed, or is of another organisation or plugin.
func (b *SettingsBox) Open(organisation, plugin, row string) ([]byte, error) {
	return b.Keyring.buffer(func(p *C.cupel_keyring, out outBuffer, err outError) {
		C.cupel_settings_open(p, viewString(organisation), viewString(plugin), viewString(row), b.flags(), out, err)
	})
}

// Reseal makes a row anew, in the box's format and with the sealing key of
// today.
func (b *SettingsBox) Reseal(organisation, plugin, row string) (string, error) {
	again, err := b.Keyring.buffer(func(p *C.cupel_keyring, out outBuffer, err outError) {
		C.cupel_settings_reseal(p, viewString(organisation), viewString(plugin), viewString(row),
			C.cupel_seal_format(b.Format), b.flags(), out, err)
	})
	return string(again), err
}

// Fingerprint is "<key id>:<64 hexadecimal digits>": equal for equal settings of
// one plugin, whatever the order of their keys, telling nothing without the
// ring's sealing key. FailedPrecondition if it has none.
func (b *SettingsBox) Fingerprint(plugin string, settings []byte) (string, error) {
	print, err := b.Keyring.buffer(func(p *C.cupel_keyring, out outBuffer, err outError) {
		C.cupel_settings_fingerprint(p, viewString(plugin), viewBytes(settings), out, err)
	})
	return string(print), err
}

// SealedRow is what can be told of a row without opening it.
type SealedRow struct {
	Format string `json:"format"` // "cupel", …
	KeyID  string `json:"key_id"` // empty for other formats
}

// InspectRow tells what can be told of a row without opening it.
func InspectRow(row string) (SealedRow, error) {
	return decode[SealedRow](bufferOf(func(out outBuffer, err outError) {
		C.cupel_settings_inspect(viewString(row), out, err)
	}))
}

// MaskSettings gives settings with "***" for every value that the schema calls
// secret; for all of them if it is nil.
func MaskSettings(settings []byte, schema *Schema) ([]byte, error) {
	var from *handle[*C.cupel_schema]
	if schema != nil {
		from = &schema.handle
	}
	c, release, err := borrowFrom(from)
	if err != nil {
		return nil, err
	}
	defer release()
	return bufferOf(func(out outBuffer, err outError) {
		C.cupel_settings_mask(viewBytes(settings), c, out, err)
	})
}
