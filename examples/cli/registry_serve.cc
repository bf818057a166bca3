#include "registry_serve.h"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <optional>
#include <string>
#include <thread>

#include "catalogue_options.h"
#include "console.h"
#include "exit_code.h"
#include "http_server.h"
#include "signals.h"
#include "text_input.h"
#include "values.h"

namespace cli {
namespace {

struct ServeOptions {
  CatalogueOptions catalogue;
  std::string listen = "127.0.0.1:8003";
  std::string tokens_file;
  std::string body_size = "4M";
  size_t threads = 8;
  bool quiet = false;
};

constexpr const char* kFooter = R"(Examples:
  cupel registry serve -d db -p plugins/
  cupel registry serve -d db -p plugins/ --listen 0.0.0.0:8003 --tokens-file t
Whoever may ask may read all settings. Without tokens it listens on this machine
only, and answers no page of another site. With tokens, every request but
/health needs one; they go over the wire as they are, so put a proxy that speaks
TLS before it.
SIGHUP reads the plugin folders and the tokens anew; SIGTERM and Ctrl-C end it
when running requests are answered.)";

std::optional<Tokens> LoadTokens(const ServeOptions& options,
                                 const ListenAddress& listen) {
  if (!options.tokens_file.empty()) return Tokens::Read(options.tokens_file);
  if (listen.is_loopback()) return std::nullopt;
  throw UsageError(fmt::format(
      "--listen {}: others can reach it there, and would read all settings. "
      "Make tokens (`cupel registry token`) and name them with --tokens-file",
      Printable(options.listen)));
}

// On failure all stays as it was.
void Reload(const ServeOptions& options, const cupel::Registry& registry,
            HttpServer* server) {
  try {
    registry.Rescan();
    if (!options.tokens_file.empty()) {
      server->SetTokens(Tokens::Read(options.tokens_file));
    }
    Complain("plugins were read anew");
  } catch (const std::exception& error) {
    Complain(fmt::format("cupel: {}", error.what()));
  }
}

int Serve(const ServeOptions& options) {
  HttpServerOptions to;
  to.listen = ListenAddress::Parse(options.listen);
  to.threads = options.threads;
  to.log = !options.quiet;
  const auto body = ParseSize(options.body_size);
  if (!body || *body == cupel::kUnlimited) {
    throw UsageError("--max-body: expected a size, as 4M");
  }
  to.body_bytes = *body;
  std::optional<Tokens> tokens = LoadTokens(options, to.listen);
  const sigset_t signals = TakeServiceSignals();
  const cupel::Registry registry = OpenRegistry(options.catalogue, *body);
  HttpServer server(
      [&registry](const cupel::HttpRequest& request) {
        return registry.Handle(request);
      },
      to, std::move(tokens));
  Print(fmt::format("listening on http://{}", to.listen.Text(server.port())));
  bool asked = false;
  std::thread serving([&server, &asked] {
    asked = server.Run();
    kill(getpid(), SIGUSR2);
  });
  int number = 0;
  while (sigwait(&signals, &number) == 0 && number == SIGHUP) {
    Reload(options, registry, &server);
  }
  if (number != SIGUSR2) server.Stop();
  serving.join();
  if (asked) return kExitClean;
  throw UsageError("the server ended: no more connections can be taken");
}

}  // namespace

void AddServeCommand(CLI::App& registry, Action* action) {
  CLI::App* serve = registry.add_subcommand(
      "serve", "Answer KATalogus's REST API over HTTP.");
  static ServeOptions options;
  serve
      ->add_option("-l,--listen", options.listen,
                   "Where; port 0 is any that is free [127.0.0.1:8003]")
      ->type_name("ADDRESS:PORT")
      ->group("Server");
  serve
      ->add_option("--tokens-file", options.tokens_file,
                   "Who may ask; needed for all but loopback addresses")
      ->type_name("FILE")
      ->group("Server");
  serve
      ->add_option("--max-body", options.body_size,
                   "Largest body of a request [4M]")
      ->type_name("SIZE")
      ->group("Server");
  serve->add_option("-j,--threads", options.threads, "Requests at once [8]")
      ->type_name("COUNT")
      ->check(CLI::Range(1, 256).description(""))
      ->group("Server");
  serve->add_flag("-q,--quiet", options.quiet, "No line for each request")
      ->group("Server");
  serve
      ->add_flag("--deduplicate", options.catalogue.deduplicate,
                 "Tell the scheduler which configurations are equal")
      ->group("Server");
  AddCatalogueOptions(*serve, &options.catalogue);
  AddKeyOptions(*serve, &options.catalogue);
  serve->footer(kFooter);
  serve->callback([action] { *action = [] { return Serve(options); }; });
}

}  // namespace cli
