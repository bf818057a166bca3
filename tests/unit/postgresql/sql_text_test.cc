#include "sql_text.h"

#include <gtest/gtest.h>

#include <string>

namespace cupel_pg {
namespace {

TEST(SqlTextTest, ParametersAreNumbered) {
  const SqlText text =
      NumberParameters("SELECT a FROM b WHERE c=? AND d IN(?,?)");
  EXPECT_EQ(text.sql, "SELECT a FROM b WHERE c=$1 AND d IN($2,$3)");
  EXPECT_EQ(text.parameters, 3U);
  EXPECT_EQ(NumberParameters("").sql, "");
  EXPECT_EQ(NumberParameters("?").sql, "$1");
}

TEST(SqlTextTest, QuestionMarksThatAreNoParametersStay) {
  for (const char* sql : {
           "'?'",
           "'it''s ?'",
           "'\\'",
           "E'\\'?'",
           "e'?\\\\'",
           "\"a?\"\"?\"",
           "-- ?",
           "/* ? /* ? */ ? */",
           "$$ ? $$",
           "$tag$ ? $other$ ? $tag$",
           "'? and no end",
           "/* ? and no end",
           "$x$ ? and no end",
       }) {
    const SqlText text = NumberParameters(sql);
    EXPECT_EQ(text.sql, sql);
    EXPECT_EQ(text.parameters, 0U) << sql;
  }
}

TEST(SqlTextTest, AndThoseBehindThemAreCounted) {
  EXPECT_EQ(NumberParameters("'?' ?").sql, "'?' $1");
  EXPECT_EQ(NumberParameters("'\\' ?").sql, "'\\' $1");
  EXPECT_EQ(NumberParameters("E'\\'?' ?").sql, "E'\\'?' $1");
  EXPECT_EQ(NumberParameters("\"?\"?").sql, "\"?\"$1");
  EXPECT_EQ(NumberParameters("--?\n?").sql, "--?\n$1");
  EXPECT_EQ(NumberParameters("/*?/*?*/?*/?").sql, "/*?/*?*/?*/$1");
  EXPECT_EQ(NumberParameters("$$?$$?").sql, "$$?$$$1");
  EXPECT_EQ(NumberParameters("a$b$?$b$?").sql, "a$b$$1$b$?");
  EXPECT_EQ(NumberParameters("a$$ = ?").sql, "a$$ = $1");
  EXPECT_EQ(NumberParameters("a - ? / ?").sql, "a - $1 / $2");
  EXPECT_EQ(NumberParameters("name'?'?").sql, "name'?'$1");
}

}  // namespace
}  // namespace cupel_pg
