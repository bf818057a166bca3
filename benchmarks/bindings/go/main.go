// The cases of participant.c through the Go package.
package main

import (
	"bufio"
	"context"
	"fmt"
	"log"
	"os"
	"sync"
	"syscall"
	"time"

	"cupel.dev/cupel"
)

const mostThreads = 16

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func readFile(path string) []byte {
	bytes, err := os.ReadFile(path)
	must(err)
	return bytes
}

func run(scanner *cupel.Scanner, inputs map[string][]byte, what string, times int) {
	if what == "entry" {
		for i := 0; i < times; i++ {
			if cupel.Version() == "" {
				log.Fatal("no version")
			}
		}
		return
	}
	ctx := context.Background()
	for i := 0; i < times; i++ {
		report, err := scanner.ScanBytes(ctx, "input", inputs[what])
		must(err)
		if report.Verdict() != cupel.VerdictClean {
			log.Fatal("not clean")
		}
		if what == "report" {
			document, err := report.Document()
			must(err)
			if len(document.Payloads) == 0 {
				log.Fatal("nothing there")
			}
		}
		report.Close()
	}
}

func cpu() int64 {
	var usage syscall.Rusage
	must(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return usage.Utime.Nano() + usage.Stime.Nano()
}

func main() {
	if len(os.Args) != 5 {
		os.Exit(2)
	}
	rules, err := cupel.Compile(cupel.RulePath(os.Args[1]))
	must(err)
	pack := readFile(os.Args[4])
	inputs := map[string][]byte{"small": readFile(os.Args[2]), "large": readFile(os.Args[3]), "package": pack, "report": pack}
	var scanners [mostThreads]*cupel.Scanner
	for i := range scanners {
		scanners[i], err = cupel.NewScanner(rules, cupel.ScannerOptions{})
		must(err)
	}
	lines := bufio.NewReader(os.Stdin)
	for {
		var what string
		var times, threads int
		if n, _ := fmt.Fscan(lines, &what, &times, &threads); n != 3 || threads > mostThreads {
			return
		}
		start, used := time.Now(), cpu()
		if threads == 1 {
			run(scanners[0], inputs, what, times)
		} else {
			var running sync.WaitGroup
			for _, scanner := range scanners[:threads] {
				running.Add(1)
				go func(scanner *cupel.Scanner) {
					defer running.Done()
					run(scanner, inputs, what, times)
				}(scanner)
			}
			running.Wait()
		}
		fmt.Println(time.Since(start).Nanoseconds(), cpu()-used)
	}
}
