#ifndef HEARTH_CLIBSSH2_H
#define HEARTH_CLIBSSH2_H
#include <errno.h>
#include <libssh2.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>

/* What a session did with its socket. libssh2 reads packets of all channels whichever channel asks, so "did this call
   read anything" is the only reliable sign that another channel may have become ready; and a packet that is sent in
   part must be finished by the call that began it, so that must be known exactly, too. */
struct hearth_traffic {
  uint64_t received;
  /* 1 while a packet is sent in part or not at all yet. */
  int half_sent;
  /* For callbacks that get nothing but the session: whatever the caller put here. */
  void *context;
  /* The first bytes that came, in the clear: the host's greeting and the lists of algorithms that it offers. */
  uint32_t opening_count;
  unsigned char opening[8192];
  /* What the host said when it ended the connection, and how much of it. */
  uint32_t farewell_count;
  char farewell[512];
  /* libssh2's memory, the newest first; its bytes, and how many they may be. */
  struct hearth_block *blocks;
  size_t held, most_held;
  /* The host has sent more than may be held. */
  int is_flooded;
  /* Bytes that were received since "try again" was last said. */
  size_t burst;
};

/* Whatever libssh2 reads for, it reads on as long as something comes: messages that it ignores, lines before a greeting,
   questions of a login. After so many bytes it is told that nothing is there, so that other connections of the thread are
   served and deadlines are looked at. */
enum { hearth_burst = 1 << 20 };

/* Before each piece of libssh2's memory. */
struct hearth_block {
  struct hearth_block *next, *previous;
  size_t count;
  size_t unused; /* keeps what follows aligned to 16 bytes */
};

static inline void *hearth_ssh2_allocate(size_t count, void **abstract) {
  struct hearth_traffic *traffic = (struct hearth_traffic *)*abstract;
  if (count > SIZE_MAX - sizeof(struct hearth_block)) return NULL;
  struct hearth_block *block = (struct hearth_block *)malloc(sizeof *block + count);
  if (!block) return NULL;
  block->count = count;
  traffic->held += count;
  block->previous = NULL;
  block->next = traffic->blocks;
  if (block->next) block->next->previous = block;
  traffic->blocks = block;
  return block + 1;
}

static inline void hearth_ssh2_release(void *memory, void **abstract) {
  if (!memory) return;
  struct hearth_traffic *traffic = (struct hearth_traffic *)*abstract;
  struct hearth_block *block = (struct hearth_block *)memory - 1;
  if (block->next) block->next->previous = block->previous;
  if (block->previous) block->previous->next = block->next;
  else traffic->blocks = block->next;
  traffic->held -= block->count;
  free(block);
}

static inline void *hearth_ssh2_resize(void *memory, size_t count, void **abstract) {
  if (!memory) return hearth_ssh2_allocate(count, abstract);
  void *larger = hearth_ssh2_allocate(count, abstract);
  if (!larger) return NULL;
  size_t old = ((struct hearth_block *)memory - 1)->count;
  memcpy(larger, memory, old < count ? old : count);
  hearth_ssh2_release(memory, abstract);
  return larger;
}

/* Swift imports no array as long as this one. */
static inline const unsigned char *hearth_ssh2_opening(const struct hearth_traffic *traffic) { return traffic->opening; }
static inline const char *hearth_ssh2_last_words(const struct hearth_traffic *traffic) { return traffic->farewell; }

static inline uint32_t hearth_ssh2_number(const unsigned char *bytes) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* Copies what the host said during the login (RFC 4252, 5.4) to `text`, a message a line; returns its length. libssh2
   before 1.11 has no call for that: it leaves these messages in its queue until the session ends, so they are found among
   its memory by their shape: the number 53, a text, a language, and at most a cipher's and a MAC's padding. */
static inline size_t hearth_ssh2_banners(const struct hearth_traffic *traffic, char *text, size_t room) {
  const struct hearth_block *block = traffic->blocks;
  size_t used = 0;
  while (block && block->next) block = block->next;
  for (; block; block = block->previous) {
    const unsigned char *bytes = (const unsigned char *)(block + 1);
    if (block->count < 9 || bytes[0] != 53) continue;
    size_t count = hearth_ssh2_number(bytes + 1);
    if (count == 0 || count > block->count - 9) continue;
    size_t language = hearth_ssh2_number(bytes + 5 + count);
    if (language > block->count - 9 - count || block->count - 9 - count - language > 512) continue;
    if (count + 1 > room - used) break;
    memcpy(text + used, bytes + 5, count);
    used += count;
    text[used++] = '\n';
  }
  return used;
}

