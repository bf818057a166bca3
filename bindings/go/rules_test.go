package cupel_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cupel.dev/cupel"
)

func TestCompileTellsWhatTheRulesAre(t *testing.T) {
	rules := compile(t)
	if rules.Count() != 2 || rules.Skipped() != 0 || rules.FromCache() {
		t.Errorf("count %d, skipped %d, from cache %t", rules.Count(), rules.Skipped(), rules.FromCache())
	}
	if len(rules.Digest()) != 64 || rules.Digest() != compile(t).Digest() {
		t.Errorf("digest %q of %q", rules.Digest(), compile(t).Digest())
	}
	text, err := rules.JSON()
	if err != nil {
		t.Fatal(err)
	}
	var told struct {
		Rules []struct {
			Name string
			Tags []string
		}
	}
	if err := json.Unmarshal(text, &told); err != nil {
		t.Fatal(err)
	}
	if len(told.Rules) != 2 || told.Rules[0].Name != "needle" || len(told.Rules[0].Tags) != 2 {
		t.Errorf("rules are told as %+v", told.Rules)
	}
}

func TestBrokenRulesAreAllNamed(t *testing.T) {
	_, err := cupel.Compile(
		cupel.RuleText("one", "rule a { condition: nothing }"),
		cupel.RuleText("two", "rule b { condition: true }\nrule b { condition: true }"))
	failed := wantCode(t, err, cupel.InvalidArgument)
	if len(failed.Diagnostics) != 2 {
		t.Fatalf("%d diagnostics: %v", len(failed.Diagnostics), failed.Diagnostics)
	}
	second := failed.Diagnostics[1]
	if second.File != "two" || second.Line != 2 || second.Severity != cupel.SeverityError {
		t.Errorf("the second error is at %+v", second)
	}
	if text := second.String(); !strings.HasPrefix(text, "two:2: error: ") {
		t.Errorf("it is told as %q", text)
	}
	if !errors.Is(err, cupel.ErrInvalidArgument) || errors.Is(err, cupel.ErrNotFound) {
		t.Errorf("errors.Is does not tell what %v is", err)
	}
}

func TestBrokenRulesMayBeSkipped(t *testing.T) {
	rules := compile(t, cupel.RuleText("one", "rule a { condition: nothing }"),
		cupel.RuleText("two", testRules), cupel.SkipBroken())
	if rules.Skipped() != 1 || rules.Count() != 2 {
		t.Errorf("skipped %d, count %d", rules.Skipped(), rules.Count())
	}
}

func TestWarningsOfTheCompiler(t *testing.T) {
	rules := compile(t, cupel.RuleText("slow", `rule s { strings: $a = /a.*b/ condition: $a }
rule t { strings: $a = { 00 [0-] 00 } condition: $a }`))
	for _, warning := range rules.Warnings() {
		if warning.Severity != cupel.SeverityWarning || warning.File != "slow" {
			t.Errorf("warning %+v", warning)
		}
	}
	if len(rules.Warnings()) == 0 {
		t.Error("there is no warning")
	}
}

