#ifndef HEARTH_CLIBSSH2_H
#define HEARTH_CLIBSSH2_H
#include <errno.h>
#include <libssh2.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>

/* What a session did with its socket. libssh2 reads packets of all channels whichever channel asks, so "did this call
   read anything" is the only reliable sign that another channel may have become ready; and a packet that is sent in
   part must be finished by the call that began it, so that must be known exactly, too. */
struct hearth_traffic {
  uint64_t received;
  uint64_t sent;
  /* 1 while a packet is sent in part or not at all yet. */
  int half_sent;
  /* For callbacks that get nothing but the session: whatever the caller put here. */
  void *context;
};

static inline ssize_t hearth_ssh2_receive(
  libssh2_socket_t socket, void *buffer, size_t length, int flags, void **abstract
) {
  struct hearth_traffic *traffic = (struct hearth_traffic *)*abstract;
  ssize_t count = recv(socket, buffer, length, flags);
  if (count < 0) return errno == EWOULDBLOCK || errno == EINTR ? -EAGAIN : -errno;
  traffic->received += (uint64_t)count;
  return count;
}

static inline ssize_t hearth_ssh2_send(
  libssh2_socket_t socket, const void *buffer, size_t length, int flags, void **abstract
) {
  struct hearth_traffic *traffic = (struct hearth_traffic *)*abstract;
  ssize_t count = send(socket, buffer, length, flags);
  traffic->half_sent = count != (ssize_t)length;
  if (count < 0) return errno == EWOULDBLOCK || errno == EINTR ? -EAGAIN : -errno;
  traffic->sent += (uint64_t)count;
  return count;
}

/* A session that counts its traffic in `traffic`, which must outlive it. */
static inline LIBSSH2_SESSION *hearth_ssh2_session_new(struct hearth_traffic *traffic) {
  LIBSSH2_SESSION *session = libssh2_session_init_ex(NULL, NULL, NULL, traffic);
  if (session) {
    libssh2_session_callback_set(session, LIBSSH2_CALLBACK_RECV, (void *)hearth_ssh2_receive);
    libssh2_session_callback_set(session, LIBSSH2_CALLBACK_SEND, (void *)hearth_ssh2_send);
    libssh2_session_set_blocking(session, 0);
  }
  return session;
}

/* Which Swift module owns SOCK_STREAM and its like depends on which C module read their header first, so Swift code cannot
   count on finding them in Glibc. */
enum {
  hearth_sock_stream = SOCK_STREAM,
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

#endif
