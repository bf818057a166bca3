package cupel_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"

	"cupel.dev/cupel"
)

func TestScanBytesFindsAndSaysWhere(t *testing.T) {
	report := scanBytes(t, newScanner(t, cupel.ScannerOptions{}), "hay.txt", "hay needle hay needle")
	if report.Verdict() != cupel.VerdictMatched || report.Coverage() != cupel.CoverageComplete || report.Score() != 5 {
		t.Errorf("verdict %v, coverage %v, score %d", report.Verdict(), report.Coverage(), report.Score())
	}
	counts := report.Counts()
	if counts.Payloads != 1 || counts.Matched != 1 || counts.Findings != 1 || counts.ScannedBytes != 21 || counts.Elapsed <= 0 {
		t.Errorf("counts %+v", counts)
	}
	list := findings(t, report)
	if len(list) != 1 {
		t.Fatalf("findings %+v", list)
	}
	f := list[0]
	if f.Rule != "needle" || f.Namespace != "test" || f.Weight != 5 || f.Path != "hay.txt" || f.StringCount != 2 ||
		!reflect.DeepEqual(f.Tags, []string{"demo", "first"}) || !strings.Contains(string(f.Meta), "acme") {
		t.Errorf("finding %+v", f)
	}
	want := []cupel.StringMatch{{ID: "$n", Offset: 4, Length: 6, Excerpt: "needle"}, {ID: "$n", Offset: 15, Length: 6, Excerpt: "needle"}}
	if !reflect.DeepEqual(f.Strings, want) {
		t.Errorf("strings %+v", f.Strings)
	}
}

func TestACacheKeepsAnswersFromScannerToScanner(t *testing.T) {
	options := cupel.ScannerOptions{CacheDir: filepath.Join(t.TempDir(), "cache"), CacheBytes: 8 << 20}
	for want := uint64(0); want < 2; want++ {
		report := scanBytes(t, newScanner(t, options), "hay.txt", "hay needle hay needle")
		if report.Counts().Cached != want || report.Counts().Findings != 1 || report.CacheWarning() != "" {
			t.Errorf("counts %+v, warning %q", report.Counts(), report.CacheWarning())
		}
		document, err := report.Document()
		if err != nil {
			t.Fatal(err)
		}
		if cache := document.Timing.Cache; cache == nil || cache.Known != want || cache.Unknown != 1-want {
			t.Errorf("cache %+v", cache)
		}
	}
	if err := os.Chmod(options.CacheDir, 0o777); err != nil {
		t.Fatal(err)
	}
	if _, err := cupel.NewScanner(compile(t), options); !errors.Is(err, cupel.ErrPermissionDenied) {
		t.Errorf("a folder that others may write to: %v", err)
	}
}

func TestScanOfNothing(t *testing.T) {
	scanner := newScanner(t, cupel.ScannerOptions{})
	for _, bytes := range [][]byte{nil, {}} {
		report, err := scanner.ScanBytes(context.Background(), "empty", bytes)
		if err != nil {
			t.Fatal(err)
		}
		if report.Verdict() != cupel.VerdictClean || report.Coverage() != cupel.CoverageComplete {
			t.Errorf("verdict %v, coverage %v", report.Verdict(), report.Coverage())
		}
		report.Close()
	}
}

func TestNamesAreBytesButNotAnything(t *testing.T) {
	scanner := newScanner(t, cupel.ScannerOptions{})
	report := scanBytes(t, scanner, "\xff\n", "x")
	payloads, err := report.Payloads()
	if err != nil {
		t.Fatal(err)
	}
	if payloads[0].Path != `\xff\n` || string(payloads[0].RawName()) != "\xff\n" {
		t.Errorf("path %q, name %q", payloads[0].Path, payloads[0].RawName())
	}
	for _, name := range []string{"", "a\x00b"} {
		_, err := scanner.ScanBytes(context.Background(), name, []byte("x"))
		wantCode(t, err, cupel.InvalidArgument)
	}
}

