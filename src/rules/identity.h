// What the answers of rules depend on: the digests by which they are known
// again, in another set or another version of this one.
#ifndef CUPEL_RULES_IDENTITY_H_
#define CUPEL_RULES_IDENTITY_H_

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rules/rule_info.h"
#include "rules/rule_set.h"
#include "rules/splitter.h"
#include "rules/unit.h"

namespace cupel {

using DefineValues = std::vector<std::pair<std::string, ExternalValue>>;

// One for each of `rules`, which were compiled of `units`, in that order.
// `splits` has what Split says of each file of each unit.
std::vector<RuleIdentity> IdentitiesOf(const std::vector<RuleUnit>& units,
                                       std::span<const SplitText> splits,
                                       std::span<const RuleInfo> rules,
                                       const DefineValues& defines);

// Makes the digests those of rules that read all of `defines`: of rules of
// which that is not known.
void MixDefines(const DefineValues& defines,
                std::vector<RuleIdentity>* identities);

// Makes the digests those of rules that this engine runs: whoever asks for
// libyara's answers is not given those of another one.
void MixEngine(RuleEngine engine, std::vector<RuleIdentity>* identities);

}  // namespace cupel

#endif  // CUPEL_RULES_IDENTITY_H_
