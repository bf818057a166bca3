package cupel_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"cupel.dev/cupel"
)

// workerConfig works in threads on a queue until it is told to end, or until no
// job is left.
func workerConfig(queue string, exitWhenEmpty bool) string {
	return fmt.Sprintf("[worker]\nexit_when_empty = %t\nmode = \"thread\"\npool_size = 1\nlisten = \"127.0.0.1:0\"\n[queue]\nurl = %q\n", exitWhenEmpty, queue)
}

func TestWorkerWorksAJob(t *testing.T) {
	url := "sqlite:" + filepath.Join(t.TempDir(), "jobs.db")
	queue := openQueue(t, url)
	body, err := json.Marshal(map[string]any{
		"inputs": []any{map[string]string{"name": "x", "content": base64.StdEncoding.EncodeToString([]byte("a needle"))}},
		"rules":  []string{writeFile(t, "test.yar", testRules)},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := queue.Submit(cupel.NewJob{Kind: "scan", ID: "a", Body: body}); err != nil {
		t.Fatal(err)
	}
	var mutex sync.Mutex
	var lines []string
	worker, err := cupel.NewWorker(cupel.WorkerOptions{
		Config: workerConfig("will be replaced", true), Environment: []string{"CUPEL_WORKER_QUEUE_URL=" + url},
		Log: func(level cupel.LogLevel, line string) {
			mutex.Lock()
			defer mutex.Unlock()
			lines = append(lines, line)
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer worker.Close()
	if err := worker.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	result, err := queue.Result("a")
	if err != nil {
		t.Fatal(err)
	}
	var document cupel.Document
	if err := json.Unmarshal(result, &document); err != nil || document.Verdict != cupel.VerdictMatched || document.Findings[0].Rule != "needle" {
		t.Errorf("result %s, error %v", result, err)
	}
	if len(lines) == 0 {
		t.Error("nothing was logged")
	}
	wantCode(t, worker.Run(context.Background()), cupel.FailedPrecondition)
}

func TestWorkerEndsAsItIsTold(t *testing.T) {
	for name, end := range map[string]func(*cupel.Worker, context.CancelFunc) error{
		"drain":   func(w *cupel.Worker, _ context.CancelFunc) error { return w.Drain() },
		"stop":    func(w *cupel.Worker, _ context.CancelFunc) error { return w.Stop() },
		"close":   func(w *cupel.Worker, _ context.CancelFunc) error { return w.Close() },
		"context": func(_ *cupel.Worker, cancel context.CancelFunc) error { cancel(); return nil },
	} {
		started := make(chan struct{})
		var once sync.Once
		worker, err := cupel.NewWorker(cupel.WorkerOptions{
			Config: workerConfig("memory:", false),
			Log:    func(cupel.LogLevel, string) { once.Do(func() { close(started) }) },
		})
		if err != nil {
			t.Fatal(name, err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan error)
		go func() { done <- worker.Run(ctx) }()
		<-started
		if err := worker.Reload(); err != nil {
			t.Error(name, err)
		}
		if status, err := worker.Status(); err != nil || !json.Valid(status) {
			t.Errorf("%s: status %s, error %v", name, status, err)
		}
		answer := httptest.NewRecorder()
		worker.ServeHTTP(answer, httptest.NewRequest("GET", "/healthz", nil))
		if answer.Code != 200 || worker.Listen() != "127.0.0.1:0" {
			t.Errorf("%s: status %d, listens on %q", name, answer.Code, worker.Listen())
		}
		if err := end(worker, cancel); err != nil {
			t.Error(name, err)
		}
		err = <-done
		if name == "context" != errors.Is(err, context.Canceled) || name != "context" && err != nil {
			t.Errorf("%s: error %v", name, err)
		}
		cancel()
		worker.Close()
		if err := worker.Run(context.Background()); !errors.Is(err, cupel.ErrClosed) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func TestPanicOfAWorkersLog(t *testing.T) {
	worker, err := cupel.NewWorker(cupel.WorkerOptions{
		Config: workerConfig("memory:", false),
		Log:    func(cupel.LogLevel, string) { panic("boo") },
	})
	if err != nil {
		t.Fatal(err)
	}
	defer worker.Close()
	defer func() {
		if value := recover(); value != "boo" {
			t.Errorf("recovered %v", value)
		}
	}()
	worker.Run(context.Background())
	t.Error("the panic was swallowed")
}

func TestWorkersThatAreWrong(t *testing.T) {
	_, err := cupel.NewWorker(cupel.WorkerOptions{Config: "[worker]\npool_size = 0\n", ConfigName: "mine.toml"})
	failed := wantCode(t, err, cupel.InvalidArgument)
	if !strings.Contains(failed.Message, "worker.pool_size") || !strings.Contains(failed.Message, "queue.url") {
		t.Errorf("%q", failed.Message)
	}
	check, err := cupel.CheckWorker(context.Background(), cupel.WorkerOptions{Config: workerConfig("memory:", true)})
	if err != nil || !check.OK || len(check.Plan) == 0 {
		t.Errorf("check %+v, error %v", check, err)
	}
	bad := cupel.WorkerOptions{Config: "[worker]\npool_size = 0\n"}
	check, err = cupel.CheckWorker(context.Background(), bad)
	if err != nil || check.OK || len(check.Problems) < 2 || check.Problems[0].Remedy == "" {
		t.Errorf("check %+v, error %v", check, err)
	}
	text, ok, err := cupel.CheckWorkerText(context.Background(), bad)
	if err != nil || ok || !strings.Contains(text, "pool_size") {
		t.Errorf("text %q, ok %t, error %v", text, ok, err)
	}
}
