package cupel

// #include "shim.h"
import "C"

import (
	"encoding/json"
	"runtime"
)

// JobKind says which model of OpenKAT a job is.
type JobKind int32

// The models.
const (
	JobAny                    JobKind = C.CUPEL_JOB_ANY // for parsing: whichever it looks like
	JobTask                   JobKind = C.CUPEL_JOB_TASK
	JobTaskPop                JobKind = C.CUPEL_JOB_TASK_POP
	JobPaginatedTasksResponse JobKind = C.CUPEL_JOB_PAGINATED_TASKS_RESPONSE
	JobQueue                  JobKind = C.CUPEL_JOB_QUEUE
	JobBoefjeMeta             JobKind = C.CUPEL_JOB_BOEFJE_META
	JobRawDataMeta            JobKind = C.CUPEL_JOB_RAW_DATA_META
	JobNormalizerMeta         JobKind = C.CUPEL_JOB_NORMALIZER_META
	JobFile                   JobKind = C.CUPEL_JOB_FILE
	JobBoefjeOutput           JobKind = C.CUPEL_JOB_BOEFJE_OUTPUT
	JobBoefjeInput            JobKind = C.CUPEL_JOB_BOEFJE_INPUT
	JobNormalizerObservation  JobKind = C.CUPEL_JOB_NORMALIZER_OBSERVATION
	JobNormalizerDeclaration  JobKind = C.CUPEL_JOB_NORMALIZER_DECLARATION
	JobNormalizerAffirmation  JobKind = C.CUPEL_JOB_NORMALIZER_AFFIRMATION
	JobDeclaredScanProfile    JobKind = C.CUPEL_JOB_DECLARED_SCAN_PROFILE
	JobNormalizerResults      JobKind = C.CUPEL_JOB_NORMALIZER_RESULTS
	JobOOI                    JobKind = C.CUPEL_JOB_OOI
)

// String gives OpenKAT's name of the model: "TaskPop"; "unknown" for a number
// that is none.
func (k JobKind) String() string {
	return C.GoString(C.cupel_job_kind_name(C.cupel_job_kind(k)))
}

// TaskStatus says how far a task is:
//
//	pending -> queued -> dispatched -> running -> completed | failed
//
// From dispatched, running and failed it can go back to queued, for another
// attempt; from whatever is not final it can be cancelled.
type TaskStatus int32

// How far a task is.
const (
	TaskPending    TaskStatus = C.CUPEL_TASK_PENDING
	TaskQueued     TaskStatus = C.CUPEL_TASK_QUEUED
	TaskDispatched TaskStatus = C.CUPEL_TASK_DISPATCHED
	TaskRunning    TaskStatus = C.CUPEL_TASK_RUNNING
	TaskCompleted  TaskStatus = C.CUPEL_TASK_COMPLETED
	TaskFailed     TaskStatus = C.CUPEL_TASK_FAILED
	TaskCancelled  TaskStatus = C.CUPEL_TASK_CANCELLED
)

// String gives "dispatched", as JSON has it; "unknown" for a number that is
// none.
func (s TaskStatus) String() string {
	return C.GoString(C.cupel_task_status_name(C.cupel_task_status(s)))
}

// CheckTransition gives nil if a task may go from one status to the other; else
// FailedPrecondition, with those that are legal.
func CheckTransition(from, to TaskStatus) error {
	var cerr *C.cupel_error
	C.cupel_task_transition_check(C.cupel_task_status(from), C.cupel_task_status(to), &cerr)
	return takeError(cerr)
}

// Job is one document of OpenKAT, read and found sound. Immutable.
type Job struct {
	handle handle[*C.cupel_job]
	kind   JobKind
}

func newJob(job *C.cupel_job) *Job {
	j := &Job{
		handle: newHandle(job, "the job", func(p *C.cupel_job) { C.cupel_job_free(p) }),
		kind:   JobKind(C.cupel_job_get_kind(job)),
	}
	runtime.SetFinalizer(j, (*Job).Close)
	return j
}

