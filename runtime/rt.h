/* All that generated code and handlers need of the runtime. */
#ifndef RT_H
#define RT_H

#include "runtime/arena.h"
#include "runtime/async.h"
#include "runtime/buf.h"
#include "runtime/call.h"
#include "runtime/check.h"
#include "runtime/conditional.h"
#include "runtime/db.h"
#include "runtime/file.h"
#include "runtime/format.h"
#include "runtime/gzip.h"
#include "runtime/http_client.h"
#include "runtime/json.h"
#include "runtime/json_write.h"
#include "runtime/jwt.h"
#include "runtime/log.h"
#include "runtime/map.h"
#include "runtime/merge_patch.h"
#include "runtime/op.h"
#include "runtime/outbound.h"
#include "runtime/password.h"
#include "runtime/problem.h"
#include "runtime/put.h"
#include "runtime/read.h"
#include "runtime/serve.h"
#include "runtime/settings.h"
#include "runtime/str.h"
#include "runtime/stream.h"
#include "runtime/work.h"

#endif /* RT_H */
