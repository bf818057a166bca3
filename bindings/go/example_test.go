package cupel_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"strings"

	"cupel.dev/cupel"
)

// Rules in, bytes in, report out.
func Example() {
	rules, err := cupel.Compile(cupel.RuleText("demo", `rule needle { strings: $n = "needle" condition: $n }`))
	if err != nil {
		log.Fatal(err)
	}
	defer rules.Close()
	scanner, err := cupel.NewScanner(rules, cupel.ScannerOptions{})
	if err != nil {
		log.Fatal(err)
	}
	defer scanner.Close()
	report, err := scanner.ScanBytes(context.Background(), "hay.txt", []byte("hay needle hay"))
	if err != nil {
		log.Fatal(err)
	}
	defer report.Close()
	fmt.Println(report.Verdict(), report.Coverage())
	findings, err := report.Findings()
	if err != nil {
		log.Fatal(err)
	}
	for _, finding := range findings {
		fmt.Println(finding.Path, finding.Rule, finding.Strings[0].Offset)
	}
	// Output:
	// matched complete
	// hay.txt needle 4
}

// Broken rules are told all at once, each with its place.
func ExampleCompile() {
	_, err := cupel.Compile(cupel.RuleText("mine", "rule a { condition: x }\nrule b { condition: }"))
	var failed *cupel.Error
	if errors.As(err, &failed) {
		for _, diagnostic := range failed.Diagnostics {
			fmt.Println(diagnostic.File, diagnostic.Line)
		}
	}
	fmt.Println(errors.Is(err, cupel.ErrInvalidArgument))
	// Output:
	// mine 1
	// mine 2
	// true
}

// A scan that its context ends gives the report so far, and says why.
func ExampleScanner_ScanBytes() {
	scanner, err := cupel.NewScanner(nil, cupel.ScannerOptions{})
	if err != nil {
		log.Fatal(err)
	}
	defer scanner.Close()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	report, err := scanner.ScanBytes(ctx, "x", []byte("x"))
	fmt.Println(errors.Is(err, context.Canceled), report.Verdict(), report.Coverage())
	// Output:
	// true unknown none
}

func ExampleScanner_ScanReader() {
	scanner, err := cupel.NewScanner(nil, cupel.ScannerOptions{})
	if err != nil {
		log.Fatal(err)
	}
	defer scanner.Close()
	report, err := scanner.ScanReader(context.Background(), "stdin", strings.NewReader("some bytes"))
	if err != nil {
		log.Fatal(err)
	}
	defer report.Close()
	payloads, err := report.Payloads()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(payloads[0].Path, *payloads[0].Size, payloads[0].MIME)
	// Output:
	// stdin 10 text/plain
}