func TestScanFileTakesArchivesApart(t *testing.T) {
	folder := t.TempDir()
	archive := zipOf(t, map[string]string{"in/side.txt": "needle"})
	if err := os.WriteFile(filepath.Join(folder, "a.zip"), archive, 0o600); err != nil {
		t.Fatal(err)
	}
	scanner := newScanner(t, cupel.ScannerOptions{Threads: 2})
	report, err := scanner.ScanFile(context.Background(), folder)
	if err != nil {
		t.Fatal(err)
	}
	defer report.Close()
	list := findings(t, report)
	if len(list) != 2 || list[0].Rule != "needle" || !strings.HasSuffix(list[0].Path, "a.zip!/in/side.txt") || list[1].Rule != "zip_file" {
		t.Errorf("findings %+v", list)
	}
	document, err := report.Document()
	if err != nil {
		t.Fatal(err)
	}
	inside := document.Payload(list[0].Payload)
	if inside == nil || inside.Producer != "archive" || document.Payload(inside.Parents[0]).Container != "zip" {
		t.Errorf("the payload of the finding is %+v", inside)
	}
	if document.Payload(0) != nil || document.Payload(99) != nil {
		t.Error("there are payloads that are not there")
	}
}

func TestFileThatIsNotThereIsAnIncident(t *testing.T) {
	report, err := newScanner(t, cupel.ScannerOptions{}).ScanFile(context.Background(), filepath.Join(t.TempDir(), "nowhere"))
	if err != nil {
		t.Fatal(err)
	}
	defer report.Close()
	incidents, err := report.Incidents()
	if err != nil {
		t.Fatal(err)
	}
	if len(incidents) != 1 || incidents[0].Kind != "unreadable" || report.Verdict() != cupel.VerdictUnknown {
		t.Errorf("verdict %v, incidents %+v", report.Verdict(), incidents)
	}
}

