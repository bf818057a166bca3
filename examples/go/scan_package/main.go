// Command scan_package scans a package and prints what was found in it.
//
//	go build ./scan_package
//	./scan_package rules/ pkg.tgz
//
// Exits as `cupel scan` does: 0 clean, 1 matched, 2 wrong use or broken rules,
// 3 not everything was scanned, 4 nothing was.
package main

import (
	"context"
	"fmt"
	"os"

	"cupel.dev/cupel"
)

func scan(rulesPath, path string) (code int, err error) {
	rules, err := cupel.Compile(cupel.RulePath(rulesPath))
	if err != nil {
		return 2, err
	}
	defer rules.Close()
	scanner, err := cupel.NewScanner(rules, cupel.ScannerOptions{})
	if err != nil {
		return 2, err
	}
	defer scanner.Close()
	report, err := scanner.ScanFile(context.Background(), path)
	if err != nil {
		return 2, err
	}
	defer report.Close()
	if err := print(report); err != nil {
		return 2, err
	}
	switch {
	case report.Verdict() == cupel.VerdictMatched:
		return 1, nil
	case report.Verdict() == cupel.VerdictClean:
		return 0, nil
	case report.Coverage() == cupel.CoverageNone:
		return 4, nil
	default:
		return 3, nil
	}
}

func print(report *cupel.Report) error {
	document, err := report.Document()
	if err != nil {
		return err
	}
	for _, finding := range document.Findings {
		fmt.Printf("%s: %s (%s, weight %d)\n", finding.Path, finding.Rule,
			finding.Namespace, finding.Weight)
		for _, s := range finding.Strings {
			fmt.Printf("  %s at %d, %d bytes\n", s.ID, s.Offset, s.Length)
		}
	}
	for _, incident := range document.Incidents {
		path := "scan"
		if incident.Payload != nil {
			path = document.Payload(*incident.Payload).Path
		}
		fmt.Printf("%s: %s: %s\n", path, incident.Name, incident.Detail)
	}
	fmt.Printf("%s, coverage %s, score %d\n", report.Verdict(),
		report.Coverage(), report.Score())
	return nil
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: scan_package RULES PATH")
		os.Exit(2)
	}
	code, err := scan(os.Args[1], os.Args[2])
	if err != nil {
		fmt.Fprintln(os.Stderr, "scan_package:", err)
	}
	os.Exit(code)
}
