#include "worker/openkat_bytes.h"

#include <algorithm>
#include <map>
#include <optional>

#include "base/datetime.h"
#include "base/status.h"
#include "compat/openkat/percent.h"
#include "fmt/core.h"
#include "format/json_writer.h"

namespace cupel::worker {
namespace {

using openkat::PercentEncoded;

constexpr int64_t kMicrosPerSecond = 1'000'000;
constexpr int64_t kRenewBefore = 30 * kMicrosPerSecond;
// If bytes does not say when a token is over, or says it in no way we know.
constexpr int64_t kAssumedLife = 5 * 60 * kMicrosPerSecond;
constexpr size_t kLongestType = 64;
constexpr uint32_t kMostListed = 1000;
constexpr std::string_view kSaveRaws = "save raws";

// When a new token is wanted: well before this one is over, by our clock or, if
// that goes another way than bytes', at least not at once.
int64_t RenewAt(const Json& answer) {
  const int64_t now = DateTime::Now().micros;
  const auto expires = answer.find("expires_at");
  if (expires == answer.end() || !expires->is_string()) {
    return now + kAssumedLife;
  }
  const auto at = DateTime::Parse(expires->get_ref<const std::string&>());
  if (!at.ok() || at->micros <= now) return now + kAssumedLife;
  const int64_t life = at->micros - now;
  return now + std::max(life - kRenewBefore, life / 2);
}

std::set<std::string> TypesOf(const Json& raw) {
  std::set<std::string> types;
  const auto list = raw.is_object() ? raw.find("mime_types") : raw.end();
  if (list == raw.end() || !list->is_array()) return types;
  for (const Json& type : *list) {
    const auto value = type.is_object() ? type.find("value") : type.end();
    if (value != type.end() && value->is_string()) {
      types.insert(value->get<std::string>());
    }
  }
  return types;
}

}  // namespace

absl::StatusOr<BytesClient::Ticket> BytesClient::Login(Cancel* cancel) const {
  constexpr std::string_view kDoing = "log in";
  std::string form = fmt::format(
      "grant_type=password&username={}&password={}", PercentEncoded(username_),
      PercentEncoded(password_ == nullptr ? "" : password_->view()));
  const WipeAtEnd wipe(&form);
  auto response = service_.Send(
      "POST", "/token", form,
      {{"Content-Type", "application/x-www-form-urlencoded"}}, cancel);
  if (!response.ok()) {
    return MakeStatus(response.status().code(), "bytes: {}: {}", kDoing,
                      MessageOf(response.status()));
  }
  if (response->status == 401) {
    return Unauthenticated(
        "bytes: {}: user '{}' or the password is wrong (BYTES_USERNAME, "
        "BYTES_PASSWORD)",
        kDoing, username_);
  }
  if (response->status == 403) {  // whoever may not log in, whatever is sent
    return Unauthenticated("{}",
                           MessageOf(service_.ErrorOf(*response, kDoing)));
  }
  if (response->status != 200) return service_.ErrorOf(*response, kDoing);
  CUPEL_ASSIGN_OR_RETURN(const Json answer, service_.JsonOf(*response, kDoing));
  const auto token =
      answer.is_object() ? answer.find("access_token") : answer.end();
  if (token == answer.end() || !token->is_string()) {
    return Unavailable("bytes: {}: the answer has no access_token", kDoing);
  }
  return Ticket{token->get<std::string>(), RenewAt(answer)};
}

absl::StatusOr<std::string> BytesClient::Token(std::string_view refused,
                                               Cancel* cancel) {
  {
    const MutexLock lock(mutex_);
    const bool good = !ticket_.token.empty() && ticket_.token != refused &&
                      DateTime::Now().micros < ticket_.renew_at;
    if (good) return ticket_.token;
  }
  // Not under the lock: a login that hangs must not hold up those who are
  // cancelled. Two at once do no harm.
  CUPEL_ASSIGN_OR_RETURN(Ticket ticket, Login(cancel));
  const MutexLock lock(mutex_);
  ticket_ = ticket;
  return std::move(ticket.token);
}

absl::StatusOr<http::Response> BytesClient::Send(std::string_view method,
                                                 std::string_view target,
                                                 const std::string& body,
                                                 std::string_view doing,
                                                 Cancel* cancel) {
  std::string token;
  for (int round = 0;; ++round) {
    CUPEL_ASSIGN_OR_RETURN(token, Token(token, cancel));
    auto response = service_.Send(
        method, target, body, {{"Authorization", "bearer " + token}}, cancel);
    if (!response.ok()) {
      return MakeStatus(response.status().code(), "bytes: {}: {}", doing,
                        MessageOf(response.status()));
    }
    if (response->status != 401) return response;
    if (round > 0) return service_.ErrorOf(*response, doing);
  }
}

absl::Status BytesClient::SaveMeta(std::string_view target, std::string meta,
                                   std::string_view doing, Cancel* cancel) {
  CUPEL_ASSIGN_OR_RETURN(const http::Response response,
                         Send("POST", target, meta, doing, cancel));
  if (response.status / 100 == 2) return absl::OkStatus();
  // "Integrity error: object might already exist".
  const bool there = response.status == 400 &&
                     response.body.find("already exist") != std::string::npos;
  return there ? absl::OkStatus() : service_.ErrorOf(response, doing);
}

absl::Status BytesClient::SaveBoefjeMeta(std::string meta, Cancel* cancel) {
  return SaveMeta("/bytes/boefje_meta", std::move(meta), "save a boefje_meta",
                  cancel);
}

absl::Status BytesClient::SaveNormalizerMeta(std::string meta, Cancel* cancel) {
  return SaveMeta("/bytes/normalizer_meta", std::move(meta),
                  "save a normalizer_meta", cancel);
}

absl::StatusOr<std::vector<std::set<std::string>>> BytesClient::StoredTypes(
    std::string_view meta_id, Cancel* cancel) {
  constexpr std::string_view kDoing = "list raws";
  CUPEL_ASSIGN_OR_RETURN(
      const http::Response response,
      Send("GET",
           fmt::format("/bytes/raw?boefje_meta_id={}&limit={}",
                       PercentEncoded(meta_id), kMostListed),
           "", kDoing, cancel));
  std::vector<std::set<std::string>> stored;
  if (response.status == 404) return stored;
  if (response.status != 200) return service_.ErrorOf(response, kDoing);
  CUPEL_ASSIGN_OR_RETURN(const Json answer, service_.JsonOf(response, kDoing));
  if (!answer.is_array()) {
    return Unavailable("bytes: {}: the answer is no list", kDoing);
  }
  for (const Json& raw : answer) stored.push_back(TypesOf(raw));
  return stored;
}

absl::StatusOr<Json> BytesClient::SaveRaws(std::string_view meta_id,
                                           job::StatusEnum status,
                                           const std::vector<job::File>& files,
                                           Cancel* cancel) {
  // Files are stored one by one: an earlier attempt may have stored some, of
  // which bytes itself only knows one.
  CUPEL_ASSIGN_OR_RETURN(const auto stored, StoredTypes(meta_id, cancel));
  std::string body;
  JsonWriter json(&body);
  json.BeginObject();
  json.Key("status").String(job::Name(status));
  json.Key("files").BeginArray();
  bool any = false;
  for (const job::File& file : files) {
    const auto tags = file.tags.value_or(std::set<std::string>());
    if (std::find(stored.begin(), stored.end(), tags) != stored.end()) continue;
    job::Write(file, &json);
    any = true;
  }
  json.EndArray().EndObject();
  if (!any) return Json::object();
  CUPEL_ASSIGN_OR_RETURN(
      const http::Response response,
      Send("POST", "/bytes/raw?boefje_meta_id=" + PercentEncoded(meta_id), body,
           kSaveRaws, cancel));
  if (response.status != 200) return service_.ErrorOf(response, kSaveRaws);
  return service_.JsonOf(response, kSaveRaws);
}

absl::StatusOr<std::string> BytesClient::Raw(std::string_view id,
                                             uint64_t max_bytes,
                                             Cancel* cancel) {
  constexpr std::string_view kDoing = "get a raw";
  CUPEL_ASSIGN_OR_RETURN(
      http::Response response,
      Send("GET", "/bytes/raw/" + PercentEncoded(id), "", kDoing, cancel));
  if (response.status != 200) return service_.ErrorOf(response, kDoing);
  if (response.body.size() > max_bytes) {
    return ResourceExhausted("bytes: {}: it is longer than {} bytes", kDoing,
                             max_bytes);
  }
  return std::move(response.body);
}

std::vector<job::File> DistinctFiles(std::vector<job::File> files) {
  using Tags = std::set<std::string>;
  std::vector<job::File> distinct;
  std::set<Tags> used;
  std::map<Tags, std::vector<size_t>> given;  // which files came with these
  for (job::File& file : files) {
    Tags tags = file.tags.value_or(Tags());
    std::erase_if(
        tags, [](const std::string& tag) { return tag.size() > kLongestType; });
    std::vector<size_t>& same = given[tags];
    const bool twice = std::any_of(same.begin(), same.end(), [&](size_t index) {
      return distinct[index].content == file.content;
    });
    if (twice) continue;
    same.push_back(distinct.size());
    for (size_t number = same.size(); !used.insert(tags).second; ++number) {
      tags.insert(fmt::format("cupel/file-{}", number));
    }
    file.tags = std::move(tags);
    distinct.push_back(std::move(file));
  }
  return distinct;
}

}  // namespace cupel::worker
