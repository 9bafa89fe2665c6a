/* libcurl's sends and receives: the dynamic linker finds these before the C library's. */
#include <dlfcn.h>
#include <sys/socket.h>

#include "fault_plan.h"

typedef ssize_t send_function(int socket, const void *bytes, size_t length, int flags);
typedef ssize_t receive_function(int socket, void *bytes, size_t length, int flags);

ssize_t send(int socket, const void *bytes, size_t length, int flags)
{
    send_function *const real = __extension__(send_function *) dlsym(RTLD_NEXT, "send");
    fault_plan_die(FAULT_REQUEST);
    const ssize_t sent = real(socket, bytes, length, flags);
    fault_plan_die(FAULT_REQUEST);
    return sent;
}

ssize_t recv(int socket, void *bytes, size_t length, int flags)
{
    receive_function *const real = __extension__(receive_function *) dlsym(RTLD_NEXT, "recv");
    const ssize_t received = real(socket, bytes, length, flags);
    if (received > 0)
        fault_plan_die(FAULT_RESPONSE);
    return received;
}
