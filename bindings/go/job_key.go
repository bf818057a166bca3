package cupel

// #include "shim.h"
import "C"

// EnvironmentFingerprint is the fingerprint of the environment that a job
// carries, as Environment.Fingerprint makes it of the same variables.
// FailedPrecondition if the ring has no key, or for a job that is no BoefjeMeta
// and no task with one.
func (j *Job) EnvironmentFingerprint(keyring *Keyring) (string, error) {
	p, err := j.handle.acquire()
	if err != nil {
		return "", err
	}
	defer j.handle.release()
	print, err := keyring.buffer(func(ring *C.cupel_keyring, out outBuffer, err outError) {
		C.cupel_job_environment_fingerprint(p, ring, out, err)
	})
	return string(print), err
}

// Key decides whether a run serves for another: 64 hexadecimal digits over
// plugin, version, image, runnable hash, input and environment; not the
// organisation. The job is a BoefjeMeta or a task with one. The fingerprint may
// be empty only if the job carries no environment. FailedPrecondition for
// another kind of job or without the fingerprint; InvalidArgument if there is
// neither a version, an image nor a hash: such a plugin can't be told from its
// next version.
func (j *Job) Key(environmentFingerprint string) (string, error) {
	key, err := j.handle.buffer(func(p *C.cupel_job, out outBuffer, err outError) {
		C.cupel_job_key(p, viewString(environmentFingerprint), out, err)
	})
	return string(key), err
}

// JobComparison tells whether two jobs are the same, in words.
type JobComparison struct {
	Same        bool     `json:"same"`
	Differences []string `json:"differences"` // never a value
}

// Compare tells whether two jobs are the same. Environments that they carry are
// compared too.
func (j *Job) Compare(other *Job) (JobComparison, error) {
	if other == nil {
		return JobComparison{}, newError(InvalidArgument, "the other job is nil")
	}
	b, err := other.handle.acquire()
	if err != nil {
		return JobComparison{}, err
	}
	defer other.handle.release()
	return decode[JobComparison](j.handle.buffer(func(a *C.cupel_job, out outBuffer, err outError) {
		C.cupel_job_compare(a, b, out, err)
	}))
}

// OpenKATBoefjeTaskHash is OpenKAT's own hash of a boefje task in its queue
// (MurmurHash3, hexadecimal). An empty input is none, as there.
func OpenKATBoefjeTaskHash(inputOOI, boefje, organisation string) (string, error) {
	hash, err := bufferOf(func(out outBuffer, err outError) {
		C.cupel_openkat_task_hash_boefje(viewString(inputOOI), viewString(boefje), viewString(organisation), out, err)
	})
	return string(hash), err
}

// OpenKATNormalizerTaskHash is the same of a normalizer task.
func OpenKATNormalizerTaskHash(normalizer, boefjeMetaID, organisation string) (string, error) {
	hash, err := bufferOf(func(out outBuffer, err outError) {
		C.cupel_openkat_task_hash_normalizer(viewString(normalizer), viewString(boefjeMetaID), viewString(organisation), out, err)
	})
	return string(hash), err
}
