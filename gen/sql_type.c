#include "gen/sql_type.h"

#define TEXTS "struct rt_strs ", "strs"
#define INTS "struct rt_ints ", "ints"
#define DOUBLES "struct rt_doubles ", "doubles"
#define TIMES "struct rt_times ", "times"
#define NO_ARRAY NULL, NULL

/* The numbers are those of pg_type.dat, which never change. */
static const struct sql_base bases[] = {
    {"bool", 16, 1000, SQL_BOOL, "bool ", "bool", "struct rt_bools ", "bools"},
    {"int2", 21, 1005, SQL_INT, "int64_t ", "int2", INTS},
    {"int4", 23, 1007, SQL_INT, "int64_t ", "int4", INTS},
    {"int8", 20, 1016, SQL_INT, "int64_t ", "int8", INTS},
    {"float4", 700, 1021, SQL_DOUBLE, "double ", "float4", DOUBLES},
    {"float8", 701, 1022, SQL_DOUBLE, "double ", "float8", DOUBLES},
    {"numeric", 1700, 1231, SQL_NUMERIC, "struct rt_str ", "numeric",
	"struct rt_strs ", "numerics"},
    {"text", 25, 1009, SQL_TEXT, "struct rt_str ", "bytes", TEXTS},
    {"varchar", 1043, 1015, SQL_TEXT, "struct rt_str ", "bytes", TEXTS},
    {"bpchar", 1042, 1014, SQL_TEXT, "struct rt_str ", "bytes", TEXTS},
    {"name", 19, 1003, SQL_TEXT, "struct rt_str ", "bytes", TEXTS},
    {"citext", 0, 0, SQL_TEXT, "struct rt_str ", "bytes", TEXTS},
    {"bytea", 17, 1001, SQL_BYTES, "struct rt_str ", "bytes", TEXTS},
    {"uuid", 2950, 2951, SQL_UUID, "struct rt_uuid ", "uuid",
	"struct rt_uuids ", "uuids"},
    {"date", 1082, 1182, SQL_DATE, "struct rt_date ", "date",
	"struct rt_dates ", "dates"},
    {"time", 1083, 1183, SQL_DAYTIME, "struct rt_daytime ", "daytime",
	NO_ARRAY},
    {"timestamp", 1114, 1115, SQL_TIME, "struct rt_time ", "time", TIMES},
    {"timestamptz", 1184, 1185, SQL_TIME, "struct rt_time ", "time", TIMES},
    {"interval", 1186, 1187, SQL_INTERVAL, "struct rt_interval ", "interval",
	NO_ARRAY},
    {"json", 114, 199, SQL_JSON, "const struct rt_node *", "bytes", NO_ARRAY},
    {"jsonb", 3802, 3807, SQL_JSONB, "const struct rt_node *", "jsonb",
	NO_ARRAY},
    {"tstzrange", 3910, 3911, SQL_TIME_RANGE, "struct rt_time_range ",
	"time_range", NO_ARRAY},
    {"daterange", 3912, 3913, SQL_DATE_RANGE, "struct rt_date_range ",
	"date_range", NO_ARRAY},
};

const struct sql_base *
sql_base_of_oid(uint32_t oid)
{
	for (size_t i = 0; i < RT_LEN(bases); i++) {
		if (oid != 0 && bases[i].oid == oid)
			return &bases[i];
	}
	return NULL;
}

const struct sql_base *
sql_base_of_array(uint32_t oid)
{
	for (size_t i = 0; i < RT_LEN(bases); i++) {
		if (oid != 0 && bases[i].array == oid)
			return &bases[i];
	}
	return NULL;
}

const struct sql_base *
sql_base_named(struct rt_str name)
{
	for (size_t i = 0; i < RT_LEN(bases); i++) {
		if (rt_str_is(name, bases[i].name))
			return &bases[i];
	}
	return NULL;
}
