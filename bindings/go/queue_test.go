package cupel_test

import (
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cupel.dev/cupel"
)

func testTime() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) }

func openQueue(t testing.TB, url string) *cupel.Queue {
	t.Helper()
	queue, err := cupel.OpenQueue(url, cupel.QueueOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { queue.Close() })
	return queue
}

func leaseOne(t testing.TB, queue *cupel.Queue) cupel.QueuedJob {
	t.Helper()
	jobs, err := queue.Lease(cupel.LeaseOptions{Worker: "test:1", Kinds: []string{"scan", "other"}})
	if err != nil || len(jobs) != 1 {
		t.Fatalf("leased %+v, error %v", jobs, err)
	}
	return jobs[0]
}

func TestJobFromSubmittingToItsResult(t *testing.T) {
	path := filepath.Join(t.TempDir(), "jobs.db")
	queue := openQueue(t, "sqlite:"+path)
	if url, err := queue.URL(); err != nil || url != "sqlite:"+path {
		t.Errorf("URL %q, error %v", url, err)
	}
	past := testTime()
	job := cupel.NewJob{Kind: "scan", ID: "a", Organisation: "acme", Priority: -3, NotBefore: &past, DedupKey: "k", Body: json.RawMessage(`{"inputs":[{"path":"/x"}]}`)}
	for _, existed := range []bool{false, true} {
		submitted, err := queue.Submit(job)
		if err != nil || len(submitted) != 1 || submitted[0].ID != "a" || submitted[0].Existed != existed {
			t.Fatalf("submitted %+v, error %v", submitted, err)
		}
	}
	if err := queue.Wait(context.Background(), time.Minute, "scan"); err != nil {
		t.Fatal(err)
	}
	leased := leaseOne(t, queue)
	if leased.ID != "a" || leased.State != "leased" || string(leased.Body) != `{"inputs":[{"path":"/x"}]}` || leased.Worker != "test:1" || leased.NotBefore != "2026-01-02T03:04:05Z" {
		t.Errorf("leased %+v", leased)
	}
	if renewal, err := queue.Renew("a", leased.Token, time.Minute); err != nil || renewal.CancelWanted || renewal.Expires == "" {
		t.Errorf("renewal %+v, error %v", renewal, err)
	}
	renewal, err := queue.Renew("a", leased.Token, 0)
	if expires, bad := time.Parse(time.RFC3339Nano, renewal.Expires); err != nil || bad != nil || time.Until(expires) < 30*time.Second {
		t.Errorf("by default renewed as %+v, error %v", renewal, err)
	}
	wantCode(t, queue.Complete("a", leased.Token+1, "text/plain", nil), cupel.Aborted)
	if err := queue.Complete("a", leased.Token, "text/plain", []byte("all well")); err != nil {
		t.Fatal(err)
	}
	if result, err := queue.Result("a"); err != nil || string(result) != "all well" {
		t.Errorf("result %q, error %v", result, err)
	}
	done, err := queue.Job("a")
	if err != nil || done.State != "completed" || done.Result == nil || done.Result.Size != 8 || len(done.History) != 1 || done.History[0].Outcome != "completed" {
		t.Errorf("job %+v, error %v", done, err)
	}
	if stats, err := queue.Stats(); err != nil || stats.Completed != 1 || stats.OldestWaiting != "" {
		t.Errorf("stats %+v, error %v", stats, err)
	}
	if removed, err := queue.Purge("", 0); err != nil || removed != 1 {
		t.Errorf("removed %d, error %v", removed, err)
	}
	_, err = queue.Job("a")
	wantCode(t, err, cupel.NotFound)
}

