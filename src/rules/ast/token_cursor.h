// A position in a list of tokens.
#ifndef CUPEL_RULES_AST_TOKEN_CURSOR_H_
#define CUPEL_RULES_AST_TOKEN_CURSOR_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "rules/ast/ast.h"
#include "rules/lexer.h"

namespace cupel::ast {

class TokenCursor {
 public:
  // Both must outlive the cursor.
  TokenCursor(std::string_view text, std::span<const Token> tokens)
      : text_(text), tokens_(tokens) {}

  size_t at() const { return at_; }
  void set_at(size_t at) { at_ = at; }
  bool AtEnd() const { return at_ >= tokens_.size(); }

  bool IsKind(TokenKind kind, size_t ahead = 0) const {
    return at_ + ahead < tokens_.size() && tokens_[at_ + ahead].kind == kind;
  }
  bool IsWord(std::string_view word, size_t ahead = 0) const {
    return IsKind(TokenKind::kIdentifier, ahead) && Text(ahead) == word;
  }
  bool IsPunct(std::string_view punct, size_t ahead = 0) const {
    return IsKind(TokenKind::kPunct, ahead) && Text(ahead) == punct;
  }
  // Of the current token; empty at the end.
  std::string_view Text(size_t ahead = 0) const {
    return at_ + ahead < tokens_.size() ? tokens_[at_ + ahead].In(text_)
                                        : std::string_view();
  }

  void Skip(size_t count = 1) { at_ += count; }
  bool TakeWord(std::string_view word) {
    if (!IsWord(word)) return false;
    ++at_;
    return true;
  }
  bool TakePunct(std::string_view punct) {
    if (!IsPunct(punct)) return false;
    ++at_;
    return true;
  }

  // From the token with index `first` to the one before the current.
  Span SpanFrom(size_t first) const {
    if (first >= tokens_.size()) return {};
    const Token& token = tokens_[first];
    return {token.begin, at_ > first ? tokens_[at_ - 1].end : token.end,
            token.line};
  }

 private:
  const std::string_view text_;
  const std::span<const Token> tokens_;
  size_t at_ = 0;
};

}  // namespace cupel::ast

#endif  // CUPEL_RULES_AST_TOKEN_CURSOR_H_
