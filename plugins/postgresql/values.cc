#include "values.h"

#include <limits>

namespace cupel_pg {
namespace {

// From PostgreSQL's pg_type; they are fixed.
constexpr Oid kBool = 16;
constexpr Oid kBytea = 17;
constexpr Oid kName = 19;
constexpr Oid kInt8 = 20;
constexpr Oid kInt2 = 21;
constexpr Oid kInt4 = 23;
constexpr Oid kText = 25;
constexpr Oid kOid = 26;
constexpr Oid kJson = 114;
constexpr Oid kUnknown = 705;
constexpr Oid kVarchar = 1043;
constexpr Oid kNumeric = 1700;
constexpr Oid kVoid = 2278;
constexpr Oid kJsonb = 3802;

constexpr size_t kMostBytes = std::numeric_limits<int>::max();

// Big-endian and signed, of 1 to 8 bytes.
int64_t ReadNumber(std::string_view bytes) {
  uint64_t number =
      !bytes.empty() && (static_cast<uint8_t>(bytes[0]) & 0x80) != 0
          ? std::numeric_limits<uint64_t>::max()
          : 0;
  for (const char byte : bytes) {
    number = number << 8 | static_cast<uint8_t>(byte);
  }
  return static_cast<int64_t>(number);
}

std::string WriteNumber(int64_t number) {
  std::string bytes(8, '\0');
  for (size_t i = 0; i < 8; ++i) {
    bytes[i] = static_cast<char>(static_cast<uint64_t>(number) >> (56 - 8 * i));
  }
  return bytes;
}

// Sums of numbers are numerics: digits to the base of 10000, of which the first
// counts 10000^weight. What is behind the point goes; what is too large is as
// large as it can be.
int64_t ReadNumeric(std::string_view bytes) {
  if (bytes.size() < 8) return 0;
  const auto digits = static_cast<size_t>(ReadNumber(bytes.substr(0, 2)));
  const int64_t weight = ReadNumber(bytes.substr(2, 2));
  const bool negative = ReadNumber(bytes.substr(4, 2)) == 0x4000;
  int64_t number = 0;
  for (int64_t i = 0; i <= weight; ++i) {
    const auto place = static_cast<size_t>(i);
    const int64_t digit = place < digits && 8 + 2 * place + 2 <= bytes.size()
                              ? ReadNumber(bytes.substr(8 + 2 * place, 2))
                              : 0;
    if (__builtin_mul_overflow(number, int64_t{10000}, &number) ||
        __builtin_add_overflow(number, digit, &number)) {
      return negative ? std::numeric_limits<int64_t>::min()
                      : std::numeric_limits<int64_t>::max();
    }
  }
  return negative ? -number : number;
}

cupel_sql_kind KindOf(Oid type) {
  switch (type) {
    case kBool:
    case kInt2:
    case kInt4:
    case kInt8:
    case kOid:
    case kNumeric:
      return CUPEL_SQL_INTEGER;
    case kBytea:
      return CUPEL_SQL_BLOB;
    case kName:
    case kText:
    case kJson:
    case kUnknown:
    case kVarchar:
    case kJsonb:
      return CUPEL_SQL_TEXT;
    default:
      return CUPEL_SQL_NULL;
  }
}

}  // namespace

Outcome Parameters::Set(size_t index, const cupel_sql_value& value) {
  if (index >= values_.size()) {
    return {CUPEL_STATUS_INTERNAL,
            "a statement with " + std::to_string(values_.size()) +
                " parameters has none of number " + std::to_string(index)};
  }
  if (value.kind < CUPEL_SQL_NULL || value.kind > CUPEL_SQL_BLOB) {
    return {CUPEL_STATUS_INVALID_ARGUMENT, "a value of no known kind"};
  }
  if (value.bytes.size > kMostBytes) {
    return {CUPEL_STATUS_RESOURCE_EXHAUSTED, "a value is larger than 2 GiB"};
  }
  Value& to = values_[index];
  to.kind = value.kind;
  if (value.kind == CUPEL_SQL_INTEGER) {
    to.bytes = WriteNumber(value.integer);
  } else if (value.bytes.size != 0) {
    to.bytes.assign(reinterpret_cast<const char*>(value.bytes.data),
                    value.bytes.size);
  } else {
    to.bytes.clear();
  }
  return {};
}

void Parameters::Clear() {
  for (Value& value : values_) value = Value();
}

std::string Parameters::Types() const {
  std::string types;
  for (const Value& value : values_) {
    types += static_cast<char>('0' + value.kind);
  }
  return types;
}

Parameters::Wire Parameters::OnWire() const {
  // 0: the server finds out, from where the parameter stands.
  constexpr Oid kTypes[] = {0, kInt8, kText, kBytea};
  Wire wire;
  for (const Value& value : values_) {
    wire.types.push_back(kTypes[value.kind]);
    wire.values.push_back(value.kind == CUPEL_SQL_NULL ? nullptr
                                                       : value.bytes.c_str());
    wire.lengths.push_back(static_cast<int>(value.bytes.size()));
    wire.formats.push_back(1);
  }
  return wire;
}

bool CanRead(Oid type) {
  return type == kVoid || KindOf(type) != CUPEL_SQL_NULL;
}

bool ReadColumn(const PGresult* result, int row, int column,
                cupel_sql_value* value) {
  *value = cupel_sql_value{};
  if (column < 0 || column >= PQnfields(result) || row < 0 ||
      row >= PQntuples(result)) {
    return false;
  }
  const Oid type = PQftype(result, column);
  if (PQgetisnull(result, row, column) != 0) return CanRead(type);
  std::string_view bytes(PQgetvalue(result, row, column),
                         static_cast<size_t>(PQgetlength(result, row, column)));
  value->kind = KindOf(type);
  if (value->kind == CUPEL_SQL_INTEGER) {
    value->integer = type == kNumeric ? ReadNumeric(bytes) : ReadNumber(bytes);
    return true;
  }
  // Before JSON stands the number of its format.
  if (type == kJsonb && !bytes.empty()) bytes.remove_prefix(1);
  value->bytes = {reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()};
  return CanRead(type);
}

}  // namespace cupel_pg
