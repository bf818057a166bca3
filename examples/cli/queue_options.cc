#include "queue_options.h"

#include <cstdlib>

#include "app.h"
#include "console.h"

namespace cli {

void AddQueueOptions(CLI::App& command, QueueSettings* settings) {
  command
      .add_option("-q,--queue", settings->url,
                  "sqlite:PATH, postgresql://… or amqp://… [CUPEL_QUEUE, where "
                  "a password belongs: others see arguments]")
      ->type_name("URL")
      ->group("Queue");
  AddRepeated(command, "--driver-folder", &settings->driver_folders, "PATH",
              "Look for drivers here first")
      ->group("Queue");
}

cupel::Queue OpenQueue(const QueueSettings& settings) {
  std::string url = settings.url;
  if (const char* const given = std::getenv("CUPEL_QUEUE");
      url.empty() && given != nullptr) {
    url = given;
  }
  if (url.empty()) {
    throw UsageError(
        "which queue? say --queue URL, such as sqlite:jobs.db, or set "
        "CUPEL_QUEUE");
  }
  cupel::QueueOptions options;
  for (const std::string& folder : settings.driver_folders) {
    options.driver_folders.emplace_back(folder);
  }
  return cupel::Queue(url, options);
}

}  // namespace cli
