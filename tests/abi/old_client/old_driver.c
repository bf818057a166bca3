/* A driver of queues with one job, as old as the client. */
#include <cupel/queue_driver.h>

static int one_queue;

static cupel_view copied(char* to, size_t size, cupel_view from) {
  cupel_view view;
  view.size = from.size < size ? from.size : size;
  view.data = (const uint8_t*)to;
  memcpy(to, from.data, view.size);
  return view;
}

static char kind_text[64], id_text[64], body_text[256];
static cupel_driver_job kept;

static cupel_status open_(const cupel_driver_open* options, void** queue,
                          cupel_driver_why* why) {
  if (options->struct_size < sizeof(*options) || options->max_attempts != 2 ||
      options->backoff_us != 1000 || options->max_backoff_us != 2000 ||
      options->max_body_bytes != 1000 || options->max_result_bytes != 1000 ||
      options->url.size != strlen("amqp://somewhere")) {
    return cupel_driver_fail(why, CUPEL_STATUS_INTERNAL,
                             "cupel_driver_open is not what it was");
  }
  *queue = &one_queue;
  return CUPEL_STATUS_OK;
}
static void close_(void* queue) { (void)queue; }

static cupel_status submit(void* queue, const cupel_driver_job* jobs,
                           size_t count, int32_t* existed,
                           cupel_driver_why* why) {
  (void)queue;
  if (count != 1 || jobs->struct_size < sizeof(*jobs)) {
    return cupel_driver_fail(why, CUPEL_STATUS_INTERNAL,
                             "cupel_driver_job is not what it was");
  }
  memset(&kept, 0, sizeof(kept));
  kept.struct_size = sizeof(kept);
  kept.id = copied(id_text, sizeof(id_text), jobs->id);
  kept.kind = copied(kind_text, sizeof(kind_text), jobs->kind);
  kept.body = copied(body_text, sizeof(body_text), jobs->body);
  kept.max_attempts = jobs->max_attempts;
  existed[0] = 0;
  return CUPEL_STATUS_OK;
}

static cupel_status lease(void* queue,
                          const cupel_driver_lease_request* request,
                          cupel_driver_take_lease_fn take, void* user_data,
                          cupel_driver_why* why) {
  cupel_driver_lease given;
  (void)queue;
  if (request->struct_size < sizeof(*request) || request->max != 1 ||
      request->lease_us != 30000000 || request->kind_count != 0 ||
      request->worker.size != strlen("client:1")) {
    return cupel_driver_fail(why, CUPEL_STATUS_INTERNAL,
                             "cupel_driver_lease_request is not what it was");
  }
  memset(&given, 0, sizeof(given));
  given.struct_size = sizeof(given);
  given.job = kept;
  given.token = 77;
  given.attempt = 1;
  given.submitted_us = 1000000;
  given.expires_us = 2000000;
  take(user_data, &given);
  return CUPEL_STATUS_OK;
}
static cupel_status wait_(void* queue, const cupel_view* kinds,
                          uint32_t kind_count, int64_t micros,
                          cupel_driver_why* why) {
  (void)queue, (void)kinds, (void)kind_count, (void)micros, (void)why;
  return CUPEL_STATUS_OK;
}
static void wake(void* queue) { (void)queue; }
static cupel_status renew(void* queue, cupel_view id, uint64_t token,
                          int64_t lease_us, int64_t* expires_us,
                          int32_t* cancel_wanted, cupel_driver_why* why) {
  (void)queue, (void)id, (void)token, (void)why;
  *expires_us = lease_us;
  *cancel_wanted = 0;
  return CUPEL_STATUS_OK;
}
static cupel_status complete(void* queue, cupel_view id, uint64_t token,
                             const cupel_driver_result* result,
                             cupel_driver_why* why) {
  (void)queue, (void)id, (void)token, (void)result, (void)why;
  return CUPEL_STATUS_OK;
}
static cupel_status fail(void* queue, cupel_view id, uint64_t token,
                         const cupel_driver_failure* failure,
                         cupel_driver_why* why) {
  char text[64] = "failed: ";
  (void)queue, (void)id, (void)token;
  if (failure->reason.size < sizeof(text) - 9) {
    memcpy(text + 8, failure->reason.data, failure->reason.size);
  }
  return cupel_driver_fail(why, CUPEL_STATUS_UNAVAILABLE, text);
}
static cupel_status release(void* queue, cupel_view id, uint64_t token,
                            cupel_view reason, cupel_driver_why* why) {
  (void)queue, (void)id, (void)token, (void)reason, (void)why;
  return CUPEL_STATUS_OK;
}
static cupel_status stats(void* queue, cupel_driver_stats* out,
                          cupel_driver_why* why) {
  (void)queue, (void)why;
  out->dead = 4711;
  return CUPEL_STATUS_OK;
}

static const cupel_queue_driver_v1 kDriver = {sizeof(cupel_queue_driver_v1),
                                              CUPEL_QUEUE_DRIVER_ABI,
                                              0,
                                              "amqp",
                                              "1.0",
                                              "compiled long ago",
                                              "amqp",
                                              open_,
                                              close_,
                                              submit,
                                              lease,
                                              wait_,
                                              wake,
                                              renew,
                                              complete,
                                              fail,
                                              release,
                                              stats,
                                              NULL,
                                              NULL,
                                              NULL,
                                              NULL,
                                              NULL,
                                              "nothing"};

CUPEL_QUEUE_DRIVER_EXPORT(&kDriver)
