/*
 * Reads checked values off the tape.  These can't fail: a value of another
 * type than asked for reads as zero, so that the generated decoders have no
 * failure branch and rt_valid() decides once, at the end.
 */
#ifndef RT_READ_H
#define RT_READ_H

#include "runtime/format.h"
#include "runtime/json.h"

bool rt_read_bool(const struct rt_node *);
/* Also of "1.0" and "1e2"; clamps at the ends of int64. */
int64_t rt_read_int(const struct rt_node *);
int32_t rt_read_int32(const struct rt_node *);
double rt_read_double(const struct rt_node *);
/* Borrowed from the tape; absent for a value that is no string. */
struct rt_str rt_read_str(const struct rt_node *);
struct rt_date rt_read_date(const struct rt_node *);
struct rt_time rt_read_time(const struct rt_node *);
struct rt_uuid rt_read_uuid(const struct rt_node *);
struct rt_strs rt_read_strs(struct rt_arena *, const struct rt_node *);
struct rt_ints rt_read_ints(struct rt_arena *, const struct rt_node *);
struct rt_doubles rt_read_doubles(struct rt_arena *, const struct rt_node *);
struct rt_bools rt_read_bools(struct rt_arena *, const struct rt_node *);
struct rt_dates rt_read_dates(struct rt_arena *, const struct rt_node *);
struct rt_times rt_read_times(struct rt_arena *, const struct rt_node *);
struct rt_uuids rt_read_uuids(struct rt_arena *, const struct rt_node *);

/*
 * A part of a form that was kept as a file.  The name is the client's word: it
 * may have any characters, slashes too.  The media type is absent where none
 * was sent.  The bytes live as long as the call.
 */
struct rt_file {
	struct rt_str name; /* absent where none was sent */
	struct rt_str media;
	struct rt_str bytes;
};

/* A plain string is a file without a name; another value one without bytes. */
struct rt_file rt_read_file(const struct rt_node *);

struct rt_files {
	const struct rt_file *v;
	size_t n;
};

struct rt_files rt_read_files(struct rt_arena *, const struct rt_node *);

/* An enum of strings: its texts from index 1; 0 is "never set". */
struct rt_enum {
	const char *const *text;
	unsigned n; /* with the unused index 0 */
};

#define RT_ENUM(a) \
	{ \
		(a), RT_LEN(a) \
	}

unsigned rt_read_enum(const struct rt_node *, const struct rt_enum *);
/* The index of a text; 0 where it is none of them. */
unsigned rt_enum_of(const struct rt_enum *, struct rt_str);
/* The text of v, absent where v is out of range, as 0 is. */
struct rt_str rt_enum_text(const struct rt_enum *, unsigned v);

static inline bool
rt_is_null(const struct rt_node *v)
{
	return v->type == RT_NULL;
}

#endif /* RT_READ_H */
