// What a module offers, read from its export sections. Runs unprivileged: the bytes are the user's.
#include "wasm-runc.h"

#include <string.h>

struct reader {
  const uint8_t *next, *end;
  bool broken;
};

static uint8_t byte(struct reader *reader) {
  if (reader->next < reader->end) return *reader->next++;
  reader->broken = true;
  return 0;
}

static uint32_t number(struct reader *reader) {
  uint32_t result = 0;
  for (unsigned shift = 0; shift < 35; shift += 7) {
    uint8_t part = byte(reader);
    result |= (uint32_t)(part & 0x7f) << (shift < 32 ? shift : 0);
    if (!(part & 0x80)) return result;
  }
  reader->broken = true;
  return 0;
}

static struct reader slice(struct reader *reader) {
  uint32_t count = number(reader);
  if (reader->broken || count > (size_t)(reader->end - reader->next)) {
    reader->broken = true;
    return (struct reader){.broken = true};
  }
  struct reader part = {.next = reader->next, .end = reader->next + count};
  reader->next += count;
  return part;
}

static bool starts(struct reader name, const char *prefix) {
  size_t length = strlen(prefix);
  return (size_t)(name.end - name.next) >= length && memcmp(name.next, prefix, length) == 0;
}

static bool equals(struct reader name, const char *wanted) {
  return starts(name, wanted) && (size_t)(name.end - name.next) == strlen(wanted);
}

// An external description of the component model: a kind and an index, or a bound.
static void skip_description(struct reader *reader) {
  switch (byte(reader)) {
    case 0x00: byte(reader); number(reader); break;                      // core module
    case 0x02: if (byte(reader) == 0) number(reader);                    // value: equal to, or of a type
      else if (byte(reader) < 0x40) number(reader);
      break;
    case 0x03: if (byte(reader) == 0) number(reader); break;             // type: equal to, or a resource
    case 0x01: case 0x04: case 0x05: number(reader); break;              // function, component, instance
    default: reader->broken = true;
  }
}

struct offer {
  bool start, command, service;
};

static void read_module_exports(struct reader section, struct offer *offer) {
  for (uint32_t left = number(&section); left > 0 && !section.broken; left--) {
    struct reader name = slice(&section);
    uint8_t kind = byte(&section);
    number(&section);
    if (section.broken) return;
    if (kind == 0 && equals(name, "_start")) offer->start = true;
  }
}

static void read_component_exports(struct reader section, struct offer *offer) {
  for (uint32_t left = number(&section); left > 0 && !section.broken; left--) {
    byte(&section);                                                      // the kind of name
    struct reader name = slice(&section);
    if (byte(&section) == 0) byte(&section);                             // core sorts have a second byte
    number(&section);
    if (byte(&section) == 1) skip_description(&section);
    if (name.broken) return;
    if (starts(name, "wasi:cli/run@")) offer->command = true;
    if (starts(name, "wasi:http/incoming-handler@") || starts(name, "wasi:http/handler@")) offer->service = true;
  }
}

const char *judge_exports(const uint8_t *bytes, size_t count, enum purpose *purpose) {
  if (count < 8) return "it is truncated: a header alone takes 8 bytes";
  struct reader reader = {.next = bytes + 8, .end = bytes + count};
  bool component = bytes[4] == 0x0d;
  struct offer offer = {0};
  while (reader.next < reader.end) {
    uint8_t kind = byte(&reader);
    struct reader section = slice(&reader);
    if (reader.broken) return "it is truncated: a section ends beyond the end of the file; build or copy it again";
    if (!component && kind == 7) read_module_exports(section, &offer);
    if (component && kind == 11) read_component_exports(section, &offer);
  }
  if (!component && !offer.start) {
    return "it has no function _start: it is a library, not a program; build it as a command";
  }
  if (component && !offer.command && !offer.service) {
    return "it exports neither wasi:cli/run nor wasi:http/incoming-handler: it is a library, not a program; "
           "build it for the world wasi:cli/command or wasi:http/proxy";
  }
  *purpose = component && offer.service && !offer.command ? SERVICE : COMMAND;
  return NULL;
}
