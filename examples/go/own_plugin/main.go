// Command own_plugin has a decoder of one's own, registered in this process,
// take part in a scan: rules see what it decoded.
//
//	go build ./own_plugin
//	./own_plugin rules/ hidden.py
//
// Exits with 0 for a clean file, 1 if something was found, 2 on an error, 3 if
// not everything could be scanned.
package main

import (
	"bytes"
	"context"
	"fmt"
	"os"

	"cupel.dev/cupel"
)

func rot13(letter byte) byte {
	switch {
	case letter >= 'a' && letter <= 'z':
		return 'a' + (letter-'a'+13)%26
	case letter >= 'A' && letter <= 'Z':
		return 'A' + (letter-'A'+13)%26
	}
	return letter
}

// decode is asked about every payload, and acts on those with its mark.
func decode(call *cupel.Call) error {
	mark := []byte("rot13:")
	if !bytes.HasPrefix(call.Bytes(), mark) {
		return nil
	}
	clear := append([]byte(nil), call.Bytes()[len(mark):]...)
	for i := range clear {
		clear[i] = rot13(clear[i])
	}
	call.Log(cupel.LogInfo, fmt.Sprintf("%d bytes decoded", len(clear)))
	return call.Child(cupel.Child{Name: "clear", Bytes: clear})
}

func usePlugin(scanner *cupel.Scanner) error {
	plugins, err := cupel.NewPlugins(cupel.PluginsOptions{})
	if err != nil {
		return err
	}
	defer plugins.Close() // the scanner keeps what it uses
	err = plugins.Register(cupel.Plugin{
		Category: cupel.CategoryDecoder, Name: "rot13", Impl: decode})
	if err != nil {
		return err
	}
	return scanner.UsePlugins(cupel.PluginUse{
		Plugins: plugins,
		Run:     []string{"decoder:rot13"},
		Log: func(plugin string, _ cupel.LogLevel, text string) {
			fmt.Printf("%s: %s\n", plugin, text)
		},
	})
}

func scan(rulesPath, path string) (code int, err error) {
	rules, err := cupel.Compile(cupel.RulePath(rulesPath))
	if err != nil {
		return 2, err
	}
	defer rules.Close()
	scanner, err := cupel.NewScanner(rules, cupel.ScannerOptions{
		Finding: func(finding cupel.Finding) error {
			fmt.Printf("%s: %s\n", finding.Path, finding.Rule)
			return nil
		},
	})
	if err != nil {
		return 2, err
	}
	defer scanner.Close()
	if err := usePlugin(scanner); err != nil {
		return 2, err
	}
	report, err := scanner.ScanFile(context.Background(), path)
	if err != nil {
		return 2, err
	}
	defer report.Close()
	fmt.Println("score", report.Score())
	switch report.Verdict() {
	case cupel.VerdictMatched:
		return 1, nil
	case cupel.VerdictClean:
		return 0, nil
	}
	return 3, nil
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: own_plugin RULES FILE")
		os.Exit(2)
	}
	code, err := scan(os.Args[1], os.Args[2])
	if err != nil {
		fmt.Fprintln(os.Stderr, "own_plugin:", err)
	}
	os.Exit(code)
}
