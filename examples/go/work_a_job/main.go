// Command work_a_job submits a job to a queue, takes it, does it, and ends it
// with its result.
//
//	go build ./work_a_job
//	./work_a_job sqlite:jobs.db rules/ pkg.tgz
//
// A worker leases in a loop, and renews each lease while it is at work.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"cupel.dev/cupel"
)

const (
	id   = "example-1"
	kind = "example"
)

// body is ours: whoever leases this kind knows what it means.
type body struct {
	Path string `json:"path"`
}

func submit(queue *cupel.Queue, path string) error {
	text, err := json.Marshal(body{path})
	if err != nil {
		return err
	}
	_, err = queue.Submit(cupel.NewJob{ID: id, Kind: kind, Body: text})
	return err
}

// work takes a job, if there is one, and scans what it names.
func work(queue *cupel.Queue, scanner *cupel.Scanner) error {
	jobs, err := queue.Lease(cupel.LeaseOptions{Kinds: []string{kind}})
	if err != nil {
		return err
	}
	if len(jobs) == 0 {
		fmt.Println("nothing to do")
		return nil
	}
	job := jobs[0]
	result, err := scan(scanner, job.Body)
	if err != nil {
		// An end too, which the queue has to know.
		return queue.Fail(job.ID, job.Token, cupel.Failure{Reason: err.Error()})
	}
	return queue.Complete(job.ID, job.Token, "text/plain", result)
}

func scan(scanner *cupel.Scanner, text []byte) ([]byte, error) {
	var what body
	if err := json.Unmarshal(text, &what); err != nil {
		return nil, err
	}
	report, err := scanner.ScanFile(context.Background(), what.Path)
	if err != nil {
		return nil, err
	}
	defer report.Close()
	return report.Render(cupel.FormatText, cupel.NoTiming)
}

func run(url, rulesPath, path string) error {
	queue, err := cupel.OpenQueue(url, cupel.QueueOptions{})
	if err != nil {
		return err
	}
	defer queue.Close()
	rules, err := cupel.Compile(cupel.RulePath(rulesPath))
	if err != nil {
		return err
	}
	defer rules.Close()
	scanner, err := cupel.NewScanner(rules, cupel.ScannerOptions{})
	if err != nil {
		return err
	}
	defer scanner.Close()
	if err := submit(queue, path); err != nil {
		return err
	}
	if err := work(queue, scanner); err != nil {
		return err
	}
	result, err := queue.Result(id)
	if err != nil {
		return err
	}
	fmt.Printf("%s is completed:\n%s", id, result)
	return nil
}

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: work_a_job QUEUE RULES PATH")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2], os.Args[3]); err != nil {
		fmt.Fprintln(os.Stderr, "work_a_job:", err)
		os.Exit(2)
	}
}
