#include "runtime/http_char.h"

#define TOKEN RT_HTTP_TOKEN
#define TARGET RT_HTTP_TARGET
#define HOST RT_HTTP_HOST
#define ALL (TOKEN | TARGET | HOST)
#define NO_HOST (TOKEN | TARGET)
#define NO_TOKEN (TARGET | HOST)
#define ALL_8 ALL, ALL, ALL, ALL, ALL, ALL, ALL, ALL

/* From ' ' on; all others are in no class. */
/* clang-format off */
const unsigned char rt_http_classes[256] = {
	/*  !"#$%&' */
	[' '] = 0, ALL, TARGET, TOKEN, ALL, NO_HOST, ALL, ALL,
	/* ()*+,-./ */
	NO_TOKEN, NO_TOKEN, ALL, ALL, NO_TOKEN, ALL, ALL, TARGET,
	/* 0 to 7 */
	ALL_8,
	/* 89:;<=>? */
	ALL, ALL, TARGET, NO_TOKEN, TARGET, NO_TOKEN, TARGET, TARGET,
	/* @, A to W */
	TARGET, ALL, ALL, ALL, ALL, ALL, ALL, ALL, ALL_8, ALL_8,
	/* XYZ[\]^_ */
	ALL, ALL, ALL, TARGET, TARGET, TARGET, NO_HOST, ALL,
	/* `, a to w */
	NO_HOST, ALL, ALL, ALL, ALL, ALL, ALL, ALL, ALL_8, ALL_8,
	/* xyz{|}~ */
	ALL, ALL, ALL, TARGET, NO_HOST, TARGET, ALL,
};
/* clang-format on */