func TestScanInputsOfEveryKindInOneReport(t *testing.T) {
	file, err := os.Open(writeFile(t, "file", "needle in a file"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	reading, writing, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer reading.Close()
	if _, err := writing.WriteString("needle in a pipe"); err != nil {
		t.Fatal(err)
	}
	writing.Close()
	report, err := newScanner(t, cupel.ScannerOptions{}).ScanInputs(context.Background(),
		cupel.BytesInput("bytes", []byte("needle in bytes")), cupel.BytesInput("empty", nil),
		cupel.PathInput(writeFile(t, "path", "needle in a path")),
		cupel.FileInput("file", file), cupel.FileInput("pipe", reading))
	if err != nil {
		t.Fatal(err)
	}
	defer report.Close()
	if counts := report.Counts(); counts.Payloads != 5 || counts.Findings != 4 || report.Coverage() != cupel.CoverageComplete {
		t.Errorf("counts %+v", counts)
	}
}

func TestScanInputsThatAreWrong(t *testing.T) {
	scanner := newScanner(t, cupel.ScannerOptions{})
	closed, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	for _, inputs := range [][]cupel.Input{
		nil, {cupel.Input{}}, {cupel.PathInput("")}, {cupel.FileInput("x", nil)}, {cupel.FileInput("x", closed)},
	} {
		_, err := scanner.ScanInputs(context.Background(), inputs...)
		wantCode(t, err, cupel.InvalidArgument)
	}
}

// A read that fails because a connection ended is no end of the input, whatever
// its error wraps: what would be scanned is the first part of it.
func TestReaderThatFailsWithAnEndInItsError(t *testing.T) {
	scanner := newScanner(t, cupel.ScannerOptions{})
	lost := fmt.Errorf("the connection is lost: %w", io.EOF)
	for _, text := range []string{"", "hay", strings.Repeat("hay ", 5<<20)} {
		report, err := scanner.ScanReader(context.Background(), "x",
			io.MultiReader(strings.NewReader(text), iotest.ErrReader(lost)))
		if report != nil || err != lost {
			t.Errorf("%d bytes: report %v, error %v", len(text), report, err)
		}
	}
}

func TestScanReader(t *testing.T) {
	scanner := newScanner(t, cupel.ScannerOptions{})
	large := strings.Repeat("hay ", 5<<20) + "needle"
	for name, reader := range map[string]io.Reader{
		"small":         strings.NewReader("needle"),
		"byte by byte":  iotest.OneByteReader(strings.NewReader("a needle")),
		"data with EOF": iotest.DataErrReader(strings.NewReader("a needle")),
		"large":         strings.NewReader(large),
	} {
		report, err := scanner.ScanReader(context.Background(), name, reader)
		if err != nil {
			t.Fatal(name, err)
		}
		if list := findings(t, report); len(list) != 1 || list[0].Path != name || report.Coverage() != cupel.CoverageComplete {
			t.Errorf("%s: findings %+v", name, list)
		}
		if name == "large" && report.Counts().ScannedBytes != uint64(len(large)) {
			t.Errorf("%s: scanned %d bytes of %d", name, report.Counts().ScannedBytes, len(large))
		}
		report.Close()
	}
}

func TestReaderThatFailsIsNotScanned(t *testing.T) {
	scanner := newScanner(t, cupel.ScannerOptions{})
	broken := errors.New("line dropped")
	small := io.MultiReader(strings.NewReader("needle"), iotest.ErrReader(broken))
	large := io.MultiReader(strings.NewReader(strings.Repeat("x", 17<<20)), iotest.ErrReader(broken))
	for _, reader := range []io.Reader{small, large} {
		report, err := scanner.ScanReader(context.Background(), "r", reader)
		if report != nil || !errors.Is(err, broken) {
			t.Errorf("report %v, error %v", report, err)
		}
	}
	_, err := scanner.ScanReader(context.Background(), "r", nil)
	wantCode(t, err, cupel.InvalidArgument)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := scanner.ScanReader(ctx, "r", strings.NewReader("x")); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestOptionsOfAScanner(t *testing.T) {
	archive := zipOf(t, map[string]string{"m": "needle"})
	scanner := newScanner(t, cupel.ScannerOptions{NoUnpack: true})
	if report := scanBytes(t, scanner, "a.zip", string(archive)); report.Counts().Payloads != 1 {
		t.Errorf("counts %+v", report.Counts())
	}
	scanner = newScanner(t, cupel.ScannerOptions{Containers: cupel.ContainersNever, NoExcerpts: true})
	list := findings(t, scanBytes(t, scanner, "a.zip", string(archive)))
	if len(list) != 1 || list[0].Rule != "needle" || list[0].Strings[0].Excerpt != "" {
		t.Errorf("findings %+v", list)
	}
	scanner = newScanner(t, cupel.ScannerOptions{Limits: cupel.Limits{FileBytes: 4, FileTime: cupel.NoTimeout}})
	report := scanBytes(t, scanner, "a", "hay needle")
	if report.Verdict() != cupel.VerdictUnknown || report.Coverage() != cupel.CoveragePartial {
		t.Errorf("verdict %v, coverage %v", report.Verdict(), report.Coverage())
	}
	document, err := report.Document()
	if err != nil {
		t.Fatal(err)
	}
	if limit := document.Limits["file_bytes"]; limit == nil || *limit != 4 || document.Limits["file_time"] != nil {
		t.Errorf("limits %v", document.Limits)
	}
	for _, options := range []cupel.ScannerOptions{
		{Threads: -1}, {Threads: 257}, {ExcerptBytes: -1}, {ExcerptBytes: 1 << 20}, {Containers: 9},
	} {
		_, err := cupel.NewScanner(nil, options)
		wantCode(t, err, cupel.InvalidArgument)
	}
}

func TestDefaultLimits(t *testing.T) {
	limits, err := cupel.DefaultLimits()
	if err != nil {
		t.Fatal(err)
	}
	if limits.Depth != 8 || limits.FileTime.Seconds() != 10 || limits.MemoryBytes != 1<<30 {
		t.Errorf("limits %+v", limits)
	}
}

func TestScannerWithoutRules(t *testing.T) {
	scanner, err := cupel.NewScanner(nil, cupel.ScannerOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer scanner.Close()
	document, err := scanBytes(t, scanner, "x", "needle").Document()
	if err != nil {
		t.Fatal(err)
	}
	if document.Rules != nil || document.Payloads[0].SHA256 == "" {
		t.Errorf("document %+v", document)
	}
	wantCode(t, scanner.Select(cupel.SelectName, "x"), cupel.FailedPrecondition)
}

func TestSelectAndExclude(t *testing.T) {
	scanner := newScanner(t, cupel.ScannerOptions{})
	wantCode(t, scanner.Select(cupel.SelectTag, "nothing"), cupel.NotFound)
	if err := scanner.Select(cupel.SelectNamespace, "te*"); err != nil {
		t.Fatal(err)
	}
	if err := scanner.Exclude(cupel.SelectMeta, "author=ac*"); err != nil {
		t.Fatal(err)
	}
	if list := findings(t, scanBytes(t, scanner, "x", "needle")); len(list) != 0 {
		t.Errorf("findings %+v", list)
	}
}

func TestPasswords(t *testing.T) {
	scanner := newScanner(t, cupel.ScannerOptions{})
	if err := scanner.AddPassword("sesame"); err != nil {
		t.Fatal(err)
	}
	failed := wantCode(t, scanner.AddPassword("top\x00secret"), cupel.InvalidArgument)
	if strings.Contains(failed.Message, "secret") {
		t.Errorf("%q shows a password", failed.Message)
	}
}
