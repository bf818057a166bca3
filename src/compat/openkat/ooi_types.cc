#include "compat/openkat/ooi_types.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace cupel::openkat {
namespace {

// Octopoes' own models (1.20). A field's mark: ">Type" a reference, "#" an
// integer, "~" a float, "=A" text that is always the same, none anything else.
struct Row {
  std::string_view type;
  std::string_view keys;  // that the primary key is made of, in this order
  std::string_view fields;
};
constexpr auto kRows = std::to_array<Row>({
    {"ADRFindingType", "id",
     "id name description source impact recommendation risk_score~ "
     "risk_severity"},
    {"APIDesignRule", "name", "name"},
    {"APIDesignRuleResult", "rest_api rule",
     "rest_api>RESTAPI rule>APIDesignRule passed message"},
    {"Application", "name", "name"},
    {"AssetReport", "input_ooi report_type",
     "name template date_generated reference_date organization_code "
     "organization_name organization_tags data_raw_id observed_at "
     "report_recipe>ReportRecipe report_type input_ooi"},
    {"AutonomousSystem", "number", "number name"},
    {"CAPECFindingType", "id",
     "id name description source impact recommendation risk_score~ "
     "risk_severity"},
    {"CVEFindingType", "id",
     "id name description source impact recommendation risk_score~ "
     "risk_severity"},
    {"CWEFindingType", "id",
     "id name description source impact recommendation risk_score~ "
     "risk_severity"},
    {"Config", "ooi bit_id", "ooi>OOI bit_id config"},
    {"DKIMExists", "hostname", "hostname>Hostname"},
    {"DKIMKey", "key dkim_selector", "key dkim_selector>DKIMSelector"},
    {"DKIMSelector", "selector hostname", "selector hostname>Hostname"},
    {"DMARCTXTRecord", "value hostname", "value ttl# hostname>Hostname"},
    {"DNSAAAARecord", "hostname value",
     "hostname>Hostname dns_record_type=AAAA value ttl# address>IPAddressV6"},
    {"DNSARecord", "hostname value",
     "hostname>Hostname dns_record_type=A value ttl# address>IPAddressV4"},
    {"DNSCAARecord", "hostname flags tag value",
     "hostname>Hostname dns_record_type=CAA value ttl# flags# tag"},
    {"DNSCNAMERecord", "hostname value",
     "hostname>Hostname dns_record_type=CNAME value ttl# "
     "target_hostname>Hostname"},
    {"DNSMXRecord", "hostname value",
     "hostname>Hostname dns_record_type=MX value ttl# mail_hostname>Hostname "
     "preference#"},
    {"DNSNSRecord", "hostname value",
     "hostname>Hostname dns_record_type=NS value ttl# "
     "name_server_hostname>Hostname"},
    {"DNSPTRRecord", "hostname address",
     "hostname>Hostname dns_record_type=PTR value ttl# address>IPAddress"},
    {"DNSSOARecord", "hostname soa_hostname",
     "hostname>Hostname dns_record_type=SOA value ttl# soa_hostname>Hostname "
     "serial# retry# refresh# expire# minimum#"},
    {"DNSSPFMechanismHostname", "spf_record mechanism hostname qualifier",
     "spf_record>DNSSPFRecord mechanism hostname>Hostname qualifier"},
    {"DNSSPFMechanismIP", "spf_record mechanism ip qualifier",
     "spf_record>DNSSPFRecord mechanism ip>IPAddress qualifier"},
    {"DNSSPFMechanismNetBlock", "spf_record mechanism netblock qualifier",
     "spf_record>DNSSPFRecord mechanism netblock>NetBlock qualifier"},
    {"DNSSPFRecord", "dns_txt_record value",
     "value ttl# all exp dns_txt_record>DNSTXTRecord"},
    {"DNSTXTRecord", "hostname value",
     "hostname>Hostname dns_record_type=TXT value ttl#"},
    {"DNSZone", "hostname", "hostname>Hostname parent>DNSZone"},
    {"ExternalScan", "name", "name"},
    {"Finding", "",
     "finding_type>FindingType ooi>OOI proof description reproduce"},
    {"GeographicPoint", "", "ooi>OOI longitude~ latitude~"},
    {"HTTPHeader", "resource key", "resource>HTTPResource key value"},
    {"HTTPHeaderHostname", "header hostname",
     "header>HTTPHeader hostname>Hostname"},
    {"HTTPHeaderURL", "header url", "header>HTTPHeader url>URL"},
    {"HTTPResource", "website web_url",
     "website>Website web_url>WebURL redirects_to>WebURL"},
    {"Hostname", "network name",
     "network>Network name dns_zone>DNSZone registered_domain>Hostname"},
    {"HostnameHTTPURL", "scheme netloc port path",
     "network>Network scheme port# path netloc>Hostname"},
    {"HydratedReport", "report_recipe",
     "name template date_generated reference_date organization_code "
     "organization_name organization_tags data_raw_id observed_at "
     "report_recipe>ReportRecipe report_type input_oois"},
    {"IPAddressHTTPURL", "scheme netloc port path",
     "network>Network scheme port# path netloc>IPAddress"},
    {"IPAddressV4", "network address",
     "address network>Network netblock>IPV4NetBlock"},
    {"IPAddressV6", "network address",
     "address network>Network netblock>IPV6NetBlock"},
    {"IPPort", "address protocol port",
     "address>IPAddress protocol port# state"},
    {"IPService", "ip_port service", "ip_port>IPPort service>Service"},
    {"IPV4NetBlock", "network start_ip mask",
     "network>Network name description announced_by>AutonomousSystem "
     "parent>IPV4NetBlock start_ip>IPAddressV4 mask#"},
    {"IPV6NetBlock", "network start_ip mask",
     "network>Network name description announced_by>AutonomousSystem "
     "parent>IPV6NetBlock start_ip>IPAddressV6 mask#"},
    {"ImageMetadata", "resource", "resource>HTTPResource image_info"},
    {"Incident", "application event_id",
     "application>Application event_id event_type event_title severity "
     "meta_data"},
    {"KATFindingType", "id",
     "id name description source impact recommendation risk_score~ "
     "risk_severity"},
    {"MutedFinding", "finding", "finding>Finding reason"},
    {"NXDOMAIN", "hostname", "hostname>Hostname"},
    {"Network", "name", "name"},
    {"Question", "schema_id ooi", "ooi>OOI schema_id json_schema"},
    {"RESTAPI", "api_url", "api_url>WebURL"},
    {"Report", "report_recipe",
     "name template date_generated reference_date organization_code "
     "organization_name organization_tags data_raw_id observed_at "
     "report_recipe>ReportRecipe report_type input_oois"},
    {"ReportData", "organization_code",
     "organization_code organization_name organization_tags data"},
    {"ReportRecipe", "recipe_id",
     "recipe_id report_name_format input_recipe report_type asset_report_types "
     "cron_expression"},
    {"ResolvedHostname", "hostname address",
     "hostname>Hostname address>IPAddress"},
    {"RetireJSFindingType", "id",
     "id name description source impact recommendation risk_score~ "
     "risk_severity"},
    {"SecurityTXT", "website url",
     "website>Website url>URL redirects_to>SecurityTXT security_txt"},
    {"Service", "name", "name"},
    {"SnykFindingType", "id",
     "id name description source impact recommendation risk_score~ "
     "risk_severity"},
    {"Software", "name version cpe", "name version cpe"},
    {"SoftwareInstance", "ooi software", "ooi>OOI software>Software"},
    {"SubjectAlternativeNameHostname", "certificate hostname",
     "certificate>X509Certificate hostname>Hostname"},
    {"SubjectAlternativeNameIP", "certificate address",
     "certificate>X509Certificate address>IPAddress"},
    {"SubjectAlternativeNameQualifier", "certificate name",
     "certificate>X509Certificate name"},
    {"TLSCipher", "ip_service", "ip_service>IPService suites"},
    {"URL", "network raw", "network>Network raw web_url>WebURL"},
    {"Website", "ip_service hostname",
     "ip_service>IPService hostname>Hostname certificate>X509Certificate"},
    {"X509Certificate", "issuer serial_number",
     "subject issuer valid_from valid_until pk_algorithm pk_size# pk_number "
     "signed_by>X509Certificate serial_number expires_in"},
});

// Fields may refer to any of a kind.
constexpr std::array<std::pair<std::string_view, std::string_view>, 7>
    kAbstract = {{
        {"DNSRecord",
         "DNSAAAARecord DNSARecord DNSCAARecord DNSCNAMERecord DNSMXRecord "
         "DNSNSRecord DNSPTRRecord DNSSOARecord DNSTXTRecord"},
        {"DNSSPFMechanism",
         "DNSSPFMechanismHostname DNSSPFMechanismIP DNSSPFMechanismNetBlock"},
        {"FindingType",
         "ADRFindingType CAPECFindingType CVEFindingType CWEFindingType "
         "KATFindingType RetireJSFindingType SnykFindingType"},
        {"IPAddress", "IPAddressV4 IPAddressV6"},
        {"NetBlock", "IPV4NetBlock IPV6NetBlock"},
        {"SubjectAlternativeName",
         "SubjectAlternativeNameHostname SubjectAlternativeNameIP "
         "SubjectAlternativeNameQualifier"},
        {"WebURL", "HostnameHTTPURL IPAddressHTTPURL"},
    }};

std::vector<std::string_view> Words(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const size_t end = std::min(text.find(' '), text.size());
    words.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

OoiField FieldOf(std::string_view text) {
  OoiField field;
  const size_t end = std::min(text.find_first_of(">#~="), text.size());
  field.name = text.substr(0, end);
  if (end == text.size()) return field;
  const std::string_view rest = text.substr(end + 1);
  switch (text[end]) {
    case '>':
      field.kind = OoiField::Kind::kReference;
      field.target = rest;
      break;
    case '#':
      field.kind = OoiField::Kind::kInteger;
      break;
    case '~':
      field.kind = OoiField::Kind::kFloat;
      break;
    default:
      field.constant = rest;
  }
  return field;
}

std::map<std::string_view, OoiType> MakeTypes() {
  std::map<std::string_view, OoiType> types;
  for (const Row& row : kRows) {
    OoiType type;
    type.name = row.type;
    type.keys = Words(row.keys);
    for (const std::string_view field : Words(row.fields)) {
      type.fields.push_back(FieldOf(field));
    }
    types.emplace(row.type, std::move(type));
  }
  return types;
}

}  // namespace

const OoiField* OoiType::Find(std::string_view field) const {
  const auto found = std::find_if(
      fields.begin(), fields.end(),
      [field](const OoiField& candidate) { return candidate.name == field; });
  return found == fields.end() ? nullptr : &*found;
}

const OoiType* FindOoiType(std::string_view name) {
  static const auto& types = *new std::map(MakeTypes());
  const auto found = types.find(name);
  return found == types.end() ? nullptr : &found->second;
}

std::vector<const OoiType*> ConcreteOoiTypes(std::string_view target) {
  if (const OoiType* const type = FindOoiType(target)) return {type};
  std::vector<const OoiType*> concrete;
  for (const auto& [name, types] : kAbstract) {
    if (name != target) continue;
    for (const std::string_view type : Words(types)) {
      concrete.push_back(FindOoiType(type));
    }
  }
  return concrete;
}

}  // namespace cupel::openkat
