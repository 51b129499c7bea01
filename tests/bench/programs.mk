# The programs of tests/bench: two servers that can be compared, and what
# measures.

BENCH = build/bench
BENCH_API = $(BENCH)/api/.done
BENCH_SQL = $(BENCH)/sql/.done
BENCH_CC = $(CC) -std=c11 $(WARNINGS) -D_GNU_SOURCE $(CFLAGS)
BENCH_SERVER = tests/bench/handlers.c $(BENCH)/api/*.c \
    $(BENCH)/api/model/*.c $(BENCH)/sql/*.c

bench-programs: ws-program $(BENCH)/server.so $(BENCH)/bare.so $(BENCH)/pgsql.so \
    $(BENCH)/pipeline.so $(BENCH)/barecast.so $(BENCH)/preload.so \
    $(BENCH)/measure $(BENCH)/crowd $(BENCH)/flood $(BENCH)/broadcast \
    $(BENCH)/tokenise
guard-program: $(BENCH)/guard
path-programs: $(BENCH)/server.so $(BENCH)/count.so

$(BENCH_API): build/bin/kontract tests/bench/openapi.yaml
	@mkdir -p $(@D)
	$(call say,GEN)
	$(Q)build/bin/kontract generate tests/bench/openapi.yaml -q -o $(@D)
	@touch $@

# By the lock, as that of the server.
$(BENCH_SQL): build/bin/kontract $(BENCH_API) tests/bench/sql/queries.lock \
    $(wildcard tests/bench/sql/queries/*.sql tests/bench/sql/migrations/*.sql)
	$(call say,GEN)
	$(Q)build/bin/kontract sql tests/bench/openapi.yaml -q \
	    --sql tests/bench/sql -o $(@D)
	@touch $@

$(BENCH)/server.so: tests/bench/handlers.c $(BENCH_API) $(BENCH_SQL) \
    build/libkontract.a
	$(call say,LINK)
	$(Q)$(BENCH_CC) -fPIC -fvisibility=hidden -shared -I. -I$(BENCH) -o $@ \
	    $(BENCH_SERVER) -Wl,--whole-archive build/libkontract.a \
	    -Wl,--no-whole-archive $(SERVER_LIBS)

# Modules without the runtime, for the same kore.
BARE = $(BENCH)/bare.so $(BENCH)/pgsql.so $(BENCH)/pipeline.so \
    $(BENCH)/barecast.so

$(BARE): $(BENCH)/%.so: tests/bench/%.c tests/bench/bare.h \
    build/obj/runtime/serve_sandbox.o
	@mkdir -p $(@D)
	$(call say,LINK)
	$(Q)$(BENCH_CC) $(KORE) -I. -isystem /usr/include/postgresql -fPIC \
	    -shared -o $@ $(filter-out %.h,$^) -lpq -lyajl

$(BENCH)/preload.so $(BENCH)/count.so: $(BENCH)/%.so: tests/bench/%.c
	@mkdir -p $(@D)
	$(call say,LINK)
	$(Q)$(BENCH_CC) -fPIC -shared -o $@ $<

$(BENCH)/measure $(BENCH)/crowd $(BENCH)/flood $(BENCH)/broadcast: $(BENCH)/%: tests/bench/%.c \
    tests/bench/client.h
	@mkdir -p $(@D)
	$(call say,LINK)
	$(Q)$(BENCH_CC) -I. -o $@ $<

$(BENCH)/tokenise: tests/bench/tokenise.c tests/fuzz/yajl_tape.h \
    build/libkontract.a
	@mkdir -p $(@D)
	$(call say,LINK)
	$(Q)$(BENCH_CC) -I. -o $@ $< build/libkontract.a $(SERVER_LIBS) -lyajl

# No loop runs in it: it borrows the one of the contract tests' runner.
$(BENCH)/guard: tests/bench/guard.c tests/bench/handlers.c $(BENCH_API) \
    $(BENCH_SQL) build/obj/runtime/contract_loop.o build/libkontract.a
	$(call say,LINK)
	$(Q)$(BENCH_CC) -I. -I$(BENCH) -o $@ tests/bench/guard.c \
	    $(BENCH_SERVER) build/obj/runtime/contract_loop.o \
	    build/libkontract.a $(SERVER_LIBS)
