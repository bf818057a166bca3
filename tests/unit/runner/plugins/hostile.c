/* Plugins of one shared object that behave as badly as they can; what each does
 * is what the payload says. "fine" is what the others are tested to be after
 * them. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <cupel/plugin.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char** environ;

static cupel_call* last_call;

static int Is(const cupel_call* call, const char* word) {
  return call->bytes.size == strlen(word) &&
         memcmp(call->bytes.data, word, call->bytes.size) == 0;
}

/* The number behind "word:", or -1. */
static long Argument(const cupel_call* call, const char* word) {
  char text[64];
  const size_t length = strlen(word);
  if (call->bytes.size <= length || call->bytes.size >= sizeof(text) ||
      memcmp(call->bytes.data, word, length) != 0) {
    return -1;
  }
  memcpy(text, call->bytes.data, call->bytes.size);
  text[call->bytes.size] = '\0';
  return strtol(text + length, NULL, 10);
}

/* The rest behind "word:", or NULL. */
static const char* Rest(const cupel_call* call, const char* word) {
  static char text[4096];
  const size_t length = strlen(word);
  if (call->bytes.size <= length || call->bytes.size >= sizeof(text) ||
      memcmp(call->bytes.data, word, length) != 0) {
    return NULL;
  }
  memcpy(text, call->bytes.data, call->bytes.size);
  text[call->bytes.size] = '\0';
  return text + length;
}

static cupel_view View(const void* data, size_t size) {
  cupel_view view = {(const uint8_t*)data, size};
  return view;
}

static void Number(cupel_call* call, long value) {
  char text[32];
  snprintf(text, sizeof(text), "%ld", value);
  cupel_call_result(call, text);
}

/* ------------------------------------------------------- ways to go wrong */

static cupel_status Leak(void) {
  for (;;) {
    char* block = malloc(1 << 20);
    if (block == NULL) abort();
    memset(block, 1, 1 << 20);
  }
}

static void HangForever(void) {
  for (;;) sleep(1000);
}

static void WriteAll(int fd, const void* bytes, size_t size) {
  const char* at = bytes;
  while (size > 0) {
    const ssize_t written = write(fd, at, size);
    if (written <= 0) return;
    at += written;
    size -= (size_t)written;
  }
}

/* A frame of our own making: Child with `in_memfd` of `size`, for call `id`,
 * with descriptor `fd`. */
static void SendChild(uint64_t id, uint8_t size, int fd) {
  /* ToHost.child {call: id, bytes {in_memfd: size}} */
  uint8_t frame[] = {8,    0,           0,    0, 0x12, 6,
                     0x08, (uint8_t)id, 0x12, 2, 0x10, size};
  struct iovec data = {frame, sizeof(frame)};
  char control[CMSG_SPACE(sizeof(int))];
  struct msghdr message;
  memset(&message, 0, sizeof(message));
  memset(control, 0, sizeof(control));
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  if (fd >= 0) {
    message.msg_control = control;
    message.msg_controllen = sizeof(control);
    struct cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(header), &fd, sizeof(fd));
  }
  sendmsg(3, &message, 0);
}

