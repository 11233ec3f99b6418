// Compiled modules, kept by what they were compiled from: <cache>/<engine and processor>/<SHA-256>.<purpose>.cwasm
// A compiled module is native code. The cache belongs to root alone and takes nothing from an image.
#include "wasm-runc.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>
#ifdef __x86_64__
#include <cpuid.h>
#endif

char *digest_of(int file, const char *name, uint64_t limit) {
  struct sha256_ctx context;
  sha256_init(&context);
  static uint8_t bytes[1 << 18];
  off_t done = 0;
  ssize_t count;
  while ((count = pread(file, bytes, sizeof bytes, done)) > 0) {
    sha256_update(&context, (size_t)count, bytes);
    done += count;
    if ((uint64_t)done > limit) {
      fail("%s is larger than %llu MiB; see moduleBytes in /etc/hearth/wasm.json", name, (unsigned long long)(limit >> 20));
    }
  }
  if (count < 0) fail("cannot read %s: %s", name, strerror(errno));
  uint8_t digest[SHA256_DIGEST_SIZE];
  sha256_digest(&context, sizeof digest, digest);
  char *result = need(malloc(2 * sizeof digest + 1));
  for (size_t index = 0; index < sizeof digest; index++) sprintf(result + 2 * index, "%02x", digest[index]);
  return result;
}

// Code compiled on one processor may not run on another, and a disk can move.
static uint64_t processor(void) {
  uint64_t mix = getauxval(AT_HWCAP) * 31 + getauxval(AT_HWCAP2);
#ifdef __x86_64__
  unsigned a, b, c, d;
  if (__get_cpuid(1, &a, &b, &c, &d)) mix = mix * 31 + c;
  if (__get_cpuid_count(7, 0, &a, &b, &c, &d)) mix = (mix * 31 + b) * 31 + c;
#endif
  return mix;
}

static void make_folder(const char *path) {
  struct stat status;
  if (mkdir(path, 0700) != 0 && errno != EEXIST) {
    fail("cannot make the folder of compiled modules %s: %s", path, strerror(errno));
  }
  if (lstat(path, &status) != 0 || !S_ISDIR(status.st_mode) || status.st_uid != 0 || (status.st_mode & 0077)) {
    fail("%s must be a folder that belongs to root alone (mode 0700): compiled modules are native code", path);
  }
}

static bool look_up(const char *folder, const char *digest, struct compiled *result) {
  static const char *const names[] = {[COMMAND] = "run", [SERVICE] = "serve"};
  for (enum purpose purpose = COMMAND; purpose <= SERVICE; purpose++) {
    char *path = text("%s/%s.%s.cwasm", folder, digest, names[purpose]);
    struct stat status;
    if (lstat(path, &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == 0) {
      utimensat(AT_FDCWD, path, NULL, AT_SYMLINK_NOFOLLOW);
      *result = (struct compiled){.path = path, .purpose = purpose};
      return true;
    }
    free(path);
  }
  return false;
}

static int lock(const struct settings *settings) {
  char *path = text("%s/lock", settings->cache);
  int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0) fail("cannot open %s: %s", path, strerror(errno));
  time_t end = time(NULL) + 2 * (time_t)settings->compile_seconds;
  while (flock(file, LOCK_EX | LOCK_NB) != 0) {
    if (time(NULL) > end) fail("other modules have been compiling for %u s; try again", 2 * settings->compile_seconds);
    usleep(20000);
  }
  return file;
}