func TestVariables(t *testing.T) {
	rules := compile(t, cupel.RuleText("vars", `rule every {
  condition: word == "x" and small == -7 and big == 9000000000 and ratio > 0.4 and on and not off
}`),
		cupel.Define("word", "x"), cupel.Define("small", int8(-7)), cupel.Define("big", uint64(9000000000)),
		cupel.Define("ratio", float32(0.5)), cupel.Define("on", true), cupel.Define("off", false))
	scanner, err := cupel.NewScanner(rules, cupel.ScannerOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer scanner.Close()
	if report := scanBytes(t, scanner, "x", "x"); report.Verdict() != cupel.VerdictMatched {
		t.Errorf("verdict %v", report.Verdict())
	}
}

func TestVariablesThatAreWrong(t *testing.T) {
	for _, c := range []struct {
		option cupel.CompileOption
		code   cupel.Code
		names  string
	}{
		{cupel.Define("x", struct{}{}), cupel.InvalidArgument, "struct {}"},
		{cupel.Define("x", nil), cupel.InvalidArgument, "<nil>"},
		{cupel.Define("x", uint64(math.MaxUint64)), cupel.OutOfRange, "18446744073709551615"},
		{cupel.Define("no identifier", 1), cupel.InvalidArgument, "no identifier"},
		{cupel.Define("x", "a\x00b"), cupel.InvalidArgument, "x"},
		{cupel.Define("filename", "x"), cupel.AlreadyExists, "filename"},
	} {
		_, err := cupel.Compile(cupel.RuleText("test", testRules), c.option)
		if failed := wantCode(t, err, c.code); !strings.Contains(failed.Message, c.names) {
			t.Errorf("%q does not name %q", failed.Message, c.names)
		}
	}
}

func TestRulesFromFilesIncludesAndSaved(t *testing.T) {
	folder := t.TempDir()
	elsewhere := t.TempDir()
	across, err := filepath.Rel(folder, filepath.Join(elsewhere, "part.inc"))
	if err != nil {
		t.Fatal(err)
	}
	for path, text := range map[string]string{
		filepath.Join(folder, "main.yar"):    fmt.Sprintf("include %q", across),
		filepath.Join(elsewhere, "part.inc"): testRules,
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := cupel.Compile(cupel.RulePath(folder)); err == nil {
		t.Error("an include may lead anywhere")
	}
	rules := compile(t, cupel.RulePath(folder), cupel.IncludeRoot(elsewhere))
	saved := filepath.Join(folder, "saved")
	if err := rules.Save(saved); err != nil {
		t.Fatal(err)
	}
	again := compile(t, cupel.RulePath(saved), cupel.LoadAll())
	if !again.FromCache() || again.Count() != rules.Count() {
		t.Errorf("saved rules: from cache %t, count %d", again.FromCache(), again.Count())
	}
}

func TestRuleEngines(t *testing.T) {
	text := cupel.RuleText("test", testRules)
	cupelRules := compile(t, text, cupel.RunWith(cupel.RuleEngineCupel))
	libyara := compile(t, text, cupel.RunWith(cupel.RuleEngineLibyara))
	if cupelRules.Digest() != libyara.Digest() {
		t.Error("the engine changes what the rules are")
	}
	_, err := cupel.Compile(text, cupel.RunWith(7))
	wantCode(t, err, cupel.InvalidArgument)
}

func TestCacheOfCompiledRules(t *testing.T) {
	cache := filepath.Join(t.TempDir(), "cache")
	options := []cupel.CompileOption{cupel.RuleText("test", testRules), cupel.CacheDir(cache)}
	if first := compile(t, options...); first.FromCache() {
		t.Error("the first comes from a cache that is not there")
	}
	if second := compile(t, options...); !second.FromCache() {
		t.Error("the second does not come from the cache")
	}
}

func TestCompileSaysWhatIsMissing(t *testing.T) {
	_, err := cupel.Compile(cupel.RulePath(filepath.Join(t.TempDir(), "nowhere")))
	if failed := wantCode(t, err, cupel.NotFound); !strings.Contains(failed.Message, "nowhere") {
		t.Errorf("%q does not name the path", failed.Message)
	}
	_, err = cupel.Compile(cupel.RulePath(""))
	wantCode(t, err, cupel.InvalidArgument)
	_, err = cupel.Compile(nil)
	wantCode(t, err, cupel.InvalidArgument)
	if rules := compile(t, cupel.RuleText("none", "")); rules.Count() != 0 {
		t.Errorf("an empty text has %d rules", rules.Count())
	}
}

func TestExplainRule(t *testing.T) {
	rules := compile(t, cupel.RuleText("mine", "rule small { condition: filesize < 9 }"))
	explained := func(text []byte, err error) (file struct {
		Formula, Matches bool
	}, formula string) {
		if err != nil {
			t.Fatal(err)
		}
		var told struct {
			Schema string
			Rules  []struct {
				Formula string
				Payload *struct{ Formula, Matches bool }
			}
		}
		if err := json.Unmarshal(text, &told); err != nil {
			t.Fatal(err)
		}
		if told.Schema != "cupel.explain/1" || len(told.Rules) != 1 {
			t.Fatalf("the explanation is %+v", told)
		}
		if told.Rules[0].Payload != nil {
			file = *told.Rules[0].Payload
		}
		return file, told.Rules[0].Formula
	}
	if _, formula := explained(rules.Explain("small")); formula != "filesize < 9" {
		t.Errorf("the formula is %q", formula)
	}
	if file, _ := explained(rules.ExplainFile("small", "a", nil)); !file.Formula || !file.Matches {
		t.Errorf("of an empty file it is said: %+v", file)
	}
	if file, _ := explained(rules.ExplainFile("small", "a", []byte("123456789"))); file.Formula || file.Matches {
		t.Errorf("of a larger file it is said: %+v", file)
	}
	_, err := rules.Explain("large")
	wantCode(t, err, cupel.NotFound)
}

func TestProfileOfRules(t *testing.T) {
	rules := compile(t)
	passes := 0
	text, err := rules.Profile(nil, func(cupel.Progress) error { passes++; return nil },
		cupel.BytesInput("a", []byte("a needle")), cupel.PathInput(writeFile(t, "b", "nothing")))
	if err != nil {
		t.Fatal(err)
	}
	var told struct {
		Schema   string
		Payloads int
		Rules    []struct{ Name string }
	}
	if err := json.Unmarshal(text, &told); err != nil {
		t.Fatal(err)
	}
	if told.Schema != "cupel.profile/1" || told.Payloads != 2 || len(told.Rules) != 2 {
		t.Errorf("the profile is %+v", told)
	}
	stop := errors.New("enough")
	_, err = rules.Profile(nil, func(cupel.Progress) error { return stop }, cupel.BytesInput("a", []byte("a")))
	if passes > 0 && err != stop {
		t.Errorf("a progress function that fails gives %v", err)
	}
}