static int Memfd(size_t size, int seals) {
  const int fd = memfd_create("x", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (ftruncate(fd, (off_t)size) != 0) return -1;
  if (seals != 0) fcntl(fd, F_ADD_SEALS, seals);
  return fd;
}

static cupel_status BadFrames(cupel_call* call, int* handled) {
  static const uint8_t kGarbage[] = "\x05\x00\x00\x00garbage";
  static const uint8_t kHuge[] = {0xff, 0xff, 0xff, 0x7f};
  const int all = F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;
  *handled = 1;
  if (Is(call, "garbage")) {
    WriteAll(3, kGarbage, sizeof(kGarbage));
    HangForever();
  }
  if (Is(call, "huge frame")) {
    WriteAll(3, kHuge, sizeof(kHuge));
    HangForever();
  }
  if (Is(call, "unsealed")) {
    SendChild(1, 100, Memfd(100, F_SEAL_SHRINK | F_SEAL_GROW));
    HangForever();
  }
  if (Is(call, "wrong size")) {
    SendChild(1, 100, Memfd(50, all));
    HangForever();
  }
  if (Is(call, "no memfd")) {
    SendChild(1, 100, open("/dev/zero", O_RDONLY));
    HangForever();
  }
  if (Is(call, "no descriptor")) {
    SendChild(1, 100, -1);
    HangForever();
  }
  if (Is(call, "future call")) {
    SendChild(99, 100, Memfd(100, all));
    HangForever();
  }
  if (Is(call, "past call")) {
    /* Call 1 is over when this is call 2. */
    SendChild(1, 100, Memfd(100, all));
    return CUPEL_STATUS_OK;
  }
  if (Is(call, "close channel")) {
    shutdown(3, SHUT_RDWR);
    HangForever();
  }
  *handled = 0;
  return CUPEL_STATUS_OK;
}

static cupel_status Crashes(cupel_call* call, int* handled) {
  *handled = 1;
  if (Is(call, "segv")) *(volatile int*)8 = 1; /* NOLINT */
  if (Is(call, "abort")) abort();
  if (Is(call, "exit")) exit(0);
  if (Is(call, "leak")) return Leak();
  if (Is(call, "burn")) {
    for (volatile long i = 0;; ++i) {
    }
  }
  if (Is(call, "hang")) {
    cupel_call_log(call, CUPEL_LOG_INFO, "hanging");
    HangForever();
  }
  if (Is(call, "result then segv")) {
    cupel_call_result(call, "{\"before\":1}");
    *(volatile int*)8 = 1; /* NOLINT */
  }
  if (Is(call, "wait for cancel")) {
    const struct timespec pause = {0, 1000000};
    cupel_call_log(call, CUPEL_LOG_INFO, "waiting");
    while (!cupel_call_cancelled(call)) nanosleep(&pause, NULL);
    cupel_call_result(call, "\"asked\"");
    return CUPEL_STATUS_CANCELLED;
  }
  *handled = 0;
  return CUPEL_STATUS_OK;
}

static cupel_status TooMuch(cupel_call* call, int* handled) {
  *handled = 1;
  if (Is(call, "flood for ever")) {
    for (;;) cupel_call_child(call, "c", cupel_str("another child"));
  }
  if (Is(call, "flood until told")) {
    while (cupel_call_child(call, "c", cupel_str("another child")) ==
           CUPEL_STATUS_OK) {
    }
    return CUPEL_STATUS_OK;
  }
  if (Is(call, "4 gib result")) {
    const size_t size = (size_t)4 << 30;
    /* Promised only: nobody may look at what there is no room for. */
    const void* bytes =
        mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
             -1, 0);
    if (bytes == MAP_FAILED) {
      return cupel_call_fail(call, CUPEL_STATUS_RESOURCE_EXHAUSTED,
                             strerror(errno));
    }
    return call->host->result(call, View(bytes, size));
  }
  if (Is(call, "long child")) {
    const size_t size = (size_t)3 << 20;
    void* bytes = malloc(size);
    memset(bytes, 'x', size);
    cupel_call_child(call, "long", View(bytes, size));
    free(bytes);
    return CUPEL_STATUS_OK;
  }
  if (Is(call, "deep json")) {
    static char text[100000];
    memset(text, '[', sizeof(text));
    call->host->result(call, View(text, sizeof(text)));
    return CUPEL_STATUS_OK;
  }
  if (Is(call, "no utf-8")) {
    cupel_call_result(call, "\"\xff\xfe\"");
    cupel_call_dispatch(call, "worker:\xff");
    call->host->log(call, CUPEL_LOG_INFO, cupel_str("log \xff"));
    return cupel_call_fail(call, CUPEL_STATUS_DATA_LOSS, "error \xff\x1b[31m");
  }
  if (Is(call, "noise")) {
    for (int i = 0; i < 3; ++i) printf("line %d\n", i);
    fflush(stdout);
    WriteAll(2, "\x1b[31mred\x00\n", 10);
    return CUPEL_STATUS_OK;
  }
  if (Is(call, "log for long")) {
    for (int i = 0; i < 20000; ++i) {
      cupel_call_log(call, CUPEL_LOG_INFO, "one of very many lines");
    }
    return CUPEL_STATUS_OK;
  }
  if (Is(call, "noise for long")) {
    static char line[1024];
    memset(line, 'n', sizeof(line));
    line[sizeof(line) - 1] = '\n';
    for (int i = 0; i < 2000; ++i) WriteAll(1, line, sizeof(line));
    return CUPEL_STATUS_OK;
  }
  *handled = 0;
  return CUPEL_STATUS_OK;
}

