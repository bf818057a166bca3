/* What each rule costs over files of one's own. */
#include "cupel_python.h"

typedef struct Profile {
  Call call;
  const cupel_engine* engine;
  const cupel_ruleset* rules;
  const cupel_inputs* inputs;
  PyObject* on_progress;
  const cupel_progress* now;
  cupel_buffer* json;
  cupel_status status;
  cupel_error* error;
} Profile;

static int TellPasses(void* args) {
  const Profile* profile = args;
  PyObject* result = PyObject_CallFunction(
      profile->on_progress, "KKK", (unsigned long long)profile->now->elapsed_ns,
      (unsigned long long)profile->now->input_bytes_done,
      (unsigned long long)profile->now->input_bytes);
  if (result == NULL) return -1;
  const int stop = PyObject_IsTrue(result);
  Py_DECREF(result);
  return stop;
}

static int32_t OnProgress(void* user_data, const cupel_progress* progress) {
  Profile* profile = user_data;
  profile->now = progress;
  return InPython(&profile->call, TellPasses, profile);
}

static void DoProfile(void* args, cupel_cancel* cancel) {
  Profile* p = args;
  p->status = cupel_ruleset_profile(p->engine, p->rules, p->inputs, cancel,
                                    p->on_progress == NULL ? NULL : OnProgress,
                                    p, &p->json, &p->error);
}

static PyObject* RunProfile(PyObject* module, PyObject* const* args,
                            Py_ssize_t count) {
  ModuleState* state = ModuleStateOf(module);
  void *engine, *rules, *inputs;
  if (CheckCount("profile", count, 5) < 0 ||
      CheckHandle(state, kTypeEngine, args[0], "engine", 0, &engine) < 0 ||
      CheckHandle(state, kTypeRuleset, args[1], "rules", 0, &rules) < 0 ||
      CheckHandle(state, kTypeInputs, args[2], "inputs", 0, &inputs) < 0) {
    return NULL;
  }
  Profile profile = {.engine = engine, .rules = rules, .inputs = inputs};
  profile.on_progress = args[4] == Py_None ? NULL : args[4];
  if (RunCall(state, &profile.call, args[3], kMayLast, DoProfile, &profile) <
      0) {
    cupel_buffer_free(profile.json);
    cupel_error_free(profile.error);
    return NULL;
  }
  if (profile.status != CUPEL_STATUS_OK) {
    return Raise(state, profile.status, profile.error);
  }
  return TakeText(profile.json);
}

static PyMethodDef functions[] = {
    {"profile", (PyCFunction)(void (*)(void))RunProfile, METH_FASTCALL,
     PyDoc_STR("profile(engine, rules, inputs, cancel, on_progress) -> str")},
    {NULL, NULL, 0, NULL},
};

int AddProfile(PyObject* module) {
  return PyModule_AddFunctions(module, functions);
}
