package cupel_test

import (
	"archive/tar"
	"bytes"
	"context"
	"fmt"
	"math/rand"
	"testing"

	"cupel.dev/cupel"
)

// packageOf makes a tar of so many files, all different.
func packageOf(b *testing.B, files, size int) []byte {
	b.Helper()
	var out bytes.Buffer
	archive := tar.NewWriter(&out)
	random := rand.New(rand.NewSource(1))
	content := make([]byte, size)
	for i := 0; i < files; i++ {
		for j := range content {
			content[j] = 'a' + byte(random.Intn(26)) // of no type with a magic
		}
		header := tar.Header{Name: fmt.Sprintf("pkg/file%04d.bin", i), Mode: 0o644, Size: int64(size)}
		if err := archive.WriteHeader(&header); err != nil {
			b.Fatal(err)
		}
		if _, err := archive.Write(content); err != nil {
			b.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		b.Fatal(err)
	}
	return out.Bytes()
}

// benchmarkScan is one scan, and what everybody asks of its report.
func benchmarkScan(b *testing.B, ctx context.Context, input []byte) {
	scanner := newScanner(b, cupel.ScannerOptions{})
	b.SetBytes(int64(len(input)))
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		report, err := scanner.ScanBytes(ctx, "input", input)
		if err != nil {
			b.Fatal(err)
		}
		if report.Coverage() != cupel.CoverageComplete || report.Counts().Payloads == 0 {
			b.Fatal(report.Coverage())
		}
		report.Close()
	}
}

func BenchmarkScan1KiB(b *testing.B) {
	benchmarkScan(b, context.Background(), bytes.Repeat([]byte("0123456789abcdef"), 64))
}

func BenchmarkScan1KiBWithContext(b *testing.B) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	benchmarkScan(b, ctx, bytes.Repeat([]byte("0123456789abcdef"), 64))
}

func BenchmarkScan1MiB(b *testing.B) {
	benchmarkScan(b, context.Background(), bytes.Repeat([]byte("0123456789abcdef"), 65536))
}

func BenchmarkScanPackageOf1000Files(b *testing.B) {
	benchmarkScan(b, context.Background(), packageOf(b, 1000, 4096))
}

func BenchmarkDocumentOf1000Files(b *testing.B) {
	scanner := newScanner(b, cupel.ScannerOptions{})
	input := packageOf(b, 1000, 16)
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		report, err := scanner.ScanBytes(context.Background(), "input", input)
		if err != nil {
			b.Fatal(err)
		}
		if payloads, err := report.Payloads(); err != nil || len(payloads) != 1001 {
			b.Fatal(len(payloads), err)
		}
		report.Close()
	}
}
