// work_a_job.cc: submits a job to a queue, takes it, does it, and ends it with
// its result.
//
//   c++ -std=c++17 work_a_job.cc $(pkg-config --cflags --libs cupel) -o work
//   ./work sqlite:jobs.db rules/ pkg.tgz
//
// A worker leases in a loop, and renews each lease while it is at work.
#include <cupel/cupel.hpp>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

namespace {

using Json = nlohmann::json;

constexpr std::string_view kId = "example-1", kKind = "example";

// The body is ours: whoever leases this kind knows what it means.
void Submit(const cupel::Queue& queue, const char* path) {
  const Json job = {{"id", kId}, {"kind", kKind}, {"body", {{"path", path}}}};
  queue.Submit(job.dump());
}

// Takes a job, if there is one, and scans what it names. That it failed is an
// end too, which the queue has to know.
void Work(const cupel::Queue& queue, cupel::Scanner& scanner) {
  cupel::QueueLease lease;
  lease.kinds = {kKind};
  const Json leased = Json::parse(queue.Lease(lease).view());
  if (leased["jobs"].empty()) {
    std::cout << "nothing to do\n";
    return;
  }
  const Json& job = leased["jobs"][0];
  const uint64_t token = job["token"];
  try {
    const std::string path = job["body"]["path"];
    cupel::ReportOptions options;
    options.timing = false;
    const cupel::Buffer result =
        scanner.ScanPath(path).Render(cupel::ReportFormat::kText, options);
    queue.Complete(kId, token, "text/plain", result.view());
  } catch (const std::exception& error) {
    queue.Fail(kId, token, {error.what()});
  }
}

void Run(const char* url, const char* rules, const char* path) {
  const cupel::Queue queue(url);
  const cupel::Engine engine;
  cupel::RuleSources sources;
  sources.AddPath(rules);
  cupel::Scanner scanner(engine, cupel::Ruleset(engine, sources));
  Submit(queue, path);
  Work(queue, scanner);
  std::cout << kId << " is completed:\n" << queue.Result(kId).view();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return std::cerr << "usage: work_a_job QUEUE RULES PATH\n", 2;
  try {
    Run(argv[1], argv[2], argv[3]);
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "work_a_job: " << error.what() << '\n';
    return 2;
  }
}
