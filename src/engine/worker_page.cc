// The status page: plain HTML, without scripts, for a person.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "base/datetime.h"
#include "engine/worker.h"
#include "format/escape.h"
#include "format/units.h"

namespace cupel {
namespace {

constexpr std::string_view kStyle = R"(
:root{color-scheme:light dark}
body{font:16px/1.45 system-ui,sans-serif;margin:0 auto;padding:1rem;
max-width:62rem}
h1{font-size:1.4rem;margin:.2rem 0}h2{font-size:1.1rem;margin:1.6rem 0 .4rem}
p{margin:.3rem 0}
.num{display:grid;grid-template-columns:repeat(auto-fit,minmax(7.5rem,1fr));
gap:.5rem}
.num div{border:1px solid #8886;border-radius:.4rem;padding:.4rem .6rem}
.num b{display:block;font-size:1.3rem;font-variant-numeric:tabular-nums}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.35rem .6rem .35rem 0;
border-bottom:1px solid #8884;overflow-wrap:break-word}
th{font-weight:600;white-space:nowrap}
td.long{overflow-wrap:anywhere;min-width:12rem}
.state{font-weight:600}.bad{color:#c0271a}.good{color:#1b7a36}
@media(prefers-color-scheme:dark){.bad{color:#ff8a7a}.good{color:#7ddc97}}
@media(max-width:40rem){table,tbody,tr,td{display:block}
thead{position:absolute;left:-9999px}
tr{border-bottom:1px solid #8884;padding:.5rem 0}
td{border:0;padding:.1rem 0}td:empty{display:none}
td::before{content:attr(data-label) ": ";opacity:.7}}
)";

std::string Html(std::string_view text) {
  std::string out;
  for (const char c : ReplaceInvalidUtf8(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string Ago(int64_t micros) {
  if (micros == 0) return "";
  const int64_t past = std::max<int64_t>(DateTime::Now().micros - micros, 0);
  return FormatDuration(static_cast<uint64_t>(past) * 1000);
}

std::string Clock(int64_t micros) {
  DateTime time;
  time.micros = micros - micros % 1'000'000;
  time.aware = true;
  return time.ToString();
}

void Cell(std::string_view label, std::string_view text, std::string* page) {
  *page +=
      fmt::format("<td data-label=\"{}\">{}</td>", Html(label), Html(text));
}

// For what may be long, and without a blank.
void LongCell(std::string_view label, std::string_view text,
              std::string* page) {
  *page += fmt::format("<td class=\"long\" data-label=\"{}\">{}</td>",
                       Html(label), Html(text));
}

void Number(std::string_view what, std::string_view value, std::string* page) {
  *page += fmt::format("<div><b>{}</b>{}</div>", Html(value), Html(what));
}

void Head(std::string_view name, std::string* page) {
  *page += fmt::format(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width,"
      "initial-scale=1\"><meta http-equiv=\"refresh\" content=\"10\">"
      "<title>Cupel worker {}</title><style>{}</style></head><body>",
      Html(name), kStyle);
}

std::string_view StateClass(std::string_view state) {
  if (state == "failing" || state == "ended") return "state bad";
  return state == "running" ? "state good" : "state";
}

void Slots(const worker::PoolStatus& status, std::string* page) {
  *page += fmt::format(
      "<h2>Slots</h2><p>{} of {} are at work</p><div class=\"scroll\"><table>"
      "<thead><tr><th>Slot<th>State<th>For<th>Job<th>Step<th>Process"
      "<th>Jobs</tr></thead><tbody>",
      std::count_if(status.slots.begin(), status.slots.end(),
                    [](const worker::SlotStatus& slot) {
                      return slot.state == "running";
                    }),
      status.slots.size());
  size_t index = 0;
  for (const worker::SlotStatus& slot : status.slots) {
    *page += "<tr>";
    Cell("Slot", std::to_string(index++), page);
    *page += fmt::format("<td data-label=\"State\" class=\"{}\">{}</td>",
                         StateClass(slot.state), Html(slot.state));
    Cell("For", Ago(slot.since_micros), page);
    Cell("Job", slot.job.empty() ? "" : slot.job + " (" + slot.kind + ")",
         page);
    LongCell("Step", slot.step, page);
    Cell("Process", slot.pid == 0 ? "" : std::to_string(slot.pid), page);
    Cell("Jobs",
         slot.starts > 1
             ? fmt::format("{}, started {} times", slot.jobs, slot.starts)
             : std::to_string(slot.jobs),
         page);
    *page += "</tr>";
  }
  *page += "</tbody></table></div>";
}

void Queue(const queue::QueueStats& stats, std::string* page) {
  *page += "<h2>Queue</h2><div class=\"num\">";
  Number("waiting", FormatCount(stats.waiting), page);
  Number("for later", FormatCount(stats.delayed), page);
  Number("leased", FormatCount(stats.leased), page);
  Number("completed", FormatCount(stats.completed), page);
  Number("dead", FormatCount(stats.dead), page);
  Number("cancelled", FormatCount(stats.cancelled), page);
  *page += "</div>";
  if (stats.oldest_waiting_micros != 0) {
    *page += fmt::format("<p>The oldest has been ready for {}.</p>",
                         Html(Ago(stats.oldest_waiting_micros)));
  }
}

void Failures(const worker::PoolStatus& status, std::string* page) {
  *page += "<h2>Latest failures</h2>";
  if (status.failures.empty()) {
    *page += "<p>None.</p>";
    return;
  }
  *page +=
      "<div class=\"scroll\"><table><thead><tr><th>When<th>Job<th>Outcome"
      "<th>Reason<th>Last step</tr></thead><tbody>";
  for (const worker::JobFailureStatus& failure : status.failures) {
    *page += "<tr>";
    Cell("When", Clock(failure.time_micros), page);
    Cell("Job", failure.job + " (" + failure.kind + ")", page);
    *page += fmt::format("<td data-label=\"Outcome\" class=\"bad\">{}</td>",
                         Html(failure.outcome));
    LongCell("Reason", failure.reason, page);
    LongCell("Last step", failure.step, page);
    *page += "</tr>";
  }
  *page += "</tbody></table></div>";
}

}  // namespace

std::string Worker::StatusHtml() {
  const worker::PoolStatus status = pool_->status();
  std::string page;
  Head(plan_.name, &page);
  page += fmt::format("<h1>Cupel worker {}</h1>", Html(plan_.name));
  if (status.draining) {
    page += "<p class=\"state bad\">draining: it takes no more jobs</p>";
  } else if (status.ready) {
    page += "<p class=\"state good\">ready</p>";
  } else {
    page += "<p class=\"state bad\">not ready</p>";
  }
  if (!status.source_error.empty()) {
    page += fmt::format("<p class=\"bad\">No jobs can be had: {}</p>",
                        Html(status.source_error));
  }
  page += fmt::format("<p>takes jobs from {}; it was started {} ago</p>",
                      Html(plan_.source_name), Html(Ago(started_micros_)));
  page += "<h2>Jobs that ended here</h2><div class=\"num\">";
  Number("completed", FormatCount(status.completed), &page);
  Number("failed", FormatCount(status.failed), &page);
  Number("lost", FormatCount(status.lost), &page);
  Number("cancelled", FormatCount(status.cancelled), &page);
  Number("given back", FormatCount(status.given_back), &page);
  Number("mean time", FormatDuration(status.mean_run_ns), &page);
  page += "</div>";
  if (const auto stats = Stats()) Queue(*stats, &page);
  Slots(status, &page);
  Failures(status, &page);
  page +=
      "<h2>For machines</h2><p><a href=\"/metrics\">metrics</a>, "
      "<a href=\"/status.json\">status.json</a>, "
      "<a href=\"/healthz\">healthz</a>, <a href=\"/readyz\">readyz</a></p>"
      "</body></html>\n";
  return page;
}

}  // namespace cupel
