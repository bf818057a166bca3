// A host with an Abseil and a protobuf of its own that it exports, and that are
// not what the library was built with: here functions that count their callers
// and answer nonsense. Where the linker lets them, they take the place of the
// real ones (docs/hosts.md says where).
//
//   foreign_host load          what must hold wherever it is linked
//   foreign_host use           everything works, and no call goes astray
//   foreign_host open LIBRARY  the same, with the library opened by dlopen
//                              (RTLD_DEEPBIND) instead of linked
#include <cupel/cupel.h>
#include <dlfcn.h>

#include <atomic>
#include <cstddef>
#include <string>

#include "host.h"

static std::atomic<int> astray{0};

#define FOREIGN extern "C" __attribute__((visibility("default"), used))

// absl::Status::Status(absl::StatusCode, absl::string_view)
FOREIGN void ForeignStatus(uintptr_t* status, int, const char*, size_t) __asm__(
    "_ZN4absl7debian36StatusC1ENS0_10StatusCodeENS0_11string_viewE");
FOREIGN void ForeignStatus(uintptr_t* status, int, const char*, size_t) {
  ++astray;
  *status = 0;  // OK, whatever it was to be
}

// absl::IsNotFound(const absl::Status&)
FOREIGN bool ForeignIsNotFound(const void*) __asm__(
    "_ZN4absl7debian310IsNotFoundERKNS0_6StatusE");
FOREIGN bool ForeignIsNotFound(const void*) {
  ++astray;
  return true;
}

// google::protobuf::MessageLite::ParseFromArray(const void*, int)
FOREIGN bool ForeignParse(void*, const void*, int) __asm__(
    "_ZN6google8protobuf11MessageLite14ParseFromArrayEPKvi");
FOREIGN bool ForeignParse(void*, const void*, int) {
  ++astray;
  return false;
}

// std::string google::protobuf::MessageLite::SerializeAsString() const
std::string ForeignSerialize(const void*) __asm__(
    "_ZNK6google8protobuf11MessageLite17SerializeAsStringB5cxx11Ev");
__attribute__((visibility("default"), used)) std::string ForeignSerialize(
    const void*) {
  ++astray;
  return "nonsense";
}

namespace {

// A function of the library: the linked one, or the one in `library`.
template <typename Function>
Function* Find(void* library, const char* name, Function* linked) {
  if (library == nullptr) return linked;
  void* const found = dlsym(library, name);
  HostExpect(found != nullptr, name);
  return reinterpret_cast<Function*>(found);
}

#ifdef CUPEL_HOST_LINKED
#define FIND(name) Find(library, #name, &name)
#else
#define FIND(name) Find<decltype(name)>(library, #name, nullptr)
#endif

// What fails, fails with an Abseil status that has a message.
void Fail(void* library) {
  cupel_job* job = nullptr;
  cupel_error* error = nullptr;
  HostExpect(FIND(cupel_job_parse)(cupel_str("{"), CUPEL_JOB_ANY, &job,
                                   &error) == CUPEL_STATUS_INVALID_ARGUMENT,
             "a broken job is no error");
  HostExpect(FIND(cupel_error_message)(error).size > 0,
             "an error has no message");
  FIND(cupel_error_free)(error);
}

void RoundTrip(void* library) {
  const char* const text =
      R"({"id":"3f0c2f0e-5b7a-4c5e-9d01-82f1a3b4c5d6","started_at":null,)"
      R"("ended_at":null,"boefje":{"id":"dns","version":"1",)"
      R"("oci_image":null},"input_ooi":"Hostname|internet|acme.example",)"
      R"("arguments":{},"organization":"acme","runnable_hash":"aa",)"
      R"("environment":{}})";
  cupel_job* job = nullptr;
  cupel_job* again = nullptr;
  cupel_buffer* bytes = nullptr;
  HostExpect(FIND(cupel_job_parse)(cupel_str(text), CUPEL_JOB_ANY, &job,
                                   nullptr) == CUPEL_STATUS_OK,
             "cupel_job_parse");
  HostExpect(FIND(cupel_job_encode)(job, &bytes, nullptr) == CUPEL_STATUS_OK,
             "cupel_job_encode");
  HostExpect(FIND(cupel_job_decode)(FIND(cupel_buffer_view)(bytes), &again,
                                    nullptr) == CUPEL_STATUS_OK,
             "cupel_job_decode");
  FIND(cupel_buffer_free)(bytes);
  FIND(cupel_job_free)(again);
  FIND(cupel_job_free)(job);
}

void Use(void* library) {
  Fail(library);
  RoundTrip(library);
  HostExpect(astray.load() == 0, "calls of the library went to the host");
}

int Usage() {
  fprintf(stderr, "usage: foreign_host load | use | open LIBRARY\n");
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string mode = argc > 1 ? argv[1] : "";
  if (mode == "open" && argc == 3) {
    void* const library =
        dlopen(argv[2], RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND);
    if (library == nullptr) {
      fprintf(stderr, "foreign_host: %s\n", dlerror());
      return 1;
    }
    Use(library);
#ifdef CUPEL_HOST_LINKED
  } else if (mode == "load" && argc == 2) {
    HostExpect(cupel_version() != 0, "cupel_version");
    HostExpect(cupel_status_name(0) != nullptr, "cupel_status_name");
    HostExpect(astray.load() == 0, "it took a call to load the library");
  } else if (mode == "use" && argc == 2) {
    Use(nullptr);
#endif
  } else {
    return Usage();
  }
  if (astray.load() != 0) {
    fprintf(stderr, "foreign_host: %d calls went astray\n", astray.load());
  }
  return HostResult("foreign_host");
}
