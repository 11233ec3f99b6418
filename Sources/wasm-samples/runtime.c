// What Embedded Swift expects of a C library, for programs that end before they would have to free.
#include <stddef.h>

extern unsigned char __heap_base;
static size_t next;

static void *take(size_t alignment, size_t count) {
  if (!next) next = (size_t)&__heap_base;
  size_t start = (next + alignment - 1) & ~(alignment - 1);
  size_t pages = (start + count + 65535) / 65536, have = __builtin_wasm_memory_size(0);
  if (pages > have && __builtin_wasm_memory_grow(0, pages - have) == (size_t)-1) __builtin_trap();
  next = start + count;
  return (void *)start;
}

int posix_memalign(void **result, size_t alignment, size_t count) {
  *result = take(alignment, count);
  return 0;
}

void free(void *memory) { (void)memory; }

void *memset(void *to, int value, size_t count) {
  for (unsigned char *next_byte = to; count; count--) *next_byte++ = (unsigned char)value;
  return to;
}

// The canonical ABI allocates here what it passes in.
__attribute__((export_name("cabi_realloc"))) void *cabi_realloc(void *old, size_t had, size_t alignment, size_t count) {
  unsigned char *to = take(alignment ? alignment : 1, count), *from = old;
  for (size_t index = 0; index < had && index < count; index++) to[index] = from[index];
  return to;
}