// Removes the modules that were used longest ago until the folder is small enough.
static void tidy(const char *folder, uint64_t limit) {
  for (;;) {
    DIR *list = opendir(folder);
    if (!list) return;
    char *oldest = NULL;
    struct timespec age = {0};
    uint64_t sum = 0;
    size_t files = 0;
    for (struct dirent *entry; (entry = readdir(list));) {
      struct stat status;
      if (fstatat(dirfd(list), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(status.st_mode)) continue;
      sum += (uint64_t)status.st_size;
      files++;
      bool older = status.st_mtim.tv_sec < age.tv_sec ||
                   (status.st_mtim.tv_sec == age.tv_sec && status.st_mtim.tv_nsec < age.tv_nsec);
      if (oldest && !older) continue;
      free(oldest);
      oldest = text("%s/%s", folder, entry->d_name);
      age = status.st_mtim;
    }
    closedir(list);
    if (sum <= limit || files < 2 || !oldest || unlink(oldest) != 0) return;
    free(oldest);
  }
}

// What a killed compilation left behind; called under the lock, so nobody uses it.
static void remove_leftovers(const char *folder) {
  DIR *list = opendir(folder);
  if (!list) return;
  for (struct dirent *entry; (entry = readdir(list));) {
    if (strncmp(entry->d_name, "work-", 5) == 0) remove_work_folder(text("%s/%s", folder, entry->d_name));
  }
  closedir(list);
}

// Modules of engines that are gone, unused for thirty days: containers that still run have theirs mounted.
static void forget_engines(const char *cache, const char *current) {
  static const time_t unused = 30 * 86400;
  DIR *list = opendir(cache);
  if (!list) return;
  for (struct dirent *entry; (entry = readdir(list));) {
    if (entry->d_name[0] == '.' || strcmp(entry->d_name, current) == 0 || strncmp(entry->d_name, "work-", 5) == 0) continue;
    int folder = openat(dirfd(list), entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    DIR *files = folder < 0 ? NULL : fdopendir(folder);
    if (!files) continue;
    for (struct dirent *file; (file = readdir(files));) {
      struct stat status;
      if (fstatat(folder, file->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(status.st_mode)) continue;
      if (status.st_mtim.tv_sec < time(NULL) - unused) unlinkat(folder, file->d_name, 0);
    }
    closedir(files);
    unlinkat(dirfd(list), entry->d_name, AT_REMOVEDIR);  // if it is empty now
  }
  closedir(list);
}

// Copies a result into the cache: a file of root's, complete before it gets its name.
static void keep(int from, const char *path, const char *name) {
  char *temporary = text("%s.new", path);
  unlink(temporary);
  int file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  static uint8_t bytes[1 << 18];
  uint64_t sum = 0;
  ssize_t count = 0;
  bool good = file >= 0;
  while (good && (count = read(from, bytes, sizeof bytes)) > 0) {
    if (sum == 0 && (count < 64 || memcmp(bytes, "\177ELF", 4) != 0)) fail("cannot compile %s: the result is not a compiled module", name);
    sum += (uint64_t)count;
    good = write(file, bytes, (size_t)count) == count;
  }
  good = good && count == 0 && sum > 0 && fchmod(file, 0444) == 0 && fsync(file) == 0 && close(file) == 0;
  if (!good || rename(temporary, path) != 0) {
    int reason = errno;
    unlink(temporary);
    fail("cannot keep the compiled %s in %s: %s", name, path, strerror(reason));
  }
}

static struct compiled find_or_compile(const struct settings *settings, int file, const char *name) {
  struct compiled result = {0};
  make_folder(settings->cache);
  char *folder = text("%s/%s-%016llx", settings->cache, settings->engine_version, (unsigned long long)processor());
  struct statvfs system;
  if (statvfs(settings->cache, &system) == 0 && (system.f_flag & ST_NOEXEC)) {
    fail("%s lies on a file system mounted noexec, where compiled modules cannot run; choose another folder as cache in "
         "/etc/hearth/wasm.json or mount it with exec", settings->cache);
  }
  char *digest = digest_of(file, name, settings->module_bytes);
  if (look_up(folder, digest, &result)) return result;

  if (access(text("%s/wasmtime", settings->engine), X_OK) != 0) {
    fail("no engine: %s/wasmtime: %s; run hearth up again", settings->engine, strerror(errno));
  }
  int held = lock(settings);
  remove_leftovers(settings->cache);
  make_folder(folder);
  if (!look_up(folder, digest, &result)) {
    enum purpose purpose = COMMAND;
    int output = compile_module(settings, file, name, digest, &purpose);
    char *path = text("%s/%s.%s.cwasm", folder, digest, purpose == SERVICE ? "serve" : "run");
    keep(output, path, name);
    close(output);
    tidy(folder, settings->cache_bytes);
    forget_engines(settings->cache, strrchr(folder, '/') + 1);
    result = (struct compiled){.path = path, .purpose = purpose, .fresh = true};
  }
  close(held);
  return result;
}

struct compiled compiled_module(const struct settings *settings, enum form form, int file, const char *name) {
  struct compiled result = find_or_compile(settings, file, name);
  result.form = form;
  return result;
}
