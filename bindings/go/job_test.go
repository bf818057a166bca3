package cupel_test

import (
	"strings"
	"testing"

	"cupel.dev/cupel"
)

const boefjeMeta = `{"id":"70da7d4f-f41f-4940-901b-d98a92e9014b","boefje":{"id":"dns","version":"1"},` +
	`"organization":"acme","arguments":{},"environment":{"API_KEY":"` + secret + `"}}`

func parseJob(t testing.TB, text string, kind cupel.JobKind) *cupel.Job {
	t.Helper()
	job, err := cupel.ParseJob([]byte(text), kind)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { job.Close() })
	return job
}

func TestJobs(t *testing.T) {
	job := parseJob(t, boefjeMeta, cupel.JobAny)
	if job.Kind() != cupel.JobBoefjeMeta || job.Kind().String() != "BoefjeMeta" || cupel.JobKind(99).String() != "unknown" {
		t.Errorf("kind %v", job.Kind())
	}
	masked, err := job.JSON(cupel.JobIndent)
	if err != nil || strings.Contains(string(masked), secret) || !strings.Contains(string(masked), "\n") {
		t.Errorf("JSON %s, error %v", masked, err)
	}
	if revealed, err := job.JSON(cupel.JobReveal); err != nil || !strings.Contains(string(revealed), secret) {
		t.Errorf("JSON %s, error %v", revealed, err)
	}
	bytes, err := job.Encode()
	if err != nil {
		t.Fatal(err)
	}
	again, err := cupel.DecodeJob(bytes)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if compared, err := job.Compare(again); err != nil || !compared.Same || len(compared.Differences) != 0 {
		t.Errorf("compared %+v, error %v", compared, err)
	}
	_, err = cupel.DecodeJob(bytes[:len(bytes)-1])
	wantCode(t, err, cupel.DataLoss)
	_, err = job.Compare(nil)
	wantCode(t, err, cupel.InvalidArgument)
	_, err = job.Status()
	wantCode(t, err, cupel.FailedPrecondition)
}

func TestJobsThatAreWrong(t *testing.T) {
	text := []byte(`{"id":7,"boefje":{},"organization":"` + secret + `"}`)
	_, err := cupel.ParseJob(text, cupel.JobBoefjeMeta)
	if failed := wantCode(t, err, cupel.InvalidArgument); !strings.Contains(failed.Message, "$.") || strings.Contains(failed.Message, secret) {
		t.Errorf("%q", failed.Message)
	}
	check, err := cupel.CheckJob(text, cupel.JobBoefjeMeta)
	if err != nil || check.Sound || check.Kind != "BoefjeMeta" || check.Count != len(check.Problems) || len(check.Problems) < 2 {
		t.Errorf("check %+v, error %v", check, err)
	}
	for _, text := range []string{"", "{", "\xff"} {
		_, err := cupel.CheckJob([]byte(text), cupel.JobAny)
		wantCode(t, err, cupel.InvalidArgument)
	}
	_, err = cupel.ParseJob([]byte("{}"), 99)
	wantCode(t, err, cupel.InvalidArgument)
}

func TestLifeOfATask(t *testing.T) {
	task := parseJob(t, `{"id":"70da7d4f-f41f-4940-901b-d98a92e9014b","scheduler_id":"boefje","schedule_id":null,"organisation":"acme",`+
		`"priority":1,"status":"queued","type":"boefje","hash":null,"data":`+boefjeMeta+`,"created_at":"2026-01-02T03:04:05Z","modified_at":"2026-01-02T03:04:05Z"}`, cupel.JobTask)
	if status, err := task.Status(); err != nil || status != cupel.TaskQueued {
		t.Errorf("status %v, error %v", status, err)
	}
	next, err := task.Transition(cupel.TaskDispatched)
	if err != nil {
		t.Fatal(err)
	}
	defer next.Close()
	if status, err := next.Status(); err != nil || status.String() != "dispatched" {
		t.Errorf("status %v, error %v", status, err)
	}
	_, err = next.Transition(cupel.TaskPending)
	wantCode(t, err, cupel.FailedPrecondition)
	if err := cupel.CheckTransition(cupel.TaskRunning, cupel.TaskCompleted); err != nil {
		t.Error(err)
	}
	failed := wantCode(t, cupel.CheckTransition(cupel.TaskCompleted, cupel.TaskRunning), cupel.FailedPrecondition)
	if !strings.Contains(failed.Message, "completed") {
		t.Errorf("%q", failed.Message)
	}
}

func TestKeysOfJobs(t *testing.T) {
	job := parseJob(t, boefjeMeta, cupel.JobBoefjeMeta)
	_, err := job.Key("")
	wantCode(t, err, cupel.FailedPrecondition)
	print, err := job.EnvironmentFingerprint(newKeyring(t))
	if err != nil {
		t.Fatal(err)
	}
	key, err := job.Key(print)
	if err != nil || len(key) != 64 {
		t.Errorf("key %q, error %v", key, err)
	}
	other := parseJob(t, strings.Replace(boefjeMeta, `"acme"`, `"other"`, 1), cupel.JobBoefjeMeta)
	if same, err := other.Key(print); err != nil || same != key {
		t.Errorf("key %q, error %v", same, err)
	}
	boefje, err := cupel.OpenKATBoefjeTaskHash("Hostname|internet|x", "dns", "acme")
	if err != nil || boefje == "" {
		t.Errorf("hash %q, error %v", boefje, err)
	}
	normalizer, err := cupel.OpenKATNormalizerTaskHash("norm", "70da7d4f-f41f-4940-901b-d98a92e9014b", "acme")
	if err != nil || normalizer == boefje {
		t.Errorf("hash %q, error %v", normalizer, err)
	}
}

