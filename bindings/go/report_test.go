package cupel_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"cupel.dev/cupel"
)

func sampleReport(t *testing.T) *cupel.Report {
	t.Helper()
	archive := zipOf(t, map[string]string{"m": "needle"})
	return scanBytes(t, newScanner(t, cupel.ScannerOptions{}), "a-1.0.zip", string(archive))
}

func TestReportInEveryFormat(t *testing.T) {
	report := sampleReport(t)
	text, err := report.JSON()
	if err != nil {
		t.Fatal(err)
	}
	var whole struct{ Schema, Verdict string }
	if err := json.Unmarshal(text, &whole); err != nil || whole.Schema != "cupel.report/1" || whole.Verdict != "matched" {
		t.Errorf("JSON %+v, error %v", whole, err)
	}
	var written bytes.Buffer
	if n, err := report.WriteTo(&written); err != nil || n != int64(len(text)) || !bytes.Equal(written.Bytes(), text) {
		t.Errorf("wrote %d bytes of %d, error %v", n, len(text), err)
	}
	lines, err := report.NDJSON()
	if err != nil || bytes.Count(lines, []byte("\n")) != 2 {
		t.Errorf("NDJSON %q, error %v", lines, err)
	}
	people, err := report.Text()
	if err != nil || !strings.Contains(people, "needle  test") {
		t.Errorf("text %q, error %v", people, err)
	}
	indented, err := report.Render(cupel.FormatJSON, cupel.Indent|cupel.NoTiming)
	if err != nil || bytes.Contains(indented, []byte("elapsed_ns")) || bytes.Count(indented, []byte("\n")) < 10 {
		t.Errorf("indented %q, error %v", indented, err)
	}
	_, err = report.Render(99, 0)
	wantCode(t, err, cupel.InvalidArgument)
	_, err = report.Render(cupel.FormatJSON, 1<<30)
	wantCode(t, err, cupel.InvalidArgument)
}

// Every member of the report has its place in Document: what is read and
// written again says the same.
func TestDocumentLosesNothing(t *testing.T) {
	report := sampleReport(t)
	document, err := report.Document()
	if err != nil {
		t.Fatal(err)
	}
	text, err := report.JSON()
	if err != nil {
		t.Fatal(err)
	}
	again, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	var from, to map[string]any
	if err := json.Unmarshal(text, &from); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(again, &to); err != nil {
		t.Fatal(err)
	}
	for key, value := range from {
		if missing := lost(key, value, to[key]); missing != "" {
			t.Errorf("%s is lost", missing)
		}
	}
	if document.Packages[0].Name != "a" || *document.Packages[0].Version != "1.0" {
		t.Errorf("packages %+v", document.Packages)
	}
}

// lost names what of `from` is not in `to`; null may be anything that is empty.
func lost(path string, from, to any) string {
	switch value := from.(type) {
	case map[string]any:
		other, _ := to.(map[string]any)
		for key, inner := range value {
			if missing := lost(path+"."+key, inner, other[key]); missing != "" {
				return missing
			}
		}
	case []any:
		other, _ := to.([]any)
		if len(other) != len(value) {
			return path
		}
		for i, inner := range value {
			if missing := lost(fmt.Sprintf("%s[%d]", path, i), inner, other[i]); missing != "" {
				return missing
			}
		}
	case nil:
	default:
		if from != to {
			return path
		}
	}
	return ""
}

func TestDocumentsOfOthers(t *testing.T) {
	report := sampleReport(t)
	count := 0
	err := report.Documents(cupel.DocumentOptions{Split: true}, func(document []byte) error {
		count++
		var one struct{ Schema string }
		if err := json.Unmarshal(document, &one); err != nil || one.Schema != "cupel.payload/1" {
			t.Errorf("document %q, error %v", document, err)
		}
		return nil
	})
	if err != nil || count != 2 {
		t.Errorf("%d documents, error %v", count, err)
	}
	stop := errors.New("enough")
	err = report.Documents(cupel.DocumentOptions{Schema: cupel.DocumentStoq1, Flatten: true, Delimiter: "."}, func([]byte) error { return stop })
	if err != stop {
		t.Errorf("error %v", err)
	}
	wantCode(t, report.Documents(cupel.DocumentOptions{Schema: 9}, func([]byte) error { return nil }), cupel.InvalidArgument)
}

func TestWordsOfVerdictAndCoverage(t *testing.T) {
	var verdict cupel.Verdict
	var coverage cupel.Coverage
	for _, word := range []string{"clean", "matched", "unknown"} {
		if verdict.UnmarshalText([]byte(word)) != nil || verdict.String() != word {
			t.Errorf("%s becomes %v", word, verdict)
		}
	}
	for _, word := range []string{"complete", "partial", "none"} {
		if coverage.UnmarshalText([]byte(word)) != nil || coverage.String() != word {
			t.Errorf("%s becomes %v", word, coverage)
		}
	}
	// What a newer library says counts as the most cautious.
	if verdict.UnmarshalText([]byte("spotless")) != nil || verdict != cupel.VerdictUnknown {
		t.Errorf("verdict %v", verdict)
	}
	if coverage.UnmarshalText([]byte("most")) != nil || coverage != cupel.CoverageNone {
		t.Errorf("coverage %v", coverage)
	}
}

func TestCodesHaveNames(t *testing.T) {
	if cupel.NotFound.String() != "NOT_FOUND" || cupel.Code(99).String() != "UNKNOWN" {
		t.Errorf("%v %v", cupel.NotFound, cupel.Code(99))
	}
	if text := cupel.ErrNotFound.Error(); text != "cupel: NOT_FOUND" {
		t.Errorf("%q", text)
	}
	if cupel.Version() != "1.0.0" || cupel.BuildInfo() == "" {
		t.Errorf("version %q, build info %q", cupel.Version(), cupel.BuildInfo())
	}
}
