/* The handlers of life.yaml: they take their time, or end their process. */
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "api/api.h"
#include "api/default_.h"

static void
sleep_ms(void *arg)
{
	const int64_t *ms = arg;
	struct timespec t = {*ms / 1000, *ms % 1000 * 1000000};

	while (nanosleep(&t, &t) == -1)
		;
}

bool
handle_echo(struct rt_call *call, const struct api_echo_in *in,
    struct api_echo_out *out)
{
	struct api_echo_n200 answer = {.id = in->id, .process = getpid()};
	int64_t ms = in->ms;

	if (ms > 0 && !rt_work(call, sleep_ms, &ms, sizeof(ms)))
		return false;
	return api_echo_200(out, &answer);
}

/* All of each frame is needed, and after the next one: none is left out. */
static unsigned
deepen(unsigned n)
{
	volatile char frame[1024];
	unsigned deeper;

	frame[n % sizeof(frame)] = (char)n;
	deeper = n == 0 ? 0 : deepen(n - 1);
	return deeper + (unsigned)frame[n % sizeof(frame)];
}

bool
handle_fault(struct rt_call *call, const struct api_fault_in *in,
    struct api_fault_out *out)
{
	volatile uintptr_t wrong = 16;

	(void)call;
	switch (in->kind) {
	case API_FAULT_KIND_ADDRESS:
		*(volatile int *)wrong = 1;
		break;
	case API_FAULT_KIND_STACK:
		(void)deepen(1000);
		break;
	case API_FAULT_KIND_ABORT:
		abort();
	case API_FAULT_KIND_CALL:
		(void)syscall(SYS_chroot, "/");
		break;
	default:
		_exit(9);
	}
	return api_fault_204(out);
}

const struct rt_server_def rt_server_def = {
    .api = &api,
};
