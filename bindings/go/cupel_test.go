package cupel_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"cupel.dev/cupel"
)

// Rules of which the first matches what has "needle" in it.
const testRules = `
rule needle : demo first {
  meta:
    weight = 5
    author = "acme"
  strings:
    $n = "needle"
  condition:
    $n
}
rule zip_file { condition: uint32(0) == 0x04034b50 }
`

func compile(t testing.TB, options ...cupel.CompileOption) *cupel.Ruleset {
	t.Helper()
	if len(options) == 0 {
		options = []cupel.CompileOption{cupel.RuleText("test", testRules)}
	}
	rules, err := cupel.Compile(options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { rules.Close() })
	return rules
}

func newScanner(t testing.TB, options cupel.ScannerOptions) *cupel.Scanner {
	t.Helper()
	scanner, err := cupel.NewScanner(compile(t), options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { scanner.Close() })
	return scanner
}

func scanBytes(t testing.TB, scanner *cupel.Scanner, name, text string) *cupel.Report {
	t.Helper()
	report, err := scanner.ScanBytes(context.Background(), name, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { report.Close() })
	return report
}

func findings(t testing.TB, report *cupel.Report) []cupel.Finding {
	t.Helper()
	list, err := report.Findings()
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// zipOf makes an archive of names and contents.
func zipOf(t testing.TB, members map[string]string) []byte {
	t.Helper()
	var out bytes.Buffer
	archive := zip.NewWriter(&out)
	for name, content := range members {
		w, err := archive.Create(name)
		if err == nil {
			_, err = w.Write([]byte(content))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func writeFile(t testing.TB, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// wantCode checks that an error is one of the library, of a code.
func wantCode(t testing.TB, err error, code cupel.Code) *cupel.Error {
	t.Helper()
	var failed *cupel.Error
	if !errors.As(err, &failed) {
		t.Fatalf("error %v (%T) is no *cupel.Error", err, err)
	}
	if failed.Code != code {
		t.Fatalf("error %q has the code %v, not %v", err, failed.Code, code)
	}
	return failed
}
