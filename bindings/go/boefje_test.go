package cupel_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"

	"cupel.dev/cupel"
)

const host = "Hostname|internet|example.com"

func openRaws(t testing.TB) *cupel.Raws {
	t.Helper()
	raws, err := cupel.OpenRaws(cupel.RawsOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { raws.Close() })
	return raws
}

func TestBoefjeAndItsNormalizer(t *testing.T) {
	ctx := context.Background()
	registry := openRegistry(t, cupel.RegistryOptions{})
	raws := openRaws(t)
	var mutex sync.Mutex
	var logged []string
	run, err := cupel.RunBoefje(ctx, registry, raws, "acme", "free", host, cupel.RunOptions{
		Log: func(_ cupel.LogLevel, text string) {
			mutex.Lock()
			defer mutex.Unlock()
			logged = append(logged, text)
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if run.Status != "completed" || run.Tier != "process" || len(run.Raws) != 1 || run.Raws[0].Size != 3 {
		t.Fatalf("run %+v", run)
	}
	if !strings.Contains(strings.Join(logged, "\n"), "hello") {
		t.Errorf("logged %q", logged)
	}
	id := run.Raws[0].ID
	if bytes, err := raws.Bytes(id); err != nil || string(bytes) != "a\x00b" {
		t.Errorf("bytes %q, error %v", bytes, err)
	}
	if list, err := raws.List("acme", ""); err != nil || len(list) != 1 || list[0].ID != id {
		t.Errorf("raws %+v, error %v", list, err)
	}
	if meta, err := raws.Meta(id); err != nil || meta.Raw.ID != id || !json.Valid(meta.RawDataMeta) {
		t.Errorf("meta %+v, error %v", meta, err)
	}
	normalized, err := cupel.RunNormalizer(ctx, registry, raws, "norm", id, []byte(`{"kat_x":2}`), cupel.RunOptions{})
	if err != nil || normalized.Status != "completed" {
		t.Fatalf("run %+v, error %v", normalized, err)
	}
	var meta struct{ ID string }
	if err := json.Unmarshal(normalized.NormalizerMeta, &meta); err != nil {
		t.Fatal(err)
	}
	same := parseJob(t, string(normalized.NormalizerMeta), cupel.JobNormalizerMeta)
	_, err = cupel.RunNormalizerJob(ctx, registry, raws, same, nil, cupel.RunOptions{})
	wantCode(t, err, cupel.AlreadyExists)
	other := strings.ReplaceAll(string(normalized.NormalizerMeta), meta.ID, "70da7d4f-f41f-4940-901b-d98a92e9014b")
	job := parseJob(t, other, cupel.JobNormalizerMeta)
	if again, err := cupel.RunNormalizerJob(ctx, registry, raws, job, nil, cupel.RunOptions{}); err != nil || again.Status != "completed" {
		t.Errorf("run %+v, error %v", again, err)
	}
	_, err = raws.Bytes("70da7d4f-f41f-4940-901b-d98a92e9014b")
	wantCode(t, err, cupel.NotFound)
}

func TestBoefjeJobRunsOnce(t *testing.T) {
	registry := openRegistry(t, cupel.RegistryOptions{})
	raws := openRaws(t)
	job := parseJob(t, `{"id":"70da7d4f-f41f-4940-901b-d98a92e9014b","boefje":{"id":"free"},"organization":"acme","arguments":{}}`, cupel.JobBoefjeMeta)
	if run, err := cupel.RunBoefjeJob(context.Background(), registry, raws, job, cupel.RunOptions{NoNetwork: true}); err != nil || run.Status != "completed" {
		t.Fatalf("run %+v, error %v", run, err)
	}
	_, err := cupel.RunBoefjeJob(context.Background(), registry, raws, job, cupel.RunOptions{})
	wantCode(t, err, cupel.AlreadyExists)
}

func TestBoefjeThatHangsIsCancelled(t *testing.T) {
	raws := openRaws(t)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	_, err := cupel.RunBoefje(ctx, openRegistry(t, cupel.RegistryOptions{}), raws, "acme", "hang", host, cupel.RunOptions{
		Log: func(cupel.LogLevel, string) { cancel() },
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if list, err := raws.List("acme", ""); err != nil || len(list) != 0 {
		t.Errorf("raws %+v, error %v", list, err)
	}
}

func TestBoefjesThatCannotBeRun(t *testing.T) {
	ctx := context.Background()
	registry := openRegistry(t, cupel.RegistryOptions{})
	raws := openRaws(t)
	_, err := cupel.RunBoefje(ctx, registry, raws, "acme", "nobody", host, cupel.RunOptions{})
	wantCode(t, err, cupel.NotFound)
	_, err = cupel.RunBoefje(ctx, registry, raws, "acme", "dns", host, cupel.RunOptions{})
	wantCode(t, err, cupel.InvalidArgument)
	_, err = cupel.RunBoefje(ctx, registry, raws, "acme", "free", host, cupel.RunOptions{Tier: cupel.TierBuiltin})
	wantCode(t, err, cupel.InvalidArgument)
	_, err = cupel.RunBoefje(ctx, nil, raws, "acme", "free", host, cupel.RunOptions{})
	wantCode(t, err, cupel.InvalidArgument)
	_, err = cupel.RunBoefjeJob(ctx, registry, raws, nil, cupel.RunOptions{})
	wantCode(t, err, cupel.InvalidArgument)
	_, err = cupel.RunNormalizer(ctx, registry, raws, "norm", "70da7d4f-f41f-4940-901b-d98a92e9014b", nil, cupel.RunOptions{})
	wantCode(t, err, cupel.NotFound)
	raws.Close()
	if _, err := cupel.RunBoefje(ctx, registry, raws, "acme", "free", host, cupel.RunOptions{}); !errors.Is(err, cupel.ErrClosed) {
		t.Errorf("error %v", err)
	}
}
