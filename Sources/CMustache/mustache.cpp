#include "CMustache.h"

#include <kainjow/mustache.hpp>

#include <cstdint>
#include <cstring>
#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

namespace mustache = kainjow::mustache;

thread_local std::string message;
thread_local std::string output;

// Reads values in the compact form; a lying length is an error, never a read outside.
class Reader {
 public:
  Reader(const void *bytes, size_t count) : next_(static_cast<const char *>(bytes)), left_(count) {}

  mustache::data whole() {
    mustache::data value = read(0);
    if (left_ != 0) fail();
    return value;
  }

 private:
  const char *next_;
  size_t left_;

  static constexpr int deepest = 64;

  [[noreturn]] static void fail() { throw std::runtime_error("the data for the template is damaged"); }

  const char *take(size_t count) {
    if (count > left_) fail();
    const char *start = next_;
    next_ += count;
    left_ -= count;
    return start;
  }

  size_t number() {
    uint64_t value;
    std::memcpy(&value, take(sizeof value), sizeof value);
    // Every counted thing takes at least a byte.
    if (value > left_) fail();
    return static_cast<size_t>(value);
  }

  std::string text() {
    const size_t count = number();
    return std::string(take(count), count);
  }

  mustache::data read(int depth) {
    if (depth > deepest) fail();
    switch (*take(1)) {
      case 'S': return mustache::data(text());
      case 'T': return mustache::data(true);
      case 'F': return mustache::data(false);
      case 'L': {
        mustache::data list(mustache::data::type::list);
        for (size_t left = number(); left > 0; --left) list.push_back(read(depth + 1));
        return list;
      }
      case 'O': {
        mustache::data object(mustache::data::type::object);
        for (size_t left = number(); left > 0; --left) {
          const std::string name = text();
          object.set(name, read(depth + 1));
        }
        return object;
      }
      default: fail();
    }
  }
};

// Finds names from the inside out and notes the first one that is nowhere.
class Scope final : public mustache::basic_context<std::string> {
 public:
  Scope(const mustache::data *data, const mustache::data *partials) : partials_(partials) { push(data); }

  void push(const mustache::data *data) override { items_.push_back(data); }
  void pop() override { items_.pop_back(); }

  const mustache::data *get(const std::string &name) const override {
    if (name == ".") return items_.back();
    for (auto item = items_.rbegin(); item != items_.rend(); ++item) {
      if (const mustache::data *found = (*item)->get(name)) return found;
    }
    return note_missing(name);
  }

  const mustache::data *get_partial(const std::string &name) const override {
    const mustache::data *found = partials_->get(name);
    return found != nullptr ? found : note_missing("> " + name);
  }

  const std::string &missing() const { return missing_; }

 private:
  std::vector<const mustache::data *> items_;
  const mustache::data *partials_;
  mutable std::string missing_;

  const mustache::data *note_missing(const std::string &name) const {
    if (missing_.empty()) missing_ = name;
    return nullptr;
  }
};

void render(const std::string &text, const mustache::data &data, const mustache::data &partials) {
  mustache::mustache parsed(text);
  if (!parsed.is_valid()) throw std::runtime_error(parsed.error_message());
  Scope scope(&data, &partials);
  output = parsed.render(scope);
  if (!parsed.is_valid()) throw std::runtime_error(parsed.error_message());
  if (!scope.missing().empty()) throw std::runtime_error("nothing is called '" + scope.missing() + "'");
}

}  // namespace

const char *kmu_message(void) { return message.c_str(); }

int kmu_render(
    const char *text, size_t count, const void *data, size_t data_count, const void *partials, size_t partials_count,
    const char **rendered, size_t *rendered_count) {
  *rendered = nullptr;
  *rendered_count = 0;
  try {
    render(std::string(text, count), Reader(data, data_count).whole(), Reader(partials, partials_count).whole());
    *rendered = output.data();
    *rendered_count = output.size();
    return 0;
  } catch (const std::exception &error) {
    try {
      message = error.what();
    } catch (...) {
      message.clear();
    }
  } catch (...) {
    message.clear();
  }
  return -1;
}
