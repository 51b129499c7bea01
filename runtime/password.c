#include "runtime/password.h"

#include <crypt.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>

#include "runtime/work.h"

#define MARK "sha256:"

enum {
	BCRYPT_MAX = 72, /* bytes of a password that bcrypt looks at */
	COST_MIN = 4,
	COST_MAX = 31,
	COST_USUAL = 12,
};

/* What a thread works on; it holds the password in clear. */
struct job {
	char password[BCRYPT_MAX + 1];
	char setting[RT_PASSWORD_HASH]; /* a salt, or the hash to compare */
	char hash[RT_PASSWORD_HASH]; /* empty when it can't be computed */
};

/*
 * The cost that a comparison against nothing takes: that of the last real
 * hash seen here.
 */
static int usual_cost = COST_USUAL;

static bool
needs_digest(struct rt_str password)
{
	return password.n > BCRYPT_MAX ||
	    (password.n > 0 && memchr(password.p, '\0', password.n) != NULL);
}

/* What bcrypt is given for a password: itself, or its digest in base64. */
static void
take_password(struct job *job, struct rt_str password, bool digest)
{
	unsigned char sum[SHA256_DIGEST_LENGTH];

	if (!digest) {
		size_t n = password.n < BCRYPT_MAX ? password.n : BCRYPT_MAX;

		memcpy(job->password, n == 0 ? "" : password.p, n);
		job->password[n] = '\0';
		return;
	}
	SHA256((const unsigned char *)password.p, password.n, sum);
	EVP_EncodeBlock((unsigned char *)job->password, sum, sizeof(sum));
	explicit_bzero(sum, sizeof(sum));
}

/* On a thread: some hundred milliseconds at the usual cost. */
static void
hash_password(void *arg)
{
	struct job *job = arg;
	struct crypt_data *data = calloc(1, sizeof(*data));
	const char *hash;

	job->hash[0] = '\0';
	if (data == NULL)
		return;
	hash = crypt_r(job->password, job->setting, data);
	if (hash != NULL && hash[0] == '$')
		snprintf(job->hash, sizeof(job->hash), "%s", hash);
	explicit_bzero(data, sizeof(*data));
	free(data);
}

static bool
run(struct rt_call *call, struct job *job)
{
	bool ok = rt_work(call, hash_password, job, sizeof(*job));

	explicit_bzero(job->password, sizeof(job->password));
	return ok;
}

bool
rt_password_hash(struct rt_call *call, struct rt_str password, int cost,
    char hash[RT_PASSWORD_HASH])
{
	bool digest = needs_digest(password);
	struct job job = {0};
	char salt[16];

	if (cost < COST_MIN || cost > COST_MAX)
		return rt_fail(call, "password: %d is no cost", cost);
	rt_random(salt, sizeof(salt));
	if (crypt_gensalt_rn("$2b$", (unsigned long)cost, salt, sizeof(salt),
		job.setting, sizeof(job.setting)) == NULL)
		return rt_fail(call, "password: bcrypt is not to be had");
	take_password(&job, password, digest);
	if (!run(call, &job))
		return false;
	if (job.hash[0] == '\0')
		return rt_fail(call, "password: bcrypt failed");
	usual_cost = cost;
	snprintf(hash, RT_PASSWORD_HASH, "%s%.100s", digest ? MARK : "",
	    job.hash);
	return true;
}

/* The cost of "$2b$12$" and 53 more characters, 0 for any other text; $2a$
 * and $2y$ are the same algorithm. */
static int
bcrypt_cost(struct rt_str s)
{
	int cost;

	if (s.n != 60 || memchr(s.p, '\0', s.n) != NULL ||
	    strncmp(s.p, "$2", 2) != 0 || strchr("aby", s.p[2]) == NULL ||
	    s.p[3] != '$' || s.p[6] != '$')
		return 0;
	cost = (s.p[4] - '0') * 10 + s.p[5] - '0';
	return cost >= COST_MIN && cost <= COST_MAX ? cost : 0;
}

/* Sets what to compare with; a dummy, and false, where there is no hash. */
static bool
take_hash(struct job *job, struct rt_str hash)
{
	int cost = bcrypt_cost(hash);

	if (cost != 0) {
		usual_cost = cost;
		memcpy(job->setting, hash.p, hash.n);
		return true;
	}
	snprintf(job->setting, sizeof(job->setting),
	    "$2b$%02d$......................", usual_cost);
	return false;
}

bool
rt_password_verify(struct rt_call *call, struct rt_str password,
    struct rt_str hash, bool *same)
{
	bool digest = rt_str_starts(hash, MARK);
	struct job job = {0};
	bool possible;

	*same = false;
	if (digest) {
		hash.p += strlen(MARK);
		hash.n -= strlen(MARK);
	}
	take_password(&job, password, digest);
	possible = take_hash(&job, hash) && digest == needs_digest(password);
	if (!run(call, &job))
		return false;
	*same = possible && rt_str_same_secret(rt_str(job.hash), hash);
	return true;
}