/* ------------------------------------------------------ ways to get away */

static void* SleepThread(void* unused) {
  (void)unused;
  HangForever();
  return NULL;
}

static cupel_status Processes(cupel_call* call, int* handled) {
  *handled = 1;
  if (Is(call, "children stay")) {
    for (int i = 0; i < 3; ++i) {
      if (fork() == 0) {
        setsid();
        setpgid(0, 0);
        signal(SIGTERM, SIG_IGN);
        if (fork() == 0) HangForever();
        HangForever();
      }
    }
    Number(call, (long)getpgrp());
    return CUPEL_STATUS_OK;
  }
  if (Is(call, "fork bomb")) {
    long made = 0;
    while (made < 5000) {
      const pid_t pid = fork();
      if (pid == 0) HangForever();
      if (pid < 0) break;
      ++made;
    }
    Number(call, made);
    return CUPEL_STATUS_OK;
  }
  if (Is(call, "threads")) {
    pthread_t thread;
    Number(call, pthread_create(&thread, NULL, SleepThread, NULL));
    return CUPEL_STATUS_OK;
  }
  if (Is(call, "run true")) {
    Number(call, system("/bin/true"));
    return CUPEL_STATUS_OK;
  }
  *handled = 0;
  return CUPEL_STATUS_OK;
}

static long TrySyscall(long number, long a, long b, long c) {
  errno = 0;
  return syscall(number, a, b, c, 0, 0, 0) < 0 ? errno : 0;
}

/* Each hands back the errno of an attempt; 0: it worked. */
static cupel_status Attempts(cupel_call* call, int* handled) {
  const char* path;
  long number;
  *handled = 1;
  errno = 0;
  if ((number = Argument(call, "socket:")) >= 0) {
    Number(call, socket((int)number, SOCK_STREAM, 0) < 0 ? errno : 0);
  } else if ((path = Rest(call, "write:")) != NULL) {
    Number(call, open(path, O_WRONLY | O_CREAT, 0600) < 0 ? errno : 0);
  } else if ((path = Rest(call, "read:")) != NULL) {
    char byte;
    const int fd = open(path, O_RDONLY);
    Number(call, fd < 0 || read(fd, &byte, 1) < 0 ? errno : 0);
  } else if ((number = Argument(call, "kill:")) >= 0) {
    Number(call, kill((pid_t)number, 0) != 0 ? errno : 0);
  } else if ((number = Argument(call, "ptrace:")) >= 0) {
    Number(call, TrySyscall(SYS_ptrace, PTRACE_ATTACH, number, 0));
  } else if ((number = Argument(call, "vm_read:")) >= 0) {
    Number(call, TrySyscall(SYS_process_vm_readv, number, 0, 0));
  } else if ((number = Argument(call, "syscall:")) >= 0) {
    Number(call, TrySyscall(number, 0, 0, 0));
  } else if ((number = Argument(call, "clone:")) >= 0) {
    Number(call, TrySyscall(SYS_clone, number | SIGCHLD, 0, 0));
  } else if (Is(call, "suid")) {
    Number(call, TrySyscall(SYS_setuid, 0, 0, 0));
  } else if (Is(call, "int80")) {
#if defined(__x86_64__)
    long result;
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(20) : "memory");
    Number(call, result);
#else
    raise(SIGSYS);
#endif
  } else {
    *handled = 0;
  }
  return CUPEL_STATUS_OK;
}