func TestSharedRuns(t *testing.T) {
	job := parseJob(t, strings.Replace(boefjeMeta, `,"environment":{"API_KEY":"`+secret+`"}`, "", 1), cupel.JobBoefjeMeta)
	key, err := job.Key("")
	if err != nil {
		t.Fatal(err)
	}
	dedup, err := cupel.OpenDedup(cupel.DedupOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer dedup.Close()
	join := func(organisation, id string) cupel.DedupAction {
		t.Helper()
		action, err := dedup.Join(cupel.DedupRequest{
			Install: true, OrganisationAllows: true, PluginAllows: true, Organisation: organisation, Job: id, Plugin: "dns", Key: key,
		})
		if err != nil {
			t.Fatal(err)
		}
		return action
	}
	lead := join("acme", "1")
	if lead.Action != "lead" || lead.Expires == "" {
		t.Fatalf("action %+v", lead)
	}
	if follow := join("other", "2"); follow.Action != "follow" {
		t.Fatalf("action %+v", follow)
	}
	if lease, err := dedup.Renew("acme", "1", lead.Token); err != nil || lease.Token != lead.Token {
		t.Errorf("lease %+v, error %v", lease, err)
	}
	_, err = dedup.Complete("acme", "1", lead.Token+1, nil)
	wantCode(t, err, cupel.FailedPrecondition)
	shares, err := dedup.Complete("acme", "1", lead.Token, []cupel.DedupOutput{
		{Bytes: []byte("raw\x00bytes"), MimeTypes: []string{"text/plain", "a/b"}}, {MimeTypes: []string{"c/d"}},
	})
	if err != nil || len(shares) != 2 || shares[1].Organisation != "other" || len(shares[1].Raws) != 2 {
		t.Fatalf("shares %+v, error %v", shares, err)
	}
	raw := shares[1].Raws[0]
	if len(raw.MimeTypes) != 2 || raw.Size != 9 || raw.Job != "2" {
		t.Errorf("raw %+v", raw)
	}
	if bytes, err := dedup.RawBytes("other", raw.ID); err != nil || string(bytes) != "raw\x00bytes" {
		t.Errorf("bytes %q, error %v", bytes, err)
	}
	_, err = dedup.RawBytes("acme", raw.ID)
	wantCode(t, err, cupel.NotFound)
	if reuse := join("third", "3"); reuse.Action != "reuse" || len(reuse.Raws) != 2 {
		t.Errorf("action %+v", reuse)
	}
	if err := dedup.DeleteRaw("other", raw.ID); err != nil {
		t.Error(err)
	}
	if raws, err := dedup.Raws("other", ""); err != nil || len(raws) != 1 {
		t.Errorf("raws %+v, error %v", raws, err)
	}
	if _, err := dedup.Forget("other"); err != nil {
		t.Error(err)
	}
	if _, err := dedup.Prune(0); err != nil {
		t.Error(err)
	}
	_, err = dedup.Prune(-1)
	wantCode(t, err, cupel.InvalidArgument)
}

func TestRunsThatFailReleaseTheOthers(t *testing.T) {
	dedup, err := cupel.OpenDedup(cupel.DedupOptions{Lease: 60_000_000_000})
	if err != nil {
		t.Fatal(err)
	}
	defer dedup.Close()
	start := testTime()
	if err := dedup.SetTime(start); err != nil {
		t.Fatal(err)
	}
	request := cupel.DedupRequest{
		Install: true, OrganisationAllows: true, PluginAllows: true, Organisation: "acme", Plugin: "dns", Key: strings.Repeat("0", 64),
	}
	tokens := map[string]int64{}
	for _, id := range []string{"1", "2", "3"} {
		request.Job = id
		action, err := dedup.Join(request)
		if err != nil {
			t.Fatal(err)
		}
		tokens[id] = action.Token
	}
	released, err := dedup.Leave("acme", "2")
	if err != nil || len(released) != 0 {
		t.Errorf("released %+v, error %v", released, err)
	}
	if released, err = dedup.Fail("acme", "1", tokens["1"]); err != nil || len(released) != 1 || released[0].Job != "3" || released[0].Led {
		t.Errorf("released %+v, error %v", released, err)
	}
	request.Job = "4"
	if _, err := dedup.Join(request); err != nil {
		t.Fatal(err)
	}
	if err := dedup.SetTime(start.Add(61_000_000_000)); err != nil {
		t.Fatal(err)
	}
	if released, err = dedup.ReleaseExpired(); err != nil || len(released) != 1 || !released[0].Led {
		t.Errorf("released %+v, error %v", released, err)
	}
	request.SystemVariableNames = []string{"BOEFJE_X"}
	_, err = dedup.Join(request)
	wantCode(t, err, cupel.FailedPrecondition)
}