// ParseJob reads JSON as a model. InvalidArgument for what is no such document,
// with the first problem and the number of the others; ResourceExhausted for one
// that is too large (16 MiB), too deep (64) or of too many values (250,000).
// Errors name the JSON path of what is wrong, and never show a value.
func ParseJob(text []byte, kind JobKind) (*Job, error) {
	var job *C.cupel_job
	var cerr *C.cupel_error
	if C.cupel_job_parse(viewBytes(text), C.cupel_job_kind(kind), &job, &cerr); cerr != nil {
		return nil, takeError(cerr)
	}
	return newJob(job), nil
}

// DecodeJob reads what Job.Encode gave. DataLoss, naming the field, for bytes
// that are not whole; Unimplemented for those of a version that is too new.
func DecodeJob(bytes []byte) (*Job, error) {
	var job *C.cupel_job
	var cerr *C.cupel_error
	if C.cupel_job_decode(viewBytes(bytes), &job, &cerr); cerr != nil {
		return nil, takeError(cerr)
	}
	return newJob(job), nil
}

// JobCheck is all that is wrong with a document, and what it is.
type JobCheck struct {
	Kind     string       `json:"kind"` // empty: it looks like no model
	Sound    bool         `json:"sound"`
	Count    int          `json:"count"`    // of all problems
	Problems []JobProblem `json:"problems"` // up to 1000
}

// JobProblem is one thing that is wrong.
type JobProblem struct {
	Path    string `json:"path"` // "$.id"
	Type    string `json:"type"` // "missing", …
	Message string `json:"message"`
}

// CheckJob tells all that is wrong with a document. It fails, as ParseJob does,
// for what is no JSON.
func CheckJob(text []byte, kind JobKind) (JobCheck, error) {
	return decode[JobCheck](bufferOf(func(out outBuffer, err outError) {
		C.cupel_job_check(viewBytes(text), C.cupel_job_kind(kind), out, err)
	}))
}

// Kind is which model it is.
func (j *Job) Kind() JobKind { return j.kind }

// JobFlags say how a job is written.
type JobFlags uint32

// How a job is written.
const (
	JobIndent JobFlags = C.CUPEL_JOB_INDENT // over many lines
	// JobReveal shows the values of environments too, which may be secrets:
	// without it each is "***".
	JobReveal JobFlags = C.CUPEL_JOB_REVEAL
)

// JSON is the job, its keys in the order of OpenKAT's models.
func (j *Job) JSON(flags JobFlags) (json.RawMessage, error) {
	return j.handle.buffer(func(p *C.cupel_job, out outBuffer, err outError) {
		C.cupel_job_json(p, C.uint32_t(flags), out, err)
	})
}

// Encode is the job as protocol buffer bytes (cupel.v1.JobRecord), for storage
// and between processes: the same bytes for the same job, environments included.
func (j *Job) Encode() ([]byte, error) {
	return j.handle.buffer(func(p *C.cupel_job, out outBuffer, err outError) {
		C.cupel_job_encode(p, out, err)
	})
}

// Status of a task. FailedPrecondition for a job that is none.
func (j *Job) Status() (TaskStatus, error) {
	var status C.cupel_task_status
	err := j.handle.do(func(p *C.cupel_job, err outError) {
		C.cupel_job_get_status(p, &status, err)
	})
	return TaskStatus(status), err
}

// Transition gives the task with another status, modified now; the job stays as
// it is. FailedPrecondition for one that is no task and for a transition that is
// not legal.
func (j *Job) Transition(to TaskStatus) (*Job, error) {
	var next *C.cupel_job
	err := j.handle.do(func(p *C.cupel_job, err outError) {
		C.cupel_job_transition(p, C.cupel_task_status(to), &next, err)
	})
	if err != nil {
		return nil, err
	}
	return newJob(next), nil
}

// Close gives the job back.
func (j *Job) Close() error {
	if j == nil {
		return nil
	}
	return j.handle.closeOf(j)
}