static inline void hearth_ssh2_farewell(
  LIBSSH2_SESSION *session, int reason, const char *message, int message_count, const char *language, int language_count,
  void **abstract
) {
  struct hearth_traffic *traffic = (struct hearth_traffic *)*abstract;
  (void)session, (void)reason, (void)language, (void)language_count;
  if (!message || message_count <= 0) return;
  size_t count = (size_t)message_count < sizeof traffic->farewell ? (size_t)message_count : sizeof traffic->farewell;
  memcpy(traffic->farewell, message, count);
  traffic->farewell_count = (uint32_t)count;
}

static inline ssize_t hearth_ssh2_receive(
  libssh2_socket_t socket, void *buffer, size_t length, int flags, void **abstract
) {
  struct hearth_traffic *traffic = (struct hearth_traffic *)*abstract;
  /* Messages that nobody asked for stay in libssh2's queue. */
  if (traffic->held > traffic->most_held) {
    traffic->is_flooded = 1;
    return -ECONNABORTED;
  }
  if (traffic->burst >= hearth_burst) {
    traffic->burst = 0;
    return -EAGAIN;
  }
  ssize_t count = recv(socket, buffer, length, flags);
  if (count < 0) {
    traffic->burst = 0;
    return errno == EWOULDBLOCK || errno == EINTR ? -EAGAIN : -errno;
  }
  traffic->received += (uint64_t)count;
  traffic->burst += (size_t)count;
  size_t room = sizeof traffic->opening - traffic->opening_count;
  if (room > 0 && count > 0) {
    size_t taken = (size_t)count < room ? (size_t)count : room;
    memcpy(traffic->opening + traffic->opening_count, buffer, taken);
    traffic->opening_count += (uint32_t)taken;
  }
  return count;
}

static inline ssize_t hearth_ssh2_send(
  libssh2_socket_t socket, const void *buffer, size_t length, int flags, void **abstract
) {
  struct hearth_traffic *traffic = (struct hearth_traffic *)*abstract;
  ssize_t count = send(socket, buffer, length, flags);
  traffic->half_sent = count != (ssize_t)length;
  if (count < 0) return errno == EWOULDBLOCK || errno == EINTR ? -EAGAIN : -errno;
  return count;
}

/* A session that counts its traffic in `traffic`, which must outlive it. */
static inline LIBSSH2_SESSION *hearth_ssh2_session_new(struct hearth_traffic *traffic) {
  LIBSSH2_SESSION *session = libssh2_session_init_ex(
    hearth_ssh2_allocate, hearth_ssh2_release, hearth_ssh2_resize, traffic);
  if (session) {
    libssh2_session_callback_set(session, LIBSSH2_CALLBACK_DISCONNECT, (void *)hearth_ssh2_farewell);
    libssh2_session_callback_set(session, LIBSSH2_CALLBACK_RECV, (void *)hearth_ssh2_receive);
    libssh2_session_callback_set(session, LIBSSH2_CALLBACK_SEND, (void *)hearth_ssh2_send);
    libssh2_session_set_blocking(session, 0);
  }
  return session;
}

/* Memory that libssh2 will release: signatures, answers. */
static inline void *hearth_ssh2_memory(LIBSSH2_SESSION *session, size_t count) {
  return hearth_ssh2_allocate(count, libssh2_session_abstract(session));
}

/* Which Swift module owns SOCK_STREAM and its like depends on which C module read their header first, so Swift code cannot
   count on finding them in Glibc. */
enum {
  hearth_sock_stream = SOCK_STREAM,
  hearth_sock_dgram = SOCK_DGRAM,
  hearth_sock_nonblock = SOCK_NONBLOCK,
  hearth_sock_cloexec = SOCK_CLOEXEC,
};

#ifdef __linux__
/* Glibc's Swift module leaves these GNU extensions out. */
#include <unistd.h>
extern int setns(int descriptor, int kind);
/* Moves the calling thread into a network namespace; 0, or -1 with errno. */
static inline int hearth_enter_network_namespace(int descriptor) { return setns(descriptor, 0x40000000); }
#endif

/* The peer has closed its side. In C, because Swift imports MSG_PEEK as one type or another by what read its header first. */
static inline int hearth_ssh2_has_ended(int socket) {
  char byte;
  ssize_t count = recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return count == 0 || (count < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

#endif