func TestJobThatFails(t *testing.T) {
	queue := openQueue(t, "memory:")
	if _, err := queue.SubmitJSON([]byte("{\"kind\":\"scan\",\"id\":\"a\",\"body\":{}}\n{\"kind\":\"other\",\"id\":\"b\",\"body\":{}}\n")); err != nil {
		t.Fatal(err)
	}
	first := leaseOne(t, queue)
	if err := queue.Release(first.ID, first.Token, "not now"); err != nil {
		t.Fatal(err)
	}
	first = leaseOne(t, queue)
	if err := queue.Fail(first.ID, first.Token, cupel.Failure{Reason: "broken", Final: true, Signal: 9, LastStep: "unpack", MaxRSSBytes: 5}); err != nil {
		t.Fatal(err)
	}
	dead, err := queue.List(cupel.QueueListOptions{State: "dead"})
	if err != nil || len(dead) != 1 || dead[0].Reason != "broken" {
		t.Errorf("dead %+v, error %v", dead, err)
	}
	job, err := queue.Job(first.ID)
	if last := job.History[len(job.History)-1]; err != nil || last.Signal != 9 || last.LastStep != "unpack" || last.MaxRSSBytes != 5 {
		t.Errorf("history %+v, error %v", job.History, err)
	}
	if err := queue.Retry(first.ID); err != nil {
		t.Fatal(err)
	}
	if err := queue.Cancel(first.ID, "no more"); err != nil {
		t.Fatal(err)
	}
	other, err := queue.List(cupel.QueueListOptions{Kind: "other", Max: 1})
	if err != nil || len(other) != 1 || other[0].ID != "b" {
		t.Errorf("other %+v, error %v", other, err)
	}
}

func TestQueuesAndJobsThatAreWrong(t *testing.T) {
	_, err := cupel.OpenQueue("carrier-pigeon://user:"+secret+"@x", cupel.QueueOptions{})
	if failed := wantCode(t, err, cupel.InvalidArgument); strings.Contains(failed.Message, secret) {
		t.Errorf("%q shows the password", failed.Message)
	}
	for _, options := range []cupel.QueueOptions{{MaxAttempts: -1}, {MaxAttempts: 1001}, {BusyTimeout: -1}} {
		_, err := cupel.OpenQueue("memory:", options)
		wantCode(t, err, cupel.InvalidArgument)
	}
	queue := openQueue(t, "memory:")
	_, err = queue.Submit(cupel.NewJob{Kind: "scan"})
	wantCode(t, err, cupel.InvalidArgument)
	_, err = queue.Submit(cupel.NewJob{Kind: "scan", Body: json.RawMessage("{")})
	wantCode(t, err, cupel.InvalidArgument)
	if submitted, err := queue.Submit(); err != nil || submitted != nil {
		t.Errorf("of no jobs there are %+v, error %v", submitted, err)
	}
	_, err = queue.Lease(cupel.LeaseOptions{Max: -1})
	wantCode(t, err, cupel.InvalidArgument)
	_, err = queue.List(cupel.QueueListOptions{Max: -1})
	wantCode(t, err, cupel.InvalidArgument)
	_, err = queue.Purge("nonsense", 0)
	wantCode(t, err, cupel.InvalidArgument)
	_, err = queue.Purge("", -1)
	wantCode(t, err, cupel.InvalidArgument)
}

func TestWaitingForJobsEnds(t *testing.T) {
	queue := openQueue(t, "memory:")
	// Before the first lease there is nothing to wait for.
	if jobs, err := queue.Lease(cupel.LeaseOptions{}); err != nil || len(jobs) != 0 {
		t.Fatalf("leased %+v, error %v", jobs, err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	var err error
	for err == nil { // It may return early.
		err = queue.Wait(ctx, time.Hour)
	}
	if !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, cupel.ErrDeadlineExceeded) {
		t.Errorf("error %v", err)
	}
	queue.Close()
	if _, err := queue.Submit(); !errors.Is(err, cupel.ErrClosed) {
		t.Errorf("error %v", err)
	}
	if err := queue.Wait(context.Background(), 0); !errors.Is(err, cupel.ErrClosed) {
		t.Errorf("error %v", err)
	}
}