static cupel_status Environment(cupel_call* call) {
  for (char** entry = environ; *entry != NULL; ++entry) {
    cupel_call_child(call, "variable", cupel_str(*entry));
  }
  char cwd[4096];
  if (getcwd(cwd, sizeof(cwd)) != NULL) {
    cupel_call_child(call, "cwd", cupel_str(cwd));
  }
  return CUPEL_STATUS_OK;
}

/* Descriptors that are open, by number. */
static cupel_status Descriptors(cupel_call* call) {
  for (int fd = 0; fd < 200; ++fd) {
    if (fcntl(fd, F_GETFD) >= 0) Number(call, fd);
  }
  return CUPEL_STATUS_OK;
}

/* Deeper than a path can be long. */
static cupel_status FillTemp(cupel_call* call) {
  static const char kName[] = "a-folder-in-a-folder-in-a-folder";
  for (int i = 0; i < 200; ++i) {
    if (mkdir(kName, 0700) != 0 || chdir(kName) != 0) {
      Number(call, errno);
      return CUPEL_STATUS_OK;
    }
    close(open("file", O_WRONLY | O_CREAT, 0000));
  }
  mkdir("closed", 0000);
  (void)!symlink("/etc", "link");
  Number(call, 0);
  return CUPEL_STATUS_OK;
}

static cupel_status Scan(cupel_call* call) {
  int handled = 0;
  cupel_status status = Crashes(call, &handled);
  if (!handled) status = TooMuch(call, &handled);
  if (!handled) status = Processes(call, &handled);
  if (!handled) status = BadFrames(call, &handled);
  if (!handled) status = Attempts(call, &handled);
  if (handled) return status;
  if (Is(call, "environment")) return Environment(call);
  if (Is(call, "descriptors")) return Descriptors(call);
  if (Is(call, "fill temp")) return FillTemp(call);
  if (Is(call, "keep call")) {
    last_call = malloc(sizeof(*last_call));
    memcpy(last_call, call, sizeof(*last_call));
    return CUPEL_STATUS_OK;
  }
  if (Is(call, "use kept call")) {
    cupel_call_result(last_call, "\"of the call before\"");
    return CUPEL_STATUS_OK;
  }
  Number(call, (long)call->bytes.size);
  return CUPEL_STATUS_OK;
}

/* ----------------------------------------------------- plugins that behave */

static cupel_status Carve(cupel_call* call) {
  cupel_child child = CUPEL_CHILD_INIT;
  child.bytes = View(call->bytes.data + call->bytes.size / 2,
                     call->bytes.size - call->bytes.size / 2);
  child.name = cupel_str("second half");
  child.metadata = cupel_str("{\"half\":2}");
  child.dispatch = cupel_str("decoder:xor, worker:pe");
  child.flags = CUPEL_CHILD_SAVE;
  return call->host->child(call, &child);
}

static cupel_status Decode(cupel_call* call) {
  uint8_t* bytes = malloc(call->bytes.size + 1);
  for (size_t i = 0; i < call->bytes.size; ++i) {
    bytes[i] = call->bytes.data[i] ^ 0xff;
  }
  const cupel_status status =
      cupel_call_child(call, "decoded", View(bytes, call->bytes.size));
  free(bytes);
  cupel_statement statement = CUPEL_STATEMENT_INIT;
  statement.name = cupel_str("seen");
  statement.tags = cupel_str("one two");
  statement.meta = cupel_str("{\"a\":1}");
  statement.weight = -7;
  if (call->bytes.size >= 3) {
    statement.offset = 1;
    statement.length = 2;
  }
  call->host->statement(call, &statement);
  cupel_call_dispatch(call, "worker:hashes");
  cupel_call_log(call, CUPEL_LOG_WARNING, "decoded it");
  call->host->error(call, CUPEL_STATUS_DATA_LOSS, cupel_str("not all of it"));
  return status;
}

static cupel_status Ingest(cupel_call* call) {
  static uint8_t large[100000];
  memset(large, 'L', sizeof(large));
  for (int i = 0; i < 1000; ++i) {
    char name[32];
    snprintf(name, sizeof(name), "item %d", i);
    cupel_item item = CUPEL_ITEM_INIT;
    item.name = cupel_str(name);
    item.bytes = i == 0 ? View(large, sizeof(large)) : cupel_str(name);
    item.metadata = cupel_str("{\"n\":1}");
    item.tlp = cupel_str("green");
    const cupel_status status = call->host->item(call, &item);
    if (status != CUPEL_STATUS_OK) return status;
  }
  return CUPEL_STATUS_OK;
}

static void TakeNested(void* user_data, int32_t is_child, cupel_view name,
                       cupel_view bytes) {
  cupel_call* call = user_data;
  (void)name;
  if (is_child) {
    cupel_call_child(call, "nested", bytes);
  } else {
    call->host->result(call, bytes);
  }
}

static cupel_status Read(cupel_call* call) {
  return call->host->nested(call, cupel_str("decoder:base64"), call->bytes,
                            cupel_str("{\"deep\":true}"), TakeNested, call);
}

static cupel_status Normalize(cupel_call* call) {
  const char* const secret = getenv("SECRET");
  if (secret == NULL) return cupel_call_result(call, "{\"secret\":null}");
  char text[256];
  snprintf(text, sizeof(text), "{\"secret\":\"%s\",\"document\":%zu}", secret,
           call->document.size);
  return cupel_call_result(call, text);
}

static int connected;
static cupel_status Connect(cupel_call* call) {
  (void)call;
  connected = 1;
  return CUPEL_STATUS_OK;
}
static cupel_status Save(cupel_call* call) {
  if (Is(call, "segv")) *(volatile int*)8 = 1; /* NOLINT */
  if (!connected) {
    return cupel_call_fail(call, CUPEL_STATUS_FAILED_PRECONDITION,
                           "not connected");
  }
  return cupel_call_result(call, "{\"conn_id\":\"here\"}");
}

static cupel_status ActivateBadly(cupel_call* call, void** state) {
  (void)state;
  const cupel_view how = cupel_call_option(call, "how");
  if (how.size == 4 && memcmp(how.data, "segv", 4) == 0) {
    *(volatile int*)8 = 1; /* NOLINT */
  }
  if (how.size == 4 && memcmp(how.data, "hang", 4) == 0) {
    for (;;) {
    }
  }
  return cupel_call_fail(call, CUPEL_STATUS_UNAVAILABLE, "no licence");
}

#define TABLE(kind, label)                                         \
  .struct_size = sizeof(cupel_plugin_v1), .abi = CUPEL_PLUGIN_ABI, \
  .category = kind, .name = label, .version = "1.0"

static const cupel_plugin_v1 kHostile = {TABLE(CUPEL_PLUGIN_WORKER, "hostile"),
                                         .scan = Scan,
                                         .consumes = "text/plain *",
                                         .requires_plugins = "worker:pe",
                                         .max_tlp = "amber",
                                         .options = "{\"how\":\"well\"}",
                                         .needs = CUPEL_NEEDS_NETWORK};
static const cupel_plugin_v1 kCarver = {TABLE(CUPEL_PLUGIN_CARVER, "half"),
                                        .carve = Carve};
static const cupel_plugin_v1 kDecoder = {TABLE(CUPEL_PLUGIN_DECODER, "invert"),
                                         .decode = Decode};
static const cupel_plugin_v1 kSource = {TABLE(CUPEL_PLUGIN_SOURCE, "items"),
                                        .ingest = Ingest};
static const cupel_plugin_v1 kReader = {TABLE(CUPEL_PLUGIN_READER, "nested"),
                                        .read = Read};
static const cupel_plugin_v1 kNormalizer = {
    TABLE(CUPEL_PLUGIN_NORMALIZER, "secrets"), .normalize = Normalize};
static const cupel_plugin_v1 kConnector = {
    TABLE(CUPEL_PLUGIN_CONNECTOR, "keeper"), .save = Save, .connect = Connect};
static const cupel_plugin_v1 kInactive = {
    TABLE(CUPEL_PLUGIN_WORKER, "inactive"), .scan = Scan,
    .activate = ActivateBadly};
CUPEL_PLUGIN_EXPORT(&kHostile, &kCarver, &kDecoder, &kSource, &kReader,
                    &kNormalizer, &kConnector, &kInactive)
